import type { Metrics } from '../../serving/metrics.ts';
import type { ServedModel } from '../../serving/served-model.ts';
import { count, plural } from '../terminal/format.ts';
import { bold } from '../terminal/style.ts';
import { pairs } from '../terminal/table.ts';
import { modelNotes } from './inspection.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly models: readonly ServedModel[];
  /** Whether anyone who can reach the machine may use the server. */
  readonly open: boolean;
}

/** Printed when the server listens. */
export function greeting({ host, port, models, open }: Listening, json: boolean): string {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (json) {
    const ids = models.map(({ id }) => id);
    return `${JSON.stringify({ event: 'listening', url, models: ids, open })}\n`;
  }
  const rows = models.map(({ id, saved: { model, tokenizer } }): [string, string] => {
    const { layers, hiddenSize, cell, vocabSize } = model.config;
    const sizes = `${plural(layers, 'layer')} of ${hiddenSize}, ${cell}${modelNotes(model.config)}`;
    return [id, `${sizes}; ${count(vocabSize)} ${tokenizer.kind} tokens`];
  });
  rows.push(['backend', models[0].saved.model.backend.description]);
  const warning = open
    ? '\nAnyone who can reach this machine can use it. Require a key with --api-key-file.\n'
    : '';
  return `${bold(`${url}/v1`)}\n${pairs(rows)}\n${warning}`;
}

/** Printed at the end. */
export function farewell({ requests, tokens }: Metrics, json: boolean): string {
  if (json) return `${JSON.stringify({ event: 'stopped', requests, tokens })}\n`;
  return `Stopped after ${plural(requests, 'request')} and ${plural(tokens, 'token')}.\n`;
}
