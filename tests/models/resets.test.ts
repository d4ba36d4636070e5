import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import type { Batch } from '../../src/data/batches/batches.ts';
import { ItemBatches } from '../../src/data/batches/item-batches.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { cellNames, cells } from '../../src/models/cells.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import type { ModelOptions } from '../../src/models/model-options.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import { threadCounts } from '../support/backends.ts';
import { trainingData } from '../support/models.ts';
import { expectGradient, expectNumbers } from '../support/tensors.ts';

const reference = await openBackend('reference');
const V = 9;

const configs: readonly RecurrentConfig[] = cellNames.flatMap((cell) => {
  const config = { cell, vocabSize: V, embeddingSize: 5, hiddenSize: 4, layers: 2 };
  if (cells[cell].modulated) return [{ ...config, mogrifierRank: 3 }];
  return cells[cell].resetAfter ? [config, { ...config, resetAfter: true }] : [config];
});

/** A model with numbers far from even. */
function open(
  config: RecurrentConfig,
  options: ModelOptions = {},
  backend: Backend = reference,
): RecurrentLM {
  const model = new RecurrentLM(backend, config, new Random(1), options);
  const random = new Random(7);
  for (const { value } of model.params) value.set(value.values().map(() => 0.5 * random.normal()));
  return model;
}

/** Time-major, of rows by stream. */
const timeMajor = (rows: readonly (readonly number[])[]): Int32Array =>
  Int32Array.from(rows[0].flatMap((_, t) => rows.map((row) => row[t])));

const inputs = [
  [8, 1, 2, 8, 3, 4, 5, 6],
  [1, 8, 8, 0, 2, 4, 1, 3],
  [2, 3, 4, 5, 6, 7, 8, 0],
];
const targets = [
  [1, 2, 8, 3, 4, 5, 6, 7],
  [8, 8, 0, 2, 4, 1, 3, 5],
  [3, 4, 5, 6, 7, 8, 0, 1],
];
/** Where the input is 8, which ends what was before. */
const resets = inputs.map((row) => row.map((id) => Number(id === 8)));
const block: Batch = {
  N: 3,
  T: 8,
  xs: timeMajor(inputs),
  ts: timeMajor(targets),
  resets: timeMajor(resets),
};

/** The block before it, which the states that no reset cuts come from. */
const earlier: Batch = { N: 3, T: 2, xs: Int32Array.of(0, 1, 2, 3, 4, 5), ts: new Int32Array(6) };

function run(model: RecurrentLM, batch: Batch, masked = true): { losses: Float64Array; total: number } {
  const { xs, ts, resets: placed } = model.place(batch);
  const { losses, total } = model.forward(xs, ts, true, masked, placed);
  return { losses: losses.values(), total: total.item() };
}

const gradientsOf = (model: RecurrentLM): Float64Array[] => {
  model.backward();
  return model.params.map(({ grad }) => grad.values());
};

/** The sequences of a stream, from reset to reset. */
function sequencesOf(n: number): { first: number; batch: Batch }[] {
  const firsts = resets[n].flatMap((reset, t) => (t === 0 || reset === 1 ? [t] : []));
  return firsts.map((first, i) => {
    const end = firsts[i + 1] ?? inputs[n].length;
    const [xs, ts] = [inputs, targets].map((rows) => Int32Array.from(rows[n].slice(first, end)));
    return { first, batch: { N: 1, T: end - first, xs, ts } };
  });
}

describe.each(configs)('resets in a block of %o', (config) => {
  test('give the losses and gradients of the sequences one at a time', () => {
    const model = open(config);
    run(model, earlier);
    const carried = model.carried()!.split();
    const packed = run(model, block);
    const grads = gradientsOf(model);
    const sums = grads.map(({ length }) => new Float64Array(length));
    for (let n = 0; n < block.N; n++) {
      for (const { first, batch } of sequencesOf(n)) {
        model.carry(resets[n][first] === 1 ? null : carried[n]);
        const { losses } = run(model, batch);
        const start = n * block.T + first;
        expectNumbers('losses', packed.losses.subarray(start, start + batch.T), losses, 0, 1e-12);
        // The loss of a block is the mean over its own targets.
        const share = batch.T / (block.N * block.T);
        gradientsOf(model).forEach((grad, p) => grad.forEach((g, j) => (sums[p][j] += share * g)));
      }
    }
    sums.forEach((sum, p) => expectNumbers(model.params[p].name, grads[p], sum, 0, 1e-12));
  });

  test('have the numeric gradients of every parameter under dropout, weight drop and zoneout', () => {
    const { zoneout, recurrentWeight } = cells[config.cell];
    const zoned = {
      ...config,
      ...(zoneout.includes('h') && { zoneout: 0.2 }),
      ...(zoneout.includes('c') && { zoneoutCell: 0.4 }),
    };
    const weightDrop = recurrentWeight ? 0.3 : 0;
    const options = { dropout: 0.3, locked: true, wordDropout: 0.2, weightDrop, maskSeed: 5 };
    const model = open(zoned, options);
    run(model, earlier);
    const [state, { seed, step }] = [model.carried(), model.masks.save()];
    const loss = () => {
      model.masks.restore({ seed, step });
      model.carry(state);
      return run(model, block).total;
    };
    loss();
    const grads = gradientsOf(model);
    model.params.forEach(({ name, value }, i) => {
      expectGradient(name, reference.arena.tensor(value.shape).set(grads[i]), loss, value);
    });
  });
});

