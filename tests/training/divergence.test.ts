import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { decayAfter } from '../../src/training/schedules/decay.ts';
import { packState, unpackState } from '../../src/training/state/packed-state.ts';
import type { TrainingState } from '../../src/training/state/training-state.ts';
import { type TrainEvent, type TrainOptions, train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

const { ids, corpus, model } = trainingData(403, 60);
const backend = await openBackend('wasm-strict', { threads: 1 });
const relu = { cell: 'rnn-relu' } as const;

/** ReLU has no bound, and so high a rate no mercy. */
const wild = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  batches: new StreamBatches(ids, { N: 5, T: 8, end: 'cut' }),
  optimizer: new SGD(backend, { lr: 20 }),
  epochs: 3,
  valid: corpus,
  onDivergence: 'rollback',
  ...more,
});

type Rollback = Extract<TrainEvent, { event: 'rollback' }>;

async function run(trained: RecurrentLM, options: TrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(trained, options)) events.push(event);
  return events;
}

const rollbacksOf = (events: TrainEvent[]): Rollback[] =>
  events.filter((event): event is Rollback => event.event === 'rollback');

/** A checkpoint as a file has it. */
interface Stop {
  readonly state: TrainingState;
  readonly weights: Float64Array[];
}

/** What was told, and the checkpoints; `onStep` hears of each step, counted from 1. */
async function follow(
  trained: RecurrentLM,
  options: TrainOptions,
  onStep: (count: number) => void = () => {},
): Promise<{ stops: Stop[]; told: string[] }> {
  const [stops, told]: [Stop[], string[]] = [[], []];
  let steps = 0;
  for await (const event of train(trained, options)) {
    told.push(event.event);
    if (event.event === 'step') onStep(++steps);
    if (event.event !== 'checkpoint') continue;
    const { json, arrays } = packState(event.state);
    const state = unpackState({ json: JSON.parse(JSON.stringify(json)), arrays }, 'test');
    stops.push({ state, weights: weights(trained) });
  }
  return { stops, told };
}

/** Another model with the weights of a checkpoint. */
function goOnFrom({ weights }: Stop): RecurrentLM {
  const resumed = model(backend, 2, relu);
  resumed.params.forEach(({ value }, i) => value.set(weights[i]));
  return resumed;
}

const weights = (trained: RecurrentLM) => trained.params.map(({ value }) => value.values());
const areFinite = (trained: RecurrentLM) => weights(trained).every((values) => values.every(Number.isFinite));

test('divergence stops a run, unless it may roll back: then it completes', async () => {
  await expect(run(model(backend, 1, relu), wild({ onDivergence: 'stop' }))).rejects.toThrow(
    /^train: the (loss of step \d+ \(epoch 1\)|train perplexity of epoch 1) is (NaN|Infinity); it must stay finite/,
  );
  const trained = model(backend, 1, relu);
  const events = await run(trained, wild());
  const rollbacks = rollbacksOf(events);
  expect(rollbacks.length).toBeGreaterThan(0);
  expect(rollbacks[0]).toMatchObject({ toEpoch: 1, toStep: 0, rateFactor: 0.5, rollbacks: 1 });
  expect(rollbacks[0].reason).toMatch(/^the .* is (NaN|Infinity)$/);
  expect(rollbacks.map(({ rateFactor }) => rateFactor)).toEqual(rollbacks.map((_, i) => 0.5 ** (i + 1)));
  expect(areFinite(trained)).toBe(true);
  const last = events.at(-1);
  expect(last).toMatchObject({ event: 'epoch', epoch: 3, step: 30 });
  expect(last?.event === 'epoch' && last.validPerplexity).toBeLessThan(100);
});

test('a run after a rollback equals a run from that step at that rate', async () => {
  const trained = model(backend, 1, relu);
  const factor = rollbacksOf(await run(trained, wild())).at(-1)?.rateFactor as number;
  const other = model(backend, 1, relu);
  await run(other, wild({ optimizer: new SGD(backend, { lr: 20 * factor }), onDivergence: 'stop' }));
  expect(weights(trained)).toEqual(weights(other));
});

