import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import type { Group } from '../../../src/distributed/group.ts';
import { single } from '../../../src/distributed/single.ts';
import { readWeights, writeWeights } from '../../../src/models/weights.ts';
import { evaluate } from '../../../src/training/evaluation/evaluate.ts';
import { Momentum } from '../../../src/training/optimizers/momentum.ts';
import { constant } from '../../../src/training/schedules/decay.ts';
import type { Anchor } from '../../../src/training/state/training-state.ts';
import { type TrainEvent, type TrainOptions, train } from '../../../src/training/train.ts';
import { localGroups } from '../../support/local-groups.ts';
import { trainingData } from '../../support/models.ts';

const { ids, corpus, model: create } = trainingData(1203, 60);
const config = { cell: 'lstm', layers: 2 } as const;
const sizes = { N: 7, T: 9, end: 'wrap' } as const;

/** Trains on one rank; `after` sees each event, with the weights at that time. */
async function run(
  group: Group,
  options: Partial<TrainOptions>,
  {
    from,
    after = () => {},
  }: { from?: Anchor; after?: (event: TrainEvent, weights: Anchor['weights']) => void } = {},
) {
  const backend = await openBackend('reference');
  const model = create(backend, 3, config);
  if (from) writeWeights(model, from.weights);
  const batches = new StreamBatches(ids, sizes);
  const all = { batches, optimizer: new Momentum(backend, { lr: 0.5 }), maxSteps: 40, clip: 0.25, group };
  for await (const event of train(model, { ...all, ...options, ...(from && { from: from.state }) })) {
    after(event, readWeights(model));
  }
  return readWeights(model);
}

function difference(a: Anchor['weights'], b: Anchor['weights']): number {
  return Math.max(
    ...[...a].flatMap(([name, { data }]) =>
      Array.from(data as Float64Array, (x, i) => Math.abs(x - Number(b.get(name)?.data[i]))),
    ),
  );
}

/** The checkpoint at step 20 of a run of some ranks, as rank 0 saves it. */
async function checkpointOf(size: number): Promise<Anchor> {
  let found: Anchor | null = null;
  const options = { checkpoints: { steps: 20 } };
  const save = (event: TrainEvent, weights: Anchor['weights']) => {
    if (event.event === 'checkpoint' && event.step === 20) found = { state: event.state, weights };
  };
  await Promise.all(
    localGroups(size).map((group) => run(group, options, group.rank === 0 ? { after: save } : {})),
  );
  return found as unknown as Anchor;
}

test('a run of 3 ranks goes on with 1, 2 or 5, as one process would', async () => {
  const whole = await run(single, {});
  const from = await checkpointOf(3);
  expect(from.state.carried?.N).toBe(sizes.N);
  expect(difference(whole, await run(single, {}, { from }))).toBeLessThan(1e-12);
  for (const size of [2, 5]) {
    const [first] = await Promise.all(localGroups(size).map((group) => run(group, {}, { from })));
    expect(difference(whole, first)).toBeLessThan(1e-12);
  }
});

test('all ranks stop after the same step when one is asked to', async () => {
  const controller = new AbortController();
  const stops: number[] = [];
  const after = (event: TrainEvent) => {
    if (event.event === 'step' && event.step === 7) controller.abort();
    if (event.event === 'interrupted') stops.push(event.step);
  };
  const { signal } = controller;
  await Promise.all(localGroups(3).map((group) => run(group, group.rank === 1 ? { signal } : {}, { after })));
  expect(stops).toEqual([8, 8, 8]);
});

test('all ranks roll back to the same step', async () => {
  const steps = async (group: Group) => {
    const rolled: unknown[] = [];
    const options = {
      schedule: constant({ lr: 1e300 }),
      onDivergence: 'rollback' as const,
      checkpoints: { steps: 5 },
    };
    const after = (event: TrainEvent) => void (event.event === 'rollback' && rolled.push(event));
    await expect(run(group, options, { after })).rejects.toMatchObject({ code: 'diverged' });
    return rolled;
  };
  const [first, ...others] = await Promise.all(localGroups(3).map(steps));
  expect(first).toHaveLength(5);
  for (const other of others) expect(other).toEqual(first);
});

test('evaluation by several ranks has the bits of one, and a rank that is stopped stops all', async () => {
  const backend = await openBackend('reference');
  const alone = await evaluate(create(backend, 3, config), corpus, { T: 50 });
  const together = await Promise.all(
    localGroups(3).map((group) => evaluate(create(backend, 3, config), corpus, { T: 50, group })),
  );
  for (const result of together) expect(result).toEqual(alone);
  const signal = AbortSignal.abort(new Error('stopped by a test'));
  const stopped = localGroups(3).map((group) =>
    evaluate(create(backend, 3, config), corpus, { group, ...(group.rank === 2 && { signal }) }).catch(
      String,
    ),
  );
  const elsewhere = 'AbortError: evaluate: another process was asked to stop.';
  expect(await Promise.all(stopped)).toEqual([elsewhere, elsewhere, 'Error: stopped by a test']);
});
