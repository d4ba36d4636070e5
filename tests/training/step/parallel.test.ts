import { expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { ItemBatches } from '../../../src/data/batches/item-batches.ts';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import type { Group } from '../../../src/distributed/group.ts';
import { single } from '../../../src/distributed/single.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import type { ModelOptions } from '../../../src/models/model-options.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { readWeights } from '../../../src/models/weights.ts';
import { Random } from '../../../src/tensor/random.ts';
import { shuffledItems } from '../../../src/training/item-order.ts';
import { Adam } from '../../../src/training/optimizers/adam.ts';
import { SGD } from '../../../src/training/optimizers/sgd.ts';
import { type TrainEvent, type TrainOptions, train } from '../../../src/training/train.ts';
import { collect } from '../../support/collect.ts';
import { localGroups } from '../../support/local-groups.ts';
import { trainingData } from '../../support/models.ts';

const { ids, vocabulary, corpus } = trainingData(1203, 60);
const sizes = { vocabSize: vocabulary.size, embeddingSize: 8, hiddenSize: 8, layers: 2 } as const;
const end = vocabulary.size - 1;
/** Items of one to six tokens: every seventh token is an end. */
const itemIds = ids.map((id, i) => (i % 7 === 0 || i === ids.length - 1 ? end : id % end));
const items = { ids: itemIds, items: itemIds.filter((id) => id === end).length - 1 };

interface Kind {
  readonly config: Partial<RecurrentConfig>;
  readonly options?: ModelOptions;
  readonly train: (backend: Backend) => TrainOptions;
}

/** N = 7, so that no number of ranks from 2 to 4 divides it. */
const streams = () => new StreamBatches(ids, { N: 7, T: 9, end: 'wrap' });
const sgd =
  (steps: number, lr = 1) =>
  (backend: Backend) => ({
    batches: streams(),
    optimizer: new SGD(backend, { lr }),
    maxSteps: steps,
    clip: 0.25,
  });

const kinds: Readonly<Record<string, Kind>> = {
  'an LSTM, clipped, for 200 steps': { config: { cell: 'lstm' }, train: sgd(200) },
  'dropout of each element, and of weights and words': {
    config: { cell: 'gru' },
    options: { dropout: 0.3, weightDrop: 0.2, wordDropout: 0.1 },
    train: sgd(30),
  },
  'locked dropout, zoneout, AR and TAR': {
    config: { cell: 'lstm', zoneout: 0.2, zoneoutCell: 0.3 },
    options: { dropout: 0.3, locked: true, ar: 2, tar: 1 },
    train: sgd(30),
  },
  'a tied model with a sampled softmax': {
    config: { cell: 'rnn', tied: true },
    options: { sampledSoftmax: { size: 40 } },
    train: sgd(30),
  },
  'a tied model, and streams that are cut': {
    config: { cell: 'mingru', tied: true },
    train: (backend) => ({
      ...sgd(40)(backend),
      batches: new StreamBatches(ids, { N: 7, T: 9, end: 'cut' }),
    }),
  },
  'items, Adam and validation': {
    config: { cell: 'lstm' },
    options: { dropout: 0.2 },
    train: (backend) => ({
      batches: new ItemBatches(items, { N: 7, T: 9, order: shuffledItems(6) }),
      optimizer: new Adam(backend),
      epochs: 2,
      valid: corpus,
    }),
  },
};

interface Outcome {
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  /** Of the last step. */
  readonly gradients: ReadonlyMap<string, ArrayLike<number>>;
  readonly events: readonly TrainEvent[];
}

async function outcomeOf(
  kind: Kind,
  group: Group,
  name: 'reference' | 'wasm',
  threads = 1,
): Promise<Outcome> {
  const backend = await openBackend(name, { threads });
  const model = new RecurrentLM(
    backend,
    { cell: 'rnn', ...sizes, ...kind.config },
    new Random(3),
    kind.options,
  );
  const events = await collect(train(model, { ...kind.train(backend), group }));
  const weights = new Map([...readWeights(model)].map(([param, { data }]) => [param, data as Float64Array]));
  const gradients = new Map(model.params.map(({ name: param, grad }) => [param, grad.values()]));
  backend.close();
  return { weights, gradients, events };
}

/** The outcome of each of `size` ranks. */
function outcomes(
  kind: Kind,
  size: number,
  name: 'reference' | 'wasm',
  threads = 1,
): Promise<readonly Outcome[]> {
  return Promise.all(localGroups(size).map((group) => outcomeOf(kind, group, name, threads)));
}

/** The largest difference of two weights, or gradients, of the largest one of their tensor. */
function difference(a: Outcome, b: Outcome, of: 'weights' | 'gradients' = 'weights'): number {
  let worst = 0;
  for (const [param, numbers] of a[of]) {
    const others = b[of].get(param) as Float64Array;
    const largest = Array.from(numbers).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    Array.from(numbers).forEach((x, i) => {
      worst = Math.max(worst, Math.abs(x - others[i]) / largest);
    });
  }
  return worst;
}

test.each(Object.entries(kinds))('%s: 2, 3 and 4 ranks train as one', async (_, kind) => {
  const one = await outcomeOf(kind, single, 'reference');
  for (const size of [2, 3, 4]) {
    const all = await outcomes(kind, size, 'reference');
    for (const outcome of all) {
      expect(difference(one, outcome)).toBeLessThan(1e-12);
      expect(difference(all[0], outcome)).toBe(0);
      expect(outcome.events.map(({ event }) => event)).toEqual(one.events.map(({ event }) => event));
    }
  }
});

test('on wasm, weights after 200 steps differ by rounding, and not at all between ranks or runs', async () => {
  const kind = kinds['an LSTM, clipped, for 200 steps'];
  const one = await outcomeOf(kind, single, 'wasm');
  for (const size of [2, 3, 4]) {
    const [first, ...others] = await outcomes(kind, size, 'wasm');
    expect(difference(one, first)).toBeLessThan(1e-5);
    for (const other of others) expect(difference(first, other)).toBe(0);
    const [again] = await outcomes(kind, size, 'wasm');
    expect(difference(first, again)).toBe(0);
  }
});

test.each(['dropout of each element, and of weights and words', 'locked dropout, zoneout, AR and TAR'])(
  '%s: on wasm too, the masks are those of all streams',
  async (name) => {
    const one = await outcomeOf(kinds[name], single, 'wasm');
    const [first] = await outcomes(kinds[name], 3, 'wasm');
    expect(difference(one, first)).toBeLessThan(1e-5);
  },
);

test('large gradients in shared memory are summed where they are, with the bits of copies', async () => {
  const wide = {
    config: { cell: 'lstm', hiddenSize: 200, embeddingSize: 200, layers: 1 },
    train: sgd(3),
  } as const;
  const [copied] = await outcomes(wide, 2, 'wasm', 1);
  const [shared] = await outcomes(wide, 2, 'wasm', 2);
  expect(difference(copied, shared)).toBe(0);
});

test('at the default rate of 30, the gradients of the first step differ by rounding', async () => {
  const kind = { config: { cell: 'lstm' }, train: sgd(1, 30) } as const;
  const one = await outcomeOf(kind, single, 'wasm');
  for (const size of [2, 3, 4]) {
    const [first] = await outcomes(kind, size, 'wasm');
    expect(difference(one, first, 'gradients')).toBeLessThan(1e-5);
  }
});