test('schedules are multiplied by the reduced rate', async () => {
  const optimizer = new SGD(backend, { lr: 1 });
  const rates: number[] = [];
  const update = optimizer.update.bind(optimizer);
  optimizer.update = (params) => {
    rates.push(optimizer.lr);
    update(params);
  };
  const schedule = decayAfter({ lr: 20, after: 1 });
  const events = await run(model(backend, 1, relu), wild({ optimizer, schedule }));
  const factor = rollbacksOf(events).at(-1)?.rateFactor as number;
  const expected = [20, 10, 5].flatMap((lr) => new Array(10).fill(lr * factor));
  expect(rates.slice(-30)).toEqual(expected);
});

test('resumes from any checkpoint to the same bits, before and after rollbacks', async () => {
  const options = (from?: TrainingState) =>
    wild({
      optimizer: new Adam(backend, { lr: 0.05 }),
      average: new EMA(backend),
      checkpoints: { steps: 4 },
      ...(from && { from }),
    });
  /** Every run loses its footing at its updates 11 and 17, as long as the rate is high. */
  const trip = (trained: RecurrentLM, { optimizer }: TrainOptions) => {
    const [update, restore] = [optimizer.update.bind(optimizer), optimizer.restore.bind(optimizer)];
    let updates = 0;
    optimizer.restore = (state) => {
      restore(state);
      updates = Number(state.numbers.updates);
    };
    optimizer.update = (params) => {
      const isHigh = optimizer.lr > 0.02;
      update(params);
      updates += 1;
      if (isHigh && [11, 17].includes(updates)) trained.params[1].value.view()[0] = Number.NaN;
    };
  };
  const whole = model(backend, 1, relu);
  const chosen = options();
  trip(whole, chosen);
  const { stops, told } = await follow(whole, chosen);
  expect(told.filter((event) => event === 'rollback').length).toBe(2);
  expect(stops.filter(({ state }) => state.rollbacks > 0 && state.anchor === null)).toHaveLength(2);
  for (const stop of stops) {
    const more = options(stop.state);
    const resumed = goOnFrom(stop);
    trip(resumed, more);
    await run(resumed, more);
    expect(weights(resumed)).toEqual(weights(whole));
  }
});

/** As wild as it was, through loss after loss that no checkpoint outlives. */
const exploding = (steps: number, more: Partial<TrainOptions> = {}) =>
  wild({ optimizer: new SGD(backend, { lr: 30 }), checkpoints: { steps }, epochs: 2, ...more });

test('resumes from any checkpoint to the same bits, also from one that a rollback skips', async () => {
  const whole = model(backend, 1, relu);
  const { stops, told } = await follow(whole, exploding(1));
  expect(told.filter((event) => event === 'rollback').length).toBeGreaterThan(2);
  const end = weights(whole);
  for (const stop of stops) {
    const resumed = goOnFrom(stop);
    await run(resumed, exploding(1, { from: stop.state }));
    expect(weights(resumed)).toEqual(end);
  }
});

test('an interruption does not change the rollback target', async () => {
  const whole = model(backend, 1, relu);
  const { told } = await follow(whole, exploding(4));
  const steps = told.filter((event) => event === 'step').length;
  for (let stopAfter = 1; stopAfter < steps; stopAfter++) {
    const controller = new AbortController();
    const stopped = model(backend, 1, relu);
    const { stops } = await follow(stopped, exploding(4, { signal: controller.signal }), (count) => {
      if (count === stopAfter) controller.abort();
    });
    const last = stops.at(-1)!;
    const resumed = goOnFrom(last);
    await run(resumed, exploding(4, { from: last.state }));
    expect(weights(resumed)).toEqual(weights(whole));
  }
});

