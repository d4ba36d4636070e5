import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { gradientStatistics } from '../../../src/training/adaptation/gradient-statistics.ts';
import { tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { fastBackends } from '../../support/backends.ts';
import { trainingData } from '../../support/models.ts';
import { expectNumbers } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const { ids, corpus, vocabulary, model } = trainingData(103, 30); // 102 targets
const settings = { lr: 0.02, decay: 0.3, epsilon: 0.1 };

function open(backend = reference): RecurrentLM {
  const opened = model(backend);
  const random = new Random(3);
  for (const { value } of opened.params) value.set(value.values().map(() => 0.4 * random.normal()));
  return opened;
}

const weights = (of: RecurrentLM) => of.params.map(({ value }) => value.values());
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The gradients of the block from `start` on. */
function gradients(judged: RecurrentLM, start: number, T: number): { losses: number[]; grads: number[][] } {
  const [xs, ts] = [ids.subarray(start, start + T), ids.subarray(start + 1, start + T + 1)];
  const placed = judged.place({ N: 1, T: ts.length, xs: xs.subarray(0, ts.length), ts });
  const losses = [...judged.forward(placed.xs, placed.ts).losses.values()];
  judged.backward();
  return { losses, grads: judged.params.map(({ grad }) => [...grad.values()]) };
}

/** The mean squares over blocks that begin at `starts`, each after up to 20 tokens from the zero state. */
function squaresByHand(starts: readonly number[], T: number): number[][] {
  const judged = open();
  const blocks = starts.map((start) => {
    judged.resetState();
    const context = Math.min(20, start);
    if (context > 0) gradients(judged, start - context, context);
    return gradients(judged, start, T).grads;
  });
  return judged.params.map((_, p) =>
    blocks[0][p].map((_, i) => mean(blocks.map((block) => block[p][i] ** 2))),
  );
}

describe('gradient statistics', () => {
  test('are the mean squares of the gradients of evenly spaced blocks', async () => {
    const judged = open();
    const statistics = await gradientStatistics(judged, corpus, { T: 5, blocks: 4 });
    const expected = squaresByHand([0, 25, 51, 76], 5);
    statistics.squares.forEach((tensor, p) => expectNumbers('MS', tensor.values(), expected[p], 0, 1e-13));
    expect(statistics.meanRoot).toBeCloseTo(mean(expected.flat().map(Math.sqrt)), 12);
    expect(statistics.blocks).toBe(4);
  });

  test('take no more blocks than the text has, and reject a text without one', async () => {
    expect((await gradientStatistics(open(), corpus)).blocks).toBe(20);
    await expect(gradientStatistics(open(), corpus, { T: 103 })).rejects.toMatchObject({
      code: 'text-short',
    });
  });

  test('scale the steps and the decay of dynamic evaluation by the formula', async () => {
    const [T, judged] = [5, open()];
    const statistics = await gradientStatistics(judged, corpus, { T, blocks: 4 });
    const found = await tokenLosses(judged, ids, { T, dynamic: { ...settings, statistics } });
    const squares = squaresByHand([0, 25, 51, 76], T);
    const m = mean(squares.flat().map(Math.sqrt));
    const hand = open();
    const trained = weights(hand);
    const expected: number[] = [];
    for (let start = 0; start < ids.length - 1; start += T) {
      const { losses, grads } = gradients(hand, start, T);
      expected.push(...losses);
      hand.params.forEach(({ value }, p) => {
        const step = (w: number, i: number) => {
          const root = Math.sqrt(squares[p][i]);
          const back = Math.min(1, (settings.decay * root) / m) * (trained[p][i] - w);
          return w - (settings.lr * grads[p][i]) / (root + settings.epsilon * m) + back;
        };
        value.set(value.values().map(step));
      });
    }
    expectNumbers('losses', found, expected, 0, 1e-10);
    expect(found).not.toEqual(await tokenLosses(judged, ids, { T, dynamic: { lr: 0.02, decay: 0.3 } }));
  });

  test('keep dynamic evaluation fair: no loss depends on a later token', async () => {
    const judged = open();
    const dynamic = { ...settings, statistics: await gradientStatistics(judged, corpus) };
    const before = await tokenLosses(judged, ids, { dynamic });
    for (const at of [1, 40, 41, 102]) {
      const changed = ids.slice();
      changed[at] = (changed[at] + 1) % vocabulary.size;
      const after = await tokenLosses(judged, changed, { dynamic });
      expect(after.subarray(0, at - 1)).toEqual(before.subarray(0, at - 1));
      expect(after[at - 1]).not.toBe(before[at - 1]);
    }
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'agree with float64 on %s; weights and state keep their bits, and memory is freed',
    async (_, backend) => {
      const [judged, exact] = [open(backend), open()];
      const run = async (on: RecurrentLM) => {
        const statistics = await gradientStatistics(on, corpus);
        const losses = await tokenLosses(on, ids, { dynamic: { ...settings, statistics } });
        statistics.release();
        return losses;
      };
      judged.predict(judged.place({ N: 1, T: 2, xs: ids.slice(0, 2), ts: ids.slice(1, 3) }).xs);
      const first = await run(judged); // the model's work space has its size from here on
      const [before, state, { bytesUsed }] = [weights(judged), judged.getState(), backend.arena];
      expect(await run(judged)).toEqual(first);
      expectNumbers('losses', first, await run(exact), 1e-3, 1e-3);
      expect(weights(judged)).toEqual(before);
      expect(judged.getState()).toEqual(state);
      expect(backend.arena.bytesUsed).toBe(bytesUsed);
    },
  );

  test('an aborted computation frees its memory and throws the reason', async () => {
    const judged = open();
    (await gradientStatistics(judged, corpus)).release();
    const { bytesUsed } = reference.arena;
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(gradientStatistics(judged, corpus, { signal })).rejects.toThrow('enough');
    expect(reference.arena.bytesUsed).toBe(bytesUsed);
  });

  test('statistics of another model, and epsilon without statistics, are refused', async () => {
    const statistics = await gradientStatistics(open(), corpus);
    const refused = { code: 'option-conflict' };
    await expect(tokenLosses(open(), ids, { dynamic: { statistics } })).rejects.toMatchObject(refused);
    await expect(tokenLosses(open(), ids, { dynamic: { epsilon: 1 } })).rejects.toMatchObject(refused);
  });
});
