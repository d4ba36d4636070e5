import { afterEach, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { SGD } from '../../../src/training/optimizers/sgd.ts';
import { SlowStep } from '../../../src/training/step/meter.ts';
import { type TrainOptions, train } from '../../../src/training/train.ts';
import { stopClock } from '../../support/clock.ts';
import { trainingData } from '../../support/models.ts';

const { ids, model: open } = trainingData(60, 10);
const backend = await openBackend('reference');

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Trains two steps of 110 ms each. */
async function trainSlowly(options: Pick<TrainOptions, 'notice'>): Promise<void> {
  const model = open(backend);
  const forward = model.forward.bind(model);
  const pass = stopClock();
  vi.spyOn(model, 'forward').mockImplementation((...given) => {
    pass(110);
    return forward(...given);
  });
  const batches = new StreamBatches(ids.subarray(0, 21), { N: 2, T: 5, end: 'cut' });
  const run = train(model, { batches, optimizer: new SGD(backend, { lr: 0.1 }), epochs: 1, ...options });
  for await (const _ of run);
}

test('steps of more than 100 ms on the main thread of a page are reported once, to notice or the console', async () => {
  vi.stubGlobal('document', {});
  const [lines, warn] = [[] as string[], vi.spyOn(console, 'warn').mockImplementation(() => {})];
  await trainSlowly({ notice: (line) => lines.push(line) });
  expect(lines).toEqual([
    expect.stringMatching(
      /^train: a step blocked the main thread of the page for \d+ ms; .* Train in a worker/,
    ),
  ]);
  expect(warn).not.toHaveBeenCalled();
  await trainSlowly({});
  expect(warn.mock.calls).toEqual([[expect.stringContaining('Train in a worker')]]);
});

test('outside a page, and for short steps, nothing is reported', async () => {
  const lines: string[] = [];
  await trainSlowly({ notice: (line) => lines.push(line) });
  vi.stubGlobal('document', {});
  vi.spyOn(performance, 'now').mockReturnValue(0);
  expect(new SlowStep((line) => lines.push(line)).watch(() => 7)).toBe(7);
  expect(lines).toEqual([]);
});
