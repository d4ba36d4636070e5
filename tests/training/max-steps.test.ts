import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { RandomLengths } from '../../src/training/random-lengths.ts';
import { Plateau } from '../../src/training/schedules/plateau.ts';
import type { TrainingState } from '../../src/training/state/training-state.ts';
import { type TrainEvent, type TrainOptions, train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';

const { ids, model, corpus } = trainingData(403, 60);
const backend = await openBackend('wasm', { threads: 1 });

/** 6 blocks an epoch. */
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  batches: new StreamBatches(ids, { N: 5, T: 12, end: 'cut' }),
  optimizer: new Adam(backend),
  schedule: new Plateau({ lr: 0.01 }),
  average: new EMA(backend),
  valid: corpus,
  ...changes,
});

async function run(trained: RecurrentLM, of: TrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(trained, of)) events.push(event);
  return events;
}
const named = (events: readonly TrainEvent[], name: TrainEvent['event']) =>
  events.filter((one) => one.event === name);
const weightsOf = ({ params }: RecurrentLM) => params.map(({ value }) => value.values());

test('ends after that many steps, evaluating each epoch, including the last, incomplete one', async () => {
  for (const [maxSteps, epochs] of [
    [1, [[1, 1]]],
    [4, [[1, 4]]],
    [6, [[1, 6]]],
    [
      15,
      [
        [1, 6],
        [2, 12],
        [3, 15],
      ],
    ],
  ] as const) {
    const events = await run(model(backend), options({ maxSteps }));
    expect(named(events, 'step')).toHaveLength(maxSteps);
    expect(named(events, 'epoch').map((one) => [one.epoch, one.step])).toEqual(epochs);
  }
});

test('an incomplete epoch is evaluated with the weights of the last step', async () => {
  const trained = model(backend);
  const events = await run(trained, {
    batches: options().batches,
    optimizer: new Adam(backend),
    maxSteps: 4,
    valid: corpus,
  });
  const { perplexity } = await evaluate(trained, corpus);
  expect(named(events, 'epoch')).toMatchObject([{ validPerplexity: perplexity }]);
});

test('with epochs as well, whichever ends first', async () => {
  expect(named(await run(model(backend), options({ maxSteps: 15, epochs: 1 })), 'step')).toHaveLength(6);
  expect(named(await run(model(backend), options({ maxSteps: 3, epochs: 1 })), 'step')).toHaveLength(3);
  await expect(run(model(backend), options())).rejects.toThrow(
    /epochs is undefined; it must be a positive integer/,
  );
  await expect(run(model(backend), options({ maxSteps: 0 }))).rejects.toThrow(/maxSteps is 0/);
});

test('blocks of random lengths count as steps', async () => {
  const lengths = new RandomLengths(new Random(4), 12);
  const batches = new StreamBatches(ids, { N: 5, T: 12, end: 'wrap', lengths });
  expect(named(await run(model(backend), options({ batches, maxSteps: 50 })), 'step')).toHaveLength(50);
});

test('resumed with more steps, a run has the bits of one with these steps from the start', async () => {
  const whole = model(backend);
  await run(whole, options({ maxSteps: 15 }));
  for (const maxSteps of [4, 6, 9]) {
    const first = model(backend);
    let kept: { state: TrainingState; weights: Float64Array[] } | null = null;
    for await (const event of train(first, options({ maxSteps, checkpoints: { steps: 1 } }))) {
      if (event.event === 'checkpoint') kept = { state: event.state, weights: weightsOf(first) };
    }
    const { state, weights } = kept!;
    expect(state.step).toBe(maxSteps);
    const resumed = model(backend, 2);
    resumed.params.forEach(({ value }, i) => value.set(weights[i]));
    const rest = await run(resumed, options({ maxSteps: 15, from: state }));
    expect(named(rest, 'step')).toHaveLength(15 - maxSteps);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  }
});

test('resumed at its last step, a run is evaluated and takes no step', async () => {
  const first = model(backend);
  const checkpoints = named(
    await run(first, options({ maxSteps: 4, checkpoints: { steps: 4 } })),
    'checkpoint',
  );
  const { state } = checkpoints[0] as Extract<TrainEvent, { event: 'checkpoint' }>;
  const rest = await run(first, options({ maxSteps: 4, from: state }));
  expect(rest.map(({ event }) => event)).toEqual(['epoch']);
});

test('a length that changes during the run takes effect at the next step', async () => {
  const [changed, fixed] = [model(backend), model(backend)];
  let length: Pick<TrainOptions, 'epochs' | 'maxSteps'> = { epochs: 5 };
  const events: TrainEvent[] = [];
  for await (const event of train(changed, options({ length: () => length }))) {
    events.push(event);
    if (event.event === 'step' && event.step === 3) length = { maxSteps: 20 };
    if (event.event === 'step' && event.step === 8) length = { maxSteps: 10 };
  }
  expect(named(events, 'epoch').map(({ step }) => step)).toEqual([6, 10]);
  await run(fixed, options({ maxSteps: 10 }));
  expect(weightsOf(changed)).toEqual(weightsOf(fixed));
  await expect(run(fixed, options({ length: () => ({}) }))).rejects.toThrow(/^train: epochs is undefined/);
});
