import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { ItemBatches, type ItemCorpus } from '../../src/data/batches/item-batches.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { type Cell, cells } from '../../src/models/cells.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { NTASGD } from '../../src/training/averages/nt-asgd.ts';
import { shuffledItems } from '../../src/training/item-order.ts';
import { Adam, AdamW } from '../../src/training/optimizers/adam.ts';
import { Momentum } from '../../src/training/optimizers/momentum.ts';
import { Muon } from '../../src/training/optimizers/muon.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { RandomLengths } from '../../src/training/random-lengths.ts';
import { cosine } from '../../src/training/schedules/cosine.ts';
import { constant } from '../../src/training/schedules/decay.ts';
import { Plateau } from '../../src/training/schedules/plateau.ts';
import { packState, unpackState } from '../../src/training/state/packed-state.ts';
import type { TrainingState } from '../../src/training/state/training-state.ts';
import { type TrainOptions, train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

const { ids, model, corpus, vocabulary } = trainingData(403, 60);
const backend = await openBackend('wasm', { threads: 2 });
const sizes = { N: 5, T: 12 };

/** Everything is made anew, as a new process would. */
const kinds: Readonly<Record<string, () => TrainOptions>> = {
  'SGD on streams that wrap': () => ({
    batches: new StreamBatches(ids, { ...sizes, end: 'wrap' }),
    optimizer: new SGD(backend, { lr: 0.5 }),
    epochs: 3,
    clip: 0.25,
  }),
  'momentum, plateau and NT-ASGD on streams that are cut': () => ({
    batches: new StreamBatches(ids, { ...sizes, end: 'cut' }),
    optimizer: new Momentum(backend, { lr: 2 }),
    schedule: new Plateau({ lr: 2, factor: 0.25 }),
    average: new NTASGD(backend, { nonmono: 1 }),
    valid: corpus,
    epochs: 4,
  }),
  'Adam, cosine, EMA and blocks of random length': () => ({
    batches: new StreamBatches(ids, {
      ...sizes,
      end: 'cut',
      lengths: new RandomLengths(new Random(4), sizes.T),
    }),
    optimizer: new Adam(backend),
    schedule: cosine({ lr: 0.01, steps: 20 }),
    average: new EMA(backend),
    valid: corpus,
    epochs: 3,
  }),
  'Muon with SGD, cosine': () => ({
    batches: new StreamBatches(ids, { ...sizes, end: 'cut' }),
    optimizer: new Muon(backend, { others: new SGD(backend, { lr: 0.5 }) }),
    schedule: cosine({ lr: 0.02, steps: 20 }),
    epochs: 3,
    clip: 0.25,
  }),
  'items in another order at each pass, in blocks of random length': () => ({
    batches: new ItemBatches(itemsOf(ids), {
      ...sizes,
      order: shuffledItems(6),
      lengths: new RandomLengths(new Random(4), sizes.T),
    }),
    optimizer: new Adam(backend),
    epochs: 3,
  }),
};

/** The ids as items of one to six tokens: every seventh is an end. */
function itemsOf(given: Int32Array): ItemCorpus {
  const end = vocabulary.size - 1;
  const items = given.map((id, i) => (i % 7 === 0 || i === given.length - 1 ? end : id % end));
  return { ids: items, items: items.filter((id) => id === end).length - 1 };
}

interface Stop {
  readonly state: TrainingState;
  readonly weights: readonly Float64Array[];
}

/** With dropout and zoneout, whose masks must go on as well. */
const open = (seed: number, cell: Cell = 'lstm') => {
  const sizes = {
    cell,
    vocabSize: vocabulary.size,
    embeddingSize: 8,
    hiddenSize: 8,
    layers: 2,
    ...(cells[cell].zoneout.includes('c') && { zoneout: 0.1, zoneoutCell: 0.3 }),
  } as const;
  return new RecurrentLM(backend, sizes, new Random(seed), {
    dropout: 0.2,
    weightDrop: cells[cell].recurrentWeight ? 0.2 : 0,
  });
};

const weightsOf = ({ params }: RecurrentLM) => params.map(({ value }) => value.values());

/** Trains to the end. Returns what the weights were at each checkpoint and are at the end. */
async function run(trained: RecurrentLM, options: TrainOptions): Promise<{ stops: Stop[]; told: string[] }> {
  const [stops, told]: [Stop[], string[]] = [[], []];
  for await (const event of train(trained, { ...options, checkpoints: { steps: 1 } })) {
    if (event.event === 'checkpoint') stops.push({ state: event.state, weights: weightsOf(trained) });
    else told.push(JSON.stringify({ ...event, tokensPerSecond: 0 }));
  }
  return { stops, told };
}

const cases = [
  ...Object.entries(kinds).map(([kind, options]) => [kind, 'lstm', options] as const),
  ...(['lstm-cifg', 'mogrifier-lstm', 'mingru', 'minlstm'] as const).map(
    (cell) => ['Adam', cell, Object.values(kinds)[2]] as const,
  ),
];

test.each(cases)('resumes from any checkpoint to the same bits: %s, %s', async (_, cell, options) => {
  const whole = open(1, cell);
  const { stops, told } = await run(whole, options());
  expect(stops.length).toBeGreaterThan(12);
  for (const { state, weights } of stops.filter((_, i) => i % 3 === 1)) {
    const packed = packState(state);
    const json = JSON.parse(JSON.stringify(packed.json));
    const from = unpackState({ json, arrays: packed.arrays }, 'test');
    const resumed = open(2, cell);
    resumed.params.forEach(({ value }, i) => value.set(weights[i]));
    const rest = await run(resumed, { ...options(), from });
    expect(rest.told).toEqual(told.slice(told.length - rest.told.length));
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  }
});

test('ends when the validation perplexity has not improved for `patience` evaluations, resumed or not', async () => {
  // So small a rate changes no float32: the first evaluation stays the best.
  const options = (): TrainOptions => ({
    batches: new StreamBatches(ids, { ...sizes, end: 'cut' }),
    optimizer: new SGD(backend, { lr: 1e-12 }),
    valid: corpus,
    epochs: 9,
    patience: 3,
  });
  const { stops, told } = await run(model(backend), options());
  const epochs = told.filter((line) => line.includes('"event":"epoch"'));
  expect(epochs).toHaveLength(4);
  for (const { state, weights } of [stops.at(-1), stops.at(-9)] as Stop[]) {
    expect(state).toMatchObject({ bestEpoch: 1 });
    const resumed = model(backend);
    resumed.params.forEach(({ value }, i) => value.set(weights[i]));
    const rest = await run(resumed, { ...options(), from: state });
    expect(rest.told.filter((line) => line.includes('"event":"epoch"'))).toEqual(
      epochs.slice(state.epoch - 1),
    );
  }
  const { valid: _, ...blind } = options();
  await expect(run(model(backend), blind)).rejects.toThrow(/patience needs a validation perplexity/);
});

test('a damaged state is refused', async () => {
  const { stops } = await run(model(backend), kinds['SGD on streams that wrap']());
  const { json, arrays } = packState(stops[0].state);
  const changes: Readonly<Record<string, unknown>>[] = [
    { meter: null },
    { meter: { ...stops[0].state.meter, losses: null } },
    { step: -1 },
    { epoch: 1.5 },
    { epoch: 0 },
    { best: 'good' },
    { bestEpoch: null },
    { rateFactor: 0 },
    { rateFactor: 2 },
    { streams: 'five' },
    { streams: null },
    { optimizer: 1 },
    { anchor: 7 },
  ];
  const damaged = changes.map((change) => ({ ...Object(json), ...change }));
  for (const bad of [null, 7, [], ...damaged]) {
    expect(() => unpackState({ json: bad, arrays }, 'a.safetensors')).toThrow(
      /^a\.safetensors: the .* in the checkpoint is missing or damaged/,
    );
  }
  expect(unpackState({ json, arrays }, 'a.safetensors')).toEqual(stops[0].state);
});

test('missing parts of a state are errors, not new starts', async () => {
  const options = kinds['Adam, cosine, EMA and blocks of random length'];
  const { stops } = await run(open(1), options());
  const { state } = stops[3];
  const without = (part: 'optimizer' | 'average', pattern: RegExp): TrainingState => {
    const saved = state[part]!;
    const tensors = new Map([...saved.tensors].filter(([name]) => !pattern.test(name)));
    expect(tensors.size).toBeLessThan(saved.tensors.size);
    return { ...state, [part]: { ...saved, tensors } };
  };
  const { lengths: _, ...batches } = state.batches;
  const cases: [TrainingState, RegExp][] = [
    [
      without('optimizer', /./),
      /^\w+: the saved moment of embedding.W is missing; it must be \(\d+, 8\)\. Resume with/,
    ],
    [without('optimizer', /affine\.b\.\w+$/), /moment of affine\.b is missing/],
    [without('average', /0\.Wh/), /^average: the saved moment of \S*0\.Wh is missing/],
    [{ ...state, average: null }, /the checkpoint was written without an average, and this run is with/],
    [{ ...state, schedule: null }, /the checkpoint was written without a schedule, and this run is with/],
    [{ ...state, batches }, /the saved state has fixed block lengths, this one has varying ones/],
  ];
  for (const [from, message] of cases) {
    await expect(run(open(1), { ...options(), from })).rejects.toThrow(message);
  }
});

test('a checkpoint of other batches is refused before any step', async () => {
  const { stops } = await run(model(backend), kinds['SGD on streams that wrap']());
  const options = { ...kinds['SGD on streams that wrap'](), from: stops[0].state };
  const other = { ...options, batches: new StreamBatches(ids, { N: 5, T: 7, end: 'wrap' }) };
  await expect(run(model(backend), other)).rejects.toThrow(
    /the saved time is 12; it must be a multiple of T=7/,
  );
});

test('a checkpoint of another optimizer, average or schedule is refused, even with a similar state', async () => {
  const options = () => kinds['Adam, cosine, EMA and blocks of random length']();
  const { stops } = await run(open(1), options());
  const { json, arrays } = packState(stops[3].state);
  const from = unpackState({ json: JSON.parse(JSON.stringify(json)), arrays }, 'test');
  const others: [Partial<TrainOptions>, string][] = [
    [{ optimizer: new AdamW(backend) }, 'optimizer adam, and this run has adamw'],
    [{ optimizer: new SGD(backend, { lr: 1 }) }, 'optimizer adam, and this run has sgd'],
    [{ schedule: constant({ lr: 0.01 }) }, 'schedule cosine, and this run has constant'],
  ];
  for (const [other, message] of others) {
    await expect(run(open(1), { ...options(), ...other, from })).rejects.toMatchObject({
      code: 'checkpoint-foreign',
      message: expect.stringContaining(message),
    });
  }
});
