import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../../src/data/vocabulary/vocabulary.ts';
import type { ModelContents } from '../../../../src/models/model-file.ts';
import { complete } from '../../../../src/serving/completions/complete.ts';
import { score } from '../../../../src/serving/score.ts';
import { livelyModel, savedModel, tale } from '../../../support/served.ts';
import { type Json, type Opened, openServer } from '../../../support/server.ts';

const python = process.env.LM_EVAL_PYTHON ?? 'python3';
const isInstalled = spawnSync(python, ['-c', 'import lm_eval']).status === 0;
if (!isInstalled) {
  console.warn(`lm-eval is not tested: ${python} can't import lm_eval; LM_EVAL_PYTHON names one that can`);
}

const vocabulary = Vocabulary.build(`${tale}👍`).withEnd();
const items: ModelContents = {
  ...{ ...savedModel('char'), model: livelyModel(vocabulary.size) },
  ...{ tokenizer: openTokenizer('char'), vocabulary, items: 'line' },
};
const models = { words: savedModel('word', tale, { unknown: '<unk>' }), bytes: savedModel('byte'), items };

describe.skipIf(!isInstalled)('lm-evaluation-harness', async () => {
  const limits = { bodyBytes: 1e6, promptTokens: 2048 };
  const servers = new Map<string, Opened>();
  for (const [name, saved] of Object.entries(models)) {
    servers.set(name, await openServer({ [name]: saved }, { limits }));
  }
  // What is skipped is collected nevertheless.
  const found = isInstalled ? await evaluate(servers) : {};

  describe.each(Object.keys(models))('with a model of %s', (name) => {
    const { service } = servers.get(name) as Opened;
    const { requests, results } = found[name] ?? {};
    /** The surprisal of each token of a text in nats, without that of an item's end. */
    const lossesOf = async (text: string) => {
      if (text === '') return [];
      const { scores } = await score(service, { text, alternatives: 1 });
      const ofText = name === 'items' ? scores.slice(0, -1) : scores;
      return ofText.map(({ bits, rank }) => ({ nats: bits * Math.LN2, rank }));
    };

    test('sums log-probabilities of choices as /v1/score does, and finds the likeliest tokens', async () => {
      expect(requests.tale_choice).toHaveLength(5);
      for (const { arguments: given, answer } of requests.tale_choice) {
        const [context, continuation] = given as [string, string];
        const losses = (await lossesOf(context + continuation)).slice((await lossesOf(context)).length);
        expect(answer[0]).toBeCloseTo(-losses.reduce((sum, { nats }) => sum + nats, 0), 9);
        expect(answer[1]).toBe(losses.every(({ rank }) => rank === 1));
      }
      expect(results.tale_choice['acc,none']).toBeGreaterThanOrEqual(0);
    });

    test('sums log-probabilities of texts as /v1/score does', async () => {
      let [nats, bytes] = [0, 0];
      for (const { arguments: given, answer } of requests.tale_rolling) {
        const [text] = given as [string];
        const sum = (await lossesOf(text)).reduce((all, loss) => all + loss.nats, 0);
        expect(answer).toBeCloseTo(-sum, 9);
        nats += sum;
        bytes += Buffer.byteLength(text);
      }
      expect(results.tale_rolling['bits_per_byte,none']).toBeCloseTo(nats / Math.LN2 / bytes, 9);
    });

    test('generates what /v1/completions generates', async () => {
      expect(requests.tale_generation).toHaveLength(2);
      for (const { arguments: given, answer } of requests.tale_generation) {
        const [prompt] = given as [string];
        const asked = { prompt, max_tokens: 12, temperature: 0, stop: ['.', '\n'], stream: false } as const;
        const { choices } = await complete(service, asked);
        expect(answer).toBe(choices[0].text);
      }
    });
  });
});

/** Runs the harness in the folder of the tasks. */
async function evaluate(servers: ReadonlyMap<string, Opened>): Promise<Json> {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-lm-eval-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const program = fileURLToPath(new URL('evaluate.py', import.meta.url));
  const named = [...servers].map(([name, { url }]) => `${name}=${url}`);
  const { stdout } = await promisify(execFile)(python, [program, ...named], {
    cwd: fileURLToPath(new URL('tasks', import.meta.url)),
    env: { ...process.env, HF_HOME: folder, HF_HUB_OFFLINE: '1' },
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2) + 1));
}
