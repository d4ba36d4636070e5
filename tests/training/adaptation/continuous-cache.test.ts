import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import type { CacheOptions } from '../../../src/training/adaptation/continuous-cache.ts';
import { type EvaluateOptions, evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { fastBackends } from '../../support/backends.ts';
import { trainingData } from '../../support/models.ts';
import { expectNumbers } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const { ids, corpus, vocabulary, model } = trainingData(83, 12);
const V = vocabulary.size;

/** A model of two layers whose states and predictions are far from even. */
function open(backend = reference): RecurrentLM {
  const opened = model(backend, 1, { layers: 2 });
  const random = new Random(3);
  for (const { value } of opened.params) value.set(value.values().map(() => 0.6 * random.normal()));
  return opened;
}

/** The losses by the formula: every probability of the vocabulary, every state before. */
function byHand({ window, theta, lambda }: Required<CacheOptions>): number[] {
  const judged = open();
  const [xs, ts] = [ids.subarray(0, -1), ids.subarray(1)];
  const placed = judged.place({ N: 1, T: 82, xs, ts });
  const { losses, hs } = judged.forward(placed.xs, placed.ts);
  const fromModel = Array.from(losses.values(), (loss) => Math.exp(-loss));
  const states = hs.values();
  const H = states.length / 82;
  const h = Array.from({ length: 82 }, (_, t) => states.slice(t * H, (t + 1) * H));
  return fromModel.map((p, t) => {
    if (t === 0) return -Math.log(p);
    const cache = new Float64Array(V);
    for (let i = Math.max(0, t - window); i < t; i++) {
      cache[ids[i + 1]] += Math.exp(theta * h[t].reduce((dot, x, j) => dot + x * h[i][j], 0));
    }
    const share = cache[ids[t + 1]] / cache.reduce((a, b) => a + b);
    return -Math.log((1 - lambda) * p + lambda * share);
  });
}

describe('the continuous cache', () => {
  test.each([1, 3, 7, 20, 81, 500])('with window %d equals the formula, whatever T', async (window) => {
    const cache = { window, theta: 0.7, lambda: 0.25 };
    const expected = byHand(cache);
    for (const T of [1, 3, 7, 8, 81, 82, 200]) {
      const found = await tokenLosses(open(), ids, { T, cache });
      expect(found.length).toBe(82);
      expectNumbers('losses', found, expected, 0, 5e-12);
    }
  });

  test('theta, lambda and window each matter', () => {
    const all = { window: 20, theta: 0.7, lambda: 0.25 };
    const cases = [all, { ...all, window: 19 }, { ...all, theta: 0 }, { ...all, lambda: 0.1 }];
    expect(new Set(cases.map((cache) => byHand(cache).at(-1))).size).toBe(4);
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'is the same on %s within float32',
    async (_, backend) => {
      const cache = { window: 30, theta: 0.7, lambda: 0.25 };
      const expected = byHand(cache);
      const found = await tokenLosses(open(backend), ids, { T: 9, cache });
      expectNumbers('losses', found, expected, 0, 1e-4);
    },
  );

  test('no loss depends on a later token, also with dynamic evaluation', async () => {
    for (const options of [{ T: 8 }, { T: 8, dynamic: { lr: 0.1 } }]) {
      const cache = { window: 5, lambda: 0.5 };
      const before = await tokenLosses(open(), ids, { ...options, cache });
      for (const at of [1, 2, 40, 41, 82]) {
        const changed = ids.slice();
        changed[at] = (changed[at] + 1) % V;
        const after = await tokenLosses(open(), changed, { ...options, cache });
        expect(after.subarray(0, at - 1)).toEqual(before.subarray(0, at - 1));
        expect(after[at - 1]).not.toBe(before[at - 1]);
      }
    }
  });

  test('the probabilities of all next tokens sum to 1', async () => {
    const changed = ids.slice();
    for (const at of [1, 2, 50]) {
      let total = 0;
      for (let id = 0; id < V; id++) {
        changed[at] = id;
        const losses = await tokenLosses(open(), changed.subarray(0, at + 1), {
          T: 6,
          cache: { lambda: 0.4 },
        });
        total += Math.exp(-losses[at - 1]);
      }
      expect(total).toBeCloseTo(1, 11);
    }
  });

  test('with λ = 0 equals plain evaluation exactly', async () => {
    const cache = { lambda: 0 };
    for (const options of [{}, { dynamic: { lr: 0.1 } }]) {
      const without = await tokenLosses(open(), ids, options);
      expect(await tokenLosses(open(), ids, { ...options, cache })).toEqual(without);
    }
  });

  test('a repetitive text gets a lower perplexity, lower still with both', async () => {
    const text = Int32Array.from({ length: 400 }, (_, i) => ids[i % 20]);
    const perplexity = async (options: EvaluateOptions) => {
      const losses = await tokenLosses(open(), text, options);
      return Math.exp(losses.reduce((a, b) => a + b) / losses.length);
    };
    const cache = { theta: 2, lambda: 0.3 };
    const dynamic = { lr: 0.1 };
    const [plain, cached] = [await perplexity({}), await perplexity({ cache })];
    expect(cached).toBeLessThan(plain / 2);
    const alone = Math.min(cached, await perplexity({ dynamic }));
    expect(await perplexity({ dynamic, cache })).toBeLessThan(alone);
  });

  test('stays finite for large dot products and confident predictions', async () => {
    const judged = open();
    judged.affine.params[1].value.set(Float64Array.from({ length: V }, (_, v) => (v === 0 ? 2000 : 0)));
    const losses = await tokenLosses(judged, ids, { cache: { theta: 1000 } });
    expect(losses.every((loss) => Number.isFinite(loss) && loss > -1e-12)).toBe(true);
    expect(losses.some((loss) => loss > 1000)).toBe(true);
    expect(losses.some((loss) => Math.abs(loss + Math.log(0.1)) < 1e-3)).toBe(true);
  });

  test('frees its memory', async () => {
    const judged = open();
    await evaluate(judged, corpus, { cache: {} });
    const { bytesUsed } = reference.arena;
    await evaluate(judged, corpus, { cache: { window: 5000 } });
    expect(reference.arena.bytesUsed).toBe(bytesUsed);
  });

  test.each([
    [{ window: 0 }, 'window is 0; it must be a positive integer'],
    [{ window: 2.5 }, 'window is 2.5'],
    [{ theta: -1 }, 'theta is -1; it must be a finite number ≥ 0'],
    [{ theta: Number.NaN }, 'theta is NaN'],
    [{ lambda: 1 }, 'lambda is 1; it must be 0 or more, below 1'],
    [{ lambda: -0.1 }, 'lambda is -0.1'],
  ])('refuses %o before it reads, and keeps no memory', async (cache, message) => {
    const judged = open();
    const forward = vi.spyOn(judged, 'forward');
    const { bytesUsed } = reference.arena;
    await expect(evaluate(judged, corpus, { cache, dynamic: {} })).rejects.toThrow(message);
    expect(forward).not.toHaveBeenCalled();
    expect(reference.arena.bytesUsed).toBe(bytesUsed);
  });
});