test('after five rollbacks without progress it fails, with the last good weights in the model', async () => {
  const trained = model(backend, 1, relu);
  const before = weights(trained);
  const found: TrainEvent[] = [];
  const hopeless = async () => {
    for await (const event of train(trained, wild({ optimizer: new SGD(backend, { lr: 1e30 }) }))) {
      found.push(event);
    }
  };
  await expect(hopeless).rejects.toThrow(
    /is (NaN|Infinity), after 5 rollbacks to step 0 that each halved the learning rate; it must stay finite\. Resume from an earlier checkpoint, lower the learning rate \(\d\.\d+e\+28\)/,
  );
  expect(rollbacksOf(found).map(({ rollbacks }) => rollbacks)).toEqual([1, 2, 3, 4, 5]);
  expect(weights(trained)).toEqual(before);
});

test('a checkpoint of diverged but finite weights is not a rollback target', async () => {
  const trained = model(backend);
  const optimizer = new SGD(backend, { lr: 0.5 });
  const update = optimizer.update.bind(optimizer);
  let count = 0;
  optimizer.update = (params) => {
    update(params);
    count += 1;
    // Step 6 makes the biases absurd, step 8 shows it.
    if (count === 6) trained.params.at(-1)?.value.view().set([1e6]);
    if (count === 8) trained.params[0].value.view()[0] = Number.NaN;
  };
  const options = wild({ optimizer, checkpoints: { steps: 3 }, epochs: 1, valid: corpus });
  const events = await run(trained, options);
  expect(rollbacksOf(events)).toMatchObject([{ step: 9, toStep: 3, rollbacks: 1 }]);
  expect(events.at(-2)).toMatchObject({ event: 'epoch', step: 10 });
});

test('a gradient norm that is not finite never affects the weights', async () => {
  for (const onDivergence of ['stop', 'rollback'] as const) {
    const trained = model(backend);
    const backward = trained.backward.bind(trained);
    let count = 0;
    trained.backward = () => {
      backward();
      if (++count === 13) trained.params[1].grad.view()[0] = Number.POSITIVE_INFINITY;
    };
    const options = wild({ optimizer: new SGD(backend, { lr: 0.5 }), clip: 1, onDivergence });
    if (onDivergence === 'stop') {
      await expect(run(trained, options)).rejects.toThrow(
        'train: the norm of the gradients of step 13 (epoch 2) is Infinity; it must stay finite. ' +
          'Lower the learning rate (0.5) or clip the gradients below 1.',
      );
      expect(areFinite(trained)).toBe(true);
    } else {
      const [rollback, ...more] = rollbacksOf(await run(trained, options));
      expect(rollback).toMatchObject({ epoch: 2, step: 13, toEpoch: 2, toStep: 10, rateFactor: 0.5 });
      expect(more).toEqual([]);
    }
  }
});

test('a checkpoint with weights that are not finite is never emitted', async () => {
  for (const onDivergence of ['stop', 'rollback'] as const) {
    const trained = model(backend);
    const optimizer = new SGD(backend, { lr: 0.5 });
    const update = optimizer.update.bind(optimizer);
    let count = 0;
    optimizer.update = (params) => {
      update(params);
      if (++count === 6) trained.params[0].value.view()[0] = Number.NaN;
    };
    const told: string[] = [];
    const all = async () => {
      for await (const event of train(
        trained,
        wild({ optimizer, checkpoints: { steps: 3 }, epochs: 1, onDivergence }),
      )) {
        if (event.event !== 'step') told.push(`${event.event} ${event.step}`);
        if (event.event === 'checkpoint') expect(areFinite(trained)).toBe(true);
      }
    };
    if (onDivergence === 'stop') {
      await expect(all).rejects.toThrow(/sum of squares of the weights after step 6 is NaN/);
      expect(told).toEqual(['checkpoint 3']);
    } else {
      await all();
      expect(told).toEqual([
        'checkpoint 3',
        'rollback 6',
        'checkpoint 3',
        'checkpoint 6',
        'checkpoint 9',
        'epoch 10',
        'checkpoint 10',
      ]);
    }
  }
});
