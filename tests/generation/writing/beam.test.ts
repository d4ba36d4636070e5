import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { probabilities } from '../../../src/generation/sampling/sample.ts';
import { type BeamOptions, beamSearch } from '../../../src/generation/writing/beam.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';

const reference = await openBackend('reference');
const V = 4;
const prompt = Int32Array.of(1, 0, 2);

function open(seed: number, cell: 'rnn' | 'lstm' | 'gru' = 'lstm'): RecurrentLM {
  const config = { cell, vocabSize: V, embeddingSize: 5, hiddenSize: 6, layers: 1 } as const;
  const model = new RecurrentLM(reference, config, new Random(1));
  const random = new Random(seed);
  for (const { value } of model.params) value.set(value.values().map(() => random.normal()));
  return model;
}

type Found = { ids: number[]; logProbability: number; score: number };

/** Every continuation, the best first, each read anew from the prompt. */
function exhaustive(model: RecurrentLM, { length, ends = [], alpha = 1, banned = [] }: BeamOptions): Found[] {
  const found: Found[] = [];
  const follow = (ids: number[], logProbability: number): void => {
    if (ids.length === length || ends.includes(ids.at(-1) as number)) {
      found.push({ ids, logProbability, score: logProbability / ids.length ** alpha });
      return;
    }
    const chances = probabilities(logitsAfter(model, Int32Array.from([...prompt, ...ids])), { banned });
    chances.forEach((chance, id) => {
      if (chance > 0) follow([...ids, id], logProbability + Math.log(chance));
    });
  };
  follow([], 0);
  return found.sort((a, b) => b.score - a.score);
}

describe('a beam search', () => {
  test.each([
    ['without an end', {}],
    ['with an end', { ends: [3] }],
    ['with two ends and α = 0', { ends: [0, 3], alpha: 0 }],
    ['with an end and α = 0.6', { ends: [1], alpha: 0.6 }],
    ['with an end and α = 2', { ends: [1], alpha: 2 }],
    ['with a banned token', { ends: [3], banned: [2] }],
  ])('with a sufficient width equals an exhaustive search, %s', async (_, more) => {
    for (const cell of ['rnn', 'lstm', 'gru'] as const) {
      const model = open(3, cell);
      const options = { prompt, width: V ** 4, length: 4, ...more };
      const all = exhaustive(model, options);
      const found = await beamSearch(model, options);
      // The search may stop before those that can't be the best have ended.
      expect(found.length).toBeGreaterThan(0);
      found.slice(0, 3).forEach((one, i) => {
        expect(one.ids).toEqual(all[i].ids);
        expect(one.logProbability).toBeCloseTo(all[i].logProbability, 10);
        expect(one.score).toBeCloseTo(all[i].score, 10);
      });
    }
  });

  test('reports the log-probability of each token, and is the same from a state that has read the prompt', async () => {
    const model = open(7);
    const state = model.state();
    model.read(prompt.slice(0, -1), [state]);
    const found = await beamSearch(model, { prompt, width: 4, length: 5, ends: [1] });
    expect(
      await beamSearch(model, { prompt: prompt.slice(-1), state, width: 4, length: 5, ends: [1] }),
    ).toEqual(found);
    for (const { ids, logProbabilities, logProbability } of found) {
      expect(logProbabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(logProbability, 12);
      ids.forEach((id, k) => {
        const row = probabilities(logitsAfter(model, [...prompt, ...ids.slice(0, k)]));
        expect(logProbabilities[k]).toBeCloseTo(Math.log(row[id]), 10);
      });
    }
  });

  test('of width 1 is greedy decoding', async () => {
    const model = open(4);
    const ids: number[] = [];
    for (let i = 0; i < 8; i++) {
      const scores = logitsAfter(model, Int32Array.from([...prompt, ...ids]));
      ids.push(scores.indexOf(Math.max(...scores)));
    }
    const found = await beamSearch(model, { prompt, width: 1, length: 8 });
    expect(found.map((one) => one.ids)).toEqual([ids]);
  });

  test('returns at most its width of distinct results, best first; a wider search is no worse', async () => {
    const scoreOf = async (width: number) => {
      const found = await beamSearch(open(5), { prompt, width, length: 6, ends: [0] });
      expect(found.length).toBe(width);
      expect(found).toEqual(found.toSorted((a, b) => b.score - a.score));
      expect(new Set(found.map(({ ids }) => ids.join())).size).toBe(width);
      return found[0].score;
    };
    expect(await scoreOf(64)).toBeGreaterThanOrEqual(await scoreOf(2));
  });

  test('favours longer continuations for larger α', async () => {
    const lengthOf = async (alpha: number) => {
      const [{ ids }] = await beamSearch(open(6), { prompt, width: 64, length: 8, ends: [0, 1], alpha });
      return ids.length;
    };
    const lengths = [await lengthOf(0), await lengthOf(1), await lengthOf(3)];
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(lengths[0]).toBeLessThan(lengths[2]);
  });

  test('throws the reason when aborted', async () => {
    const search = (signal: AbortSignal) => beamSearch(open(3), { prompt, width: 2, length: 1e9, signal });
    const reason = new Error('enough');
    await expect(search(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 1);
    await expect(search(controller.signal)).rejects.toBe(reason);
  });

  test('refuses an empty prompt, an invalid width, length or α, and a ban on all tokens', async () => {
    const search = (options: Partial<BeamOptions>) =>
      beamSearch(open(3), { prompt, width: 2, length: 3, ...options });
    await expect(search({ prompt: new Int32Array() })).rejects.toThrow('beamSearch: the prompt is empty');
    await expect(search({ width: 0 })).rejects.toThrow('beamSearch: width is 0');
    await expect(search({ length: 1.5 })).rejects.toThrow('beamSearch: length is 1.5');
    await expect(search({ alpha: -1 })).rejects.toThrow('beamSearch: alpha is -1');
    await expect(search({ banned: [0, 1, 2, 3] })).rejects.toThrow('Ban fewer tokens');
  });
});
