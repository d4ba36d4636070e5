import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { generate } from '../../src/generation/writing/generate.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { NTASGD } from '../../src/training/averages/nt-asgd.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { Momentum } from '../../src/training/optimizers/momentum.ts';
import { Muon } from '../../src/training/optimizers/muon.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { type PlanBytesOptions, planBytes } from '../../src/training/plan-bytes.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

const config = (
  vocabSize: number,
  embeddingSize: number,
  hiddenSize: number,
  layers = 1,
): RecurrentConfig => ({
  cell: 'rnn',
  vocabSize,
  embeddingSize,
  hiddenSize,
  layers,
});

/** Texts of these lengths, of at most 40 different tokens. */
const textOf = (tokens: number) => trainingData(tokens, 40).corpus;

const cases: readonly (readonly [string, RecurrentConfig, PlanBytesOptions])[] = [
  ['wasm', config(50, 8, 12), { N: 4, T: 5 }],
  ['wasm', config(60, 20, 30, 3), { N: 20, T: 35, clip: 0.25, texts: [1000, 300] }],
  ['wasm', config(5000, 16, 16), { N: 3, T: 2, clip: 5, texts: [90, 2000] }],
  ['wasm-strict', config(70, 40, 300), { N: 1, T: 50, texts: [60, 80, 100] }],
  ['wasm', config(60, 20, 30), { N: 20, T: 35, clip: 0.25, texts: [300], optimizer: (on) => new Adam(on) }],
  [
    'wasm',
    { ...config(60, 20, 50, 2), cell: 'lstm' },
    { N: 4, T: 5, optimizer: (on) => new Muon(on, { others: new Adam(on) }) },
  ],
  [
    'wasm',
    { ...config(3000, 16, 16), tied: true },
    { N: 4, T: 5, model: { sampledSoftmax: { size: 60, steps: 1 } } },
  ],
  [
    'reference',
    config(50, 8, 12),
    {
      N: 4,
      T: 5,
      texts: [200],
      optimizer: (on) => new Momentum(on, { lr: 0.1 }),
      average: (on) => new NTASGD(on),
    },
  ],
  ['wasm', config(500, 20, 30), { N: 2, T: 3, average: (on) => new EMA(on) }],
  ['wasm', { ...config(60, 20, 30, 2), cell: 'lstm', tied: true }, { N: 20, T: 35, clip: 1, texts: [300] }],
  ['wasm', { ...config(60, 20, 150), cell: 'lstm-cifg' }, { N: 4, T: 10, clip: 1, texts: [300] }],
  ['wasm', { ...config(60, 20, 150), cell: 'mogrifier-lstm' }, { N: 4, T: 10, clip: 1, texts: [300] }],
  ['wasm', { ...config(60, 20, 150), cell: 'gru' }, { N: 4, T: 10, texts: [300] }],
  ['reference', { ...config(50, 8, 12), cell: 'gru', resetAfter: true }, { N: 4, T: 10, texts: [200] }],
  ['wasm', { ...config(60, 20, 30, 2), cell: 'mingru', tied: true }, { N: 20, T: 35, texts: [300] }],
  ['wasm', { ...config(60, 20, 150), cell: 'minlstm' }, { N: 4, T: 10, clip: 1, texts: [300] }],
  ['reference', config(50, 8, 12, 2), { N: 4, T: 40, clip: 1, texts: [200] }],
];

describe.each(cases)('on %s, of %o with %o', (name, sizes, options) => {
  test('training, evaluation and generation stay within the plan, which is tight', async () => {
    const backend = await openBackend(name, { threads: 2 });
    const { arena } = backend;
    const planned = await planBytes(backend, sizes, options);
    arena.reserve(planned);
    const reserved = arena.memory.buffer.byteLength;
    expect(reserved).toBeGreaterThanOrEqual(planned);
    const { N, T, clip, texts = [] } = options;
    const [valid, ...others] = texts.map(textOf);
    const model = new RecurrentLM(backend, sizes, new Random(1), options.model);
    const batches = new StreamBatches(textOf(N * T * 2 + 50).ids, { N, T, end: 'cut' });
    const optimizer = options.optimizer?.(backend) ?? new SGD(backend, { lr: 0.1 });
    const average = options.average?.(backend);
    const limits = { ...(clip && { clip }), ...(valid && { valid }), ...(average && { average }) };
    for await (const _ of train(model, { batches, optimizer, epochs: 2, ...limits }));
    if (average) await average.during(model.params, () => {});
    for (const text of others) await evaluate(model, text);
    const writing = { prompt: Int32Array.of(1), random: new Random(1), length: 3 };
    for await (const _ of generate(model, writing));
    expect(arena.bytesSpanned).toBeLessThanOrEqual(planned);
    expect(planned).toBeLessThanOrEqual(1.1 * arena.bytesSpanned);
    expect(arena.memory.buffer.byteLength).toBe(reserved);
    backend.close();
  });
});

test('planning a large model allocates nothing, and reports one that is too large', async () => {
  const backend = await openBackend('wasm', { threads: 1 });
  const before = backend.arena.memory.buffer.byteLength;
  const small = await planBytes(backend, config(100_000, 200, 200), {
    N: 20,
    T: 35,
    clip: 0.25,
    texts: [1000],
  });
  // Weights and gradients are 2 · 4 bytes of V·D + H·V + V + D·H + H·H + H.
  expect(small).toBeGreaterThan(8 * (100_000 * 401 + 80_200));
  expect(small).toBeLessThan(2 ** 30);
  const large = await planBytes(backend, config(1_000_000, 1000, 1000), { N: 1, T: 1 });
  expect(large).toBeGreaterThan(16e9);
  expect(backend.arena.memory.buffer.byteLength).toBe(before);
  expect(() => backend.arena.reserve(large)).toThrow(/^wasm: the model needs 14\.\d GiB; /);
});