test.each(configs)(
  'items packed by ItemBatches, carried over blocks, have their losses alone (%o)',
  (config) => {
    const END = V - 1;
    const random = new Random(5);
    const items = Array.from({ length: 11 }, (_, i) => {
      const length = i === 4 ? 25 : 1 + Math.floor(6 * random.uniform());
      return Array.from({ length }, () => Math.floor(END * random.uniform()));
    });
    const ids = Int32Array.from([END, ...items.flatMap((item) => [...item, END])]);
    const model = open(config);
    const batches = new ItemBatches({ ids, items: items.length }, { N: 3, T: 4 });
    /** The targets and losses of each stream since its last item began. */
    const reading = Array.from({ length: 3 }, () => ({ targets: [] as number[], losses: [] as number[] }));
    const found: typeof reading = [];
    while (found.length < 2 * items.length) {
      const batch = batches.next();
      const { N, T, ts } = batch;
      const { losses } = run(model, batch);
      for (let i = 0; i < N * T; i++) {
        const [n, t] = [i % N, Math.floor(i / N)];
        reading[n].targets.push(ts[i]);
        reading[n].losses.push(losses[n * T + t]);
        if (ts[i] === END) found.push(reading[n]);
        if (ts[i] === END) reading[n] = { targets: [], losses: [] };
      }
    }
    const alone = (targets: readonly number[]) => {
      const [xs, ts] = [Int32Array.of(END, ...targets.slice(0, -1)), Int32Array.from(targets)];
      model.resetState();
      return run(model, { N: 1, T: xs.length, xs, ts }).losses;
    };
    expect(found.map(({ targets }) => targets.slice(0, -1))).toEqual(expect.arrayContaining(items));
    for (const { targets, losses } of found) {
      alone(targets).forEach((loss, t) => expect(Math.abs(loss - losses[t])).toBeLessThan(1e-12));
    }
  },
);

test('resets that are all 0 are ignored, bit for bit, and allocate no tensor', () => {
  const zeros = { ...block, resets: new Int32Array(24) };
  const plain: Batch = { ...block, resets: null };
  for (const config of configs) {
    const model = open(config, { tar: 1, ar: 1 });
    expect(model.place(zeros).resets).toBeNull();
    const [first, second] = [plain, zeros].map((batch) => {
      model.resetState();
      return { ...run(model, batch), grads: gradientsOf(model) };
    });
    expect(second).toEqual(first);
  }
});

test.each([
  [new Int32Array(23), 'resets has 23 numbers; N=3, T=8 needs 24.'],
  [
    new Int32Array(24).fill(2, 5),
    'resets[5] is 2; it must be 0 or 1. Set 1 at the first token of each item.',
  ],
  [new Int32Array(24).fill(-1, 7), 'resets[7] is -1; it must be 0 or 1.'],
  [Array.from({ length: 24 }, () => 1), 'resets is an Array; it must be an Int32Array of 0 and 1.'],
])('resets %o are refused', (wrong, message) => {
  expect(() => open(configs[0]).place({ ...block, resets: wrong as Int32Array })).toThrow(message);
});

test('the temporal penalty ignores differences across a reset', () => {
  const gradients = (tar: number, batch: Batch) => {
    const model = open(configs[0], { tar });
    run(model, batch);
    return gradientsOf(model);
  };
  const everywhere = { ...block, resets: new Int32Array(24).fill(1) };
  expect(gradients(3, everywhere)).toEqual(gradients(0, everywhere));
  expect(gradients(3, block)).not.toEqual(gradients(0, block));
});

describe('training on blocks with resets', () => {
  /** A feed whose blocks reset where the token 3 is read. */
  function feed(ids: Int32Array): StreamBatches {
    const batches = new StreamBatches(ids, { N: 5, T: 10, end: 'cut' });
    const next = batches.next.bind(batches);
    batches.next = () => {
      const batch = next();
      return { ...batch, resets: batch.xs.map((id) => Number(id === 3)) };
    };
    return batches;
  }

  const { ids, model } = trainingData(403, 12);

  async function learn(on: Backend, cell: RecurrentConfig['cell']): Promise<Float64Array[]> {
    const trained = model(on, 1, { cell, layers: 2, hiddenSize: 70 });
    const optimizer = new SGD(on, { lr: 0.5 });
    for await (const _ of train(trained, { batches: feed(ids), optimizer, epochs: 1, clip: 1 }));
    return trained.params.map(({ value }) => value.values());
  }

  test.each(cellNames)('has the same bits on any number of threads (%s)', async (cell) => {
    for (const [one, several] of threadCounts) {
      expect(await learn(several, cell)).toEqual(await learn(one, cell));
    }
  });

  test('differs from training without resets', async () => {
    const plain = model(reference);
    const trained = model(reference);
    for (const [one, batches] of [
      [plain, new StreamBatches(ids, { N: 5, T: 10, end: 'cut' })],
      [trained, feed(ids)],
    ] as const) {
      for await (const _ of train(one, { batches, optimizer: new SGD(reference, { lr: 0.5 }), epochs: 1 }));
    }
    expect(trained.params[2].value.values()).not.toEqual(plain.params[2].value.values());
  });
});
