import { expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { ReferenceBackend } from '../../../src/backends/reference/reference.ts';
import { latestCheckpoint } from '../../../src/recipe/run/checkpoints.ts';
import { readCheckpoint } from '../../../src/recipe/run/read-checkpoint.ts';
import { runTraining } from '../../../src/recipe/run/run.ts';
import { MemoryStore } from '../../../src/recipe/store.ts';
import { trainText } from '../../../src/recipe/train-text.ts';
import { asyncBackend } from '../../support/async-backend.ts';
import { collect } from '../../support/collect.ts';
import { planSmall, smallRecipe, smallText } from '../../support/small-plan.ts';

const out = 'm.safetensors';
const opens = [async () => new ReferenceBackend(), async () => asyncBackend()] as const;

/** The model file of a run, which may be stopped after some steps and resumed. */
async function modelOf(openBackend: () => Promise<Backend>, stopAt?: number): Promise<Uint8Array> {
  const [store, controller] = [new MemoryStore(), new AbortController()];
  const options = { store, checkpoint: { steps: 4 }, signal: controller.signal };
  for await (const event of runTraining(await planSmall({}, { out, openBackend }), options)) {
    if (event.event === 'step' && event.step === stopAt) controller.abort();
  }
  if (stopAt === undefined) return store.read(out);
  const resumed = await readCheckpoint(store, await latestCheckpoint(store, out));
  expect(resumed.state.step).toBe(stopAt);
  await collect(runTraining(await planSmall({}, { out, openBackend, resumed }), { store }));
  return store.read(out);
}

test('on a backend with only asynchronous reads, a run has the same bytes, also stopped and resumed', async () => {
  const plain = await modelOf(opens[0]);
  expect(await modelOf(opens[1])).toEqual(plain);
  expect(await modelOf(opens[1], 3)).toEqual(plain);
  expect(await modelOf(opens[1], 29)).toEqual(plain);
});

test('on a backend with only asynchronous reads, trainText gives the same weights', async () => {
  const weights = opens.map(async (openBackend) => {
    const { model, results } = await trainText(smallText, { ...smallRecipe, openBackend });
    return [results, await Promise.all(model.params.map(({ value }) => model.backend.read(value)))];
  });
  const [plain, waiting] = await Promise.all(weights);
  expect(waiting).toEqual(plain);
});
