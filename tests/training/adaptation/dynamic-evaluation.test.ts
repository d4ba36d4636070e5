import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import type { DynamicOptions } from '../../../src/training/adaptation/dynamic-evaluation.ts';
import { evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { fastBackends } from '../../support/backends.ts';
import { trainingData } from '../../support/models.ts';
import { expectNumbers } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const { ids, corpus, vocabulary, model } = trainingData(103, 30); // 102 targets, no multiple of 4 or 5
const lr = 0.3;

/** A model whose predictions are far from even. */
function open(backend = reference): RecurrentLM {
  const opened = model(backend);
  const random = new Random(3);
  for (const { value } of opened.params) value.set(value.values().map(() => 0.4 * random.normal()));
  return opened;
}

const weights = (of: RecurrentLM) => of.params.map(({ value }) => value.values());
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const perplexity = (losses: Float64Array): number => Math.exp(sum(losses) / losses.length);
const repeating = Int32Array.from({ length: 400 }, (_, i) => ids[i % 20]);

/** The losses by the formula, with weights as plain numbers: score a block, then step. */
function byHand(
  T: number,
  { lr = 0, decay = 0, clip = Number.POSITIVE_INFINITY }: DynamicOptions = {},
): number[] {
  const judged = open();
  const trained = weights(judged);
  const losses: number[] = [];
  for (let start = 0; start < ids.length - 1; start += T) {
    const end = Math.min(start + T, ids.length - 1);
    const [xs, ts] = [ids.subarray(start, end), ids.subarray(start + 1, end + 1)];
    const placed = judged.place({ N: 1, T: end - start, xs, ts });
    losses.push(...judged.forward(placed.xs, placed.ts).losses.values());
    judged.backward();
    const gradients = judged.params.map(({ grad }) => grad.values());
    const norm = Math.sqrt(sum(gradients.map((gradient) => sum(gradient.map((g) => g * g)))));
    const rate = Math.min(1, clip / (norm + 1e-6));
    judged.params.forEach(({ value }, p) => {
      const W = value.values();
      value.set(W.map((w, i) => w - lr * rate * gradients[p][i] + decay * (trained[p][i] - w)));
    });
  }
  return losses;
}

describe('dynamic evaluation', () => {
  test.each([
    ['plain', {}],
    ['with decay', { decay: 0.05 }],
    ['clipped', { clip: 0.5 }],
  ])('is one step of the formula after each block: %s', async (_, more) => {
    for (const T of [1, 5, 40, 200]) {
      const dynamic = { lr, ...more };
      const found = await tokenLosses(open(), ids, { T, dynamic });
      const expected = byHand(T, dynamic);
      expect(found.length).toBe(102);
      expectNumbers('losses', found, expected, 0, 5e-11);
    }
  });

  test('the cases above differ', async () => {
    const cases: DynamicOptions[] = [{ lr: 0 }, { lr }, { lr, decay: 0.05 }, { lr, clip: 0.5 }];
    const found = await Promise.all(cases.map((dynamic) => evaluate(open(), corpus, { T: 5, dynamic })));
    expect(new Set(found.map(({ perplexity }) => perplexity)).size).toBe(4);
  });

  test('reads blocks of 5 tokens by default', async () => {
    const found = await tokenLosses(open(), ids, { dynamic: { lr } });
    expect(found).toEqual(await tokenLosses(open(), ids, { T: 5, dynamic: { lr } }));
    expect(found).not.toEqual(await tokenLosses(open(), ids, { T: 6, dynamic: { lr } }));
  });

  test('counts every target once, the tail included', async () => {
    for (const T of [4, 5, 102, 103]) {
      const { targets, loss } = await evaluate(open(), corpus, { T, dynamic: { lr } });
      expect(targets).toBe(102);
      expect(loss).toBeCloseTo(sum(byHand(T, { lr })) / 102, 10);
    }
  });

  test('no loss depends on a later token', async () => {
    const before = await tokenLosses(open(), ids, { dynamic: { lr, decay: 0.01 } });
    for (const at of [1, 37, 40, 41, 102]) {
      const changed = ids.slice();
      changed[at] = (changed[at] + 1) % vocabulary.size;
      const after = await tokenLosses(open(), changed, { dynamic: { lr, decay: 0.01 } });
      expect(after.subarray(0, at - 1)).toEqual(before.subarray(0, at - 1));
      expect(after[at - 1]).not.toBe(before[at - 1]);
    }
  });

  test('the probabilities of all next tokens sum to 1', async () => {
    const changed = ids.slice();
    let total = 0;
    for (let id = 0; id < vocabulary.size; id++) {
      changed[102] = id;
      total += Math.exp(-(await tokenLosses(open(), changed, { dynamic: { lr } }))[101]);
    }
    expect(total).toBeCloseTo(1, 10);
  });

  test('with a learning rate of 0 equals static evaluation exactly', async () => {
    const { perplexity } = await evaluate(open(), corpus);
    expect((await evaluate(open(), corpus, { dynamic: { lr: 0 } })).perplexity).toBe(perplexity);
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'a repetitive text gets a lower perplexity on %s, and the weights keep their bits',
    async (_, backend) => {
      const judged = open(backend);
      const before = weights(judged);
      const plain = await tokenLosses(judged, repeating);
      const dynamic = await tokenLosses(judged, repeating, { dynamic: { lr } });
      expect(perplexity(dynamic)).toBeLessThan(perplexity(plain) / 2);
      expect(weights(judged)).toEqual(before);
      expect(await tokenLosses(judged, repeating)).toEqual(plain);
    },
  );

  test('aborting restores weights, state and memory, and throws the reason', async () => {
    const judged = open();
    const run = (signal?: AbortSignal) =>
      evaluate(judged, corpus, { T: 1, dynamic: { lr, decay: 0.1 }, cache: {}, ...(signal && { signal }) });
    judged.predict(judged.place({ N: 1, T: 2, xs: ids.slice(0, 2), ts: ids.slice(1, 3) }).xs);
    await run(); // the model's work space has its size from here on
    const [before, state, { bytesUsed }] = [weights(judged), judged.getState(), reference.arena];
    const stop = new AbortController();
    let steps = 0;
    const backward = judged.backward.bind(judged);
    judged.backward = () => {
      if (++steps === 3) stop.abort(new Error('enough'));
      backward();
    };
    await expect(run(stop.signal)).rejects.toThrow('enough');
    expect(steps).toBe(3);
    expect(weights(judged)).toEqual(before);
    expect(judged.getState()).toEqual(state);
    expect(reference.arena.bytesUsed).toBe(bytesUsed);
  });

  test('a learning rate that is too high is reported, and the weights are restored', async () => {
    const judged = open();
    const before = weights(judged);
    await expect(evaluate(judged, corpus, { dynamic: { lr: 1e300 } })).rejects.toThrow(
      /^DynamicEvaluation: the loss has become .*Lower the learning rate \(1e\+300\)/,
    );
    expect(weights(judged)).toEqual(before);
  });

  test.each([
    [{ lr: -0.1 }, 'lr is -0.1; it must be a finite number ≥ 0'],
    [{ lr: Number.NaN }, 'lr is NaN'],
    [{ lr: Number.POSITIVE_INFINITY }, 'lr is Infinity'],
    [{ decay: -0.1 }, 'decay is -0.1; it must be 0 or more, below 1'],
    [{ decay: 1 }, 'decay is 1'],
    [{ clip: 0 }, 'clip: the largest norm is 0'],
  ])('refuses %o before it reads', async (dynamic, message) => {
    const judged = open();
    const forward = vi.spyOn(judged, 'forward');
    await expect(evaluate(judged, corpus, { dynamic })).rejects.toThrow(message);
    expect(forward).not.toHaveBeenCalled();
  });
});
