import type { Metrics } from '../../serving/metrics/metrics.ts';
import type { ServedModel } from '../../serving/served-model.ts';
import { count, plural } from '../terminal/format.ts';
import { bold } from '../terminal/style.ts';
import { pairs } from '../terminal/table.ts';
import { modelNotes } from './inspection.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly models: readonly ServedModel[];
  /** Whether other machines can connect without a key. */
  readonly open: boolean;
}

/** The message when the server starts to listen. */
export function startMessage({ host, port, models, open }: Listening, json: boolean): string {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (json) {
    const ids = models.map(({ id }) => id);
    return `${JSON.stringify({ event: 'listening', url, models: ids, open })}\n`;
  }
  const rows = models.map(({ id, aliases, saved: { model, tokenizer } }): [string, string] => {
    const { layers, hiddenSize, cell, vocabSize } = model.config;
    const sizes = `${plural(layers, `${cell} layer`)} of ${hiddenSize} units${modelNotes(model.config)}`;
    return [[id, ...aliases].join(', '), `${sizes}; ${count(vocabSize)} ${tokenizer.kind} tokens`];
  });
  rows.push(['backend', models[0].saved.model.backend.description]);
  const warning = open
    ? '\nAnyone who can reach this machine can use it. Require a key with --api-key-file.\n'
    : '';
  return `${bold(`${url}/v1`)}\n${pairs(rows)}\n${warning}`;
}

/** The message when the server has stopped. */
export function stopMessage({ requests, tokens }: Metrics, json: boolean): string {
  if (json) return `${JSON.stringify({ event: 'stopped', requests, tokens })}\n`;
  return `Stopped after ${plural(requests, 'request')} and ${plural(tokens, 'token')}.\n`;
}
