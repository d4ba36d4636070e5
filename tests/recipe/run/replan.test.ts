import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { ReferenceBackend } from '../../../src/backends/reference/reference.ts';
import { reproducingFlags } from '../../../src/cli/print/run/run-messages.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { saveWeights } from '../../../src/models/weights.ts';
import { type TrainRequest, trainRequest } from '../../../src/recipe/automatic/train-request.ts';
import { type Plan, planTraining } from '../../../src/recipe/plan.ts';
import { latestCheckpoint } from '../../../src/recipe/run/checkpoints.ts';
import type { ReplanEvent, ResultEvent, RunEvent } from '../../../src/recipe/run/events.ts';
import { type Resumed, readCheckpoint } from '../../../src/recipe/run/read-checkpoint.ts';
import { runTraining } from '../../../src/recipe/run/run.ts';
import { MemoryStore, type Store } from '../../../src/recipe/store.ts';
import { sourceText } from '../../../src/recipe/text/source-text.ts';
import { trainText } from '../../../src/recipe/train-text.ts';
import { temporaryFolder, unrolled } from '../../support/process.ts';
import { pseudoText } from '../../support/pseudo-text.ts';
import { planSmall, smallRecipe } from '../../support/small-plan.ts';

const [train, valid] = [pseudoText(1, 400, 12), pseudoText(2, 100, 12)];
const sizes = { hidden: 6, wordvec: 5, batch: 4, time: 5, backend: 'reference' } as const;
const backend = new ReferenceBackend();
const out = 'm.safetensors';
/** Milliseconds of a step, exact in binary: 120 steps in a minute. The trial measures a speed for 3 epochs of 19 steps. */
const STEP_MS = 500;
const EVALUATION_MS = 750;
const TRIAL_TOKENS_PER_SECOND = 23;

async function texts() {
  return {
    train: [await sourceText(train, 'train.txt')],
    valid: await sourceText(valid, 'valid.txt'),
    test: null,
  };
}

/** `smallRecipe` with a budget of a minute. */
const request: TrainRequest = { recipe: smallRecipe, asked: {}, open: 'epochs', minutes: 1 };

async function planMinute(of: TrainRequest, resumed: Resumed | null = null): Promise<Plan> {
  const speedOf = async () => TRIAL_TOKENS_PER_SECOND;
  return await planTraining(of, await texts(), { out, openBackend, resumed, speedOf });
}

interface Options {
  /** Default: `smallRecipe` with a budget of a minute. */
  readonly of?: TrainRequest;
  readonly store?: Store;
  readonly resumed?: Resumed | null;
  /** The step after which the run is stopped. */
  readonly stopAt?: number;
  readonly stepMs?: (step: number) => number;
}

/** Runs a minute on a clock on which steps and evaluations take time. */
async function runMinute({
  of = request,
  store = new MemoryStore(),
  resumed,
  stopAt,
  stepMs = () => STEP_MS,
}: Options = {}) {
  const abort = new AbortController();
  const events: RunEvent[] = [];
  let time = 0;
  const plan = await planMinute(of, resumed);
  const options = { store, signal: abort.signal, now: () => time };
  for await (const event of runTraining(plan, options)) {
    events.push(event);
    if (event.event === 'epoch') time += EVALUATION_MS;
    if (event.event !== 'step') continue;
    time += stepMs(event.step);
    if (event.step === stopAt) abort.abort();
  }
  return { events, store, plan, seconds: time / 1000 };
}

const replansIn = (events: readonly RunEvent[]) =>
  events.filter((event): event is ReplanEvent => event.event === 'replan');
const resultIn = (events: readonly RunEvent[]) => events.at(-1) as ResultEvent;

describe('a run with a time budget', () => {
  test('changes its length once after the first tenth, tells it, and ends in time', async () => {
    const { events, seconds, plan } = await runMinute();
    const [replan, ...others] = replansIn(events);
    expect(others).toEqual([]);
    expect(events[0]).toMatchObject({ event: 'start', recipe: { epochs: 3 } });
    expect(events[0]).not.toHaveProperty('recipe.maxSteps');
    const { steps, before } = replan;
    expect(replan).toMatchObject({ step: 6, seconds: 3, before: 57, tokensPerSecond: 40 });
    expect(steps).toBeGreaterThan(105);
    expect(replan.recipe).toMatchObject({
      maxSteps: steps,
      planned: `${before}:6`,
      epochs: Math.ceil(steps / 19),
    });
    expect(seconds).toBeGreaterThan(54);
    expect(seconds).toBeLessThan(66);
    expect(resultIn(events).recipe).toEqual(replan.recipe);
    expect(plan.recipe).toEqual(replan.recipe);
  });

  test('lowers the learning rate without a jump to its end', async () => {
    const { events } = await runMinute();
    const rates = events.flatMap((event) => (event.event === 'step' ? [event.lr] : []));
    for (const [i, rate] of rates.entries()) {
      const next = rates[i + 1] ?? 0;
      expect(rate - next).toBeGreaterThanOrEqual(0);
      expect(rate - next).toBeLessThan(0.05 * smallRecipe.lr);
    }
    expect(rates.at(-1)).toBeLessThan(0.01 * smallRecipe.lr);
  });

  test('is shortened again on a machine that becomes slow, and its learning rate still reaches its end', async () => {
    const stepMs = (step: number) => (step < 50 ? 500 : 2500);
    const { events, seconds } = await runMinute({ stepMs });
    expect(replansIn(events).length).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(72);
    const last = events.findLast((event) => event.event === 'step');
    expect(last).toMatchObject({ lr: expect.closeTo(0, 3) });
  });

  test('has its recipe in the model file, and the same bytes as the run that this recipe repeats', async () => {
    for (const stepMs of [() => STEP_MS, (step: number) => (step < 50 ? 500 : 1500)]) {
      const { events, store } = await runMinute({ stepMs });
      const { recipe } = resultIn(events);
      const saved = await readModelFile((await store.read(out)) as Uint8Array, backend, out);
      expect(saved.recipe).toMatchObject({ planned: recipe.planned, maxSteps: recipe.maxSteps });
      const again = new MemoryStore();
      const plan = await planSmall(recipe, { out, texts: await texts() });
      for await (const event of runTraining(plan, { store: again })) expect(event.event).not.toBe('replan');
      expect(again.read(out)).toEqual(await store.read(out));
    }
  });

  test.each([3, 6, 7, 30, 60])('stopped after step %d and resumed, has the same bytes', async (stopAt) => {
    const stepMs = (step: number) => (step < 50 ? 500 : 1500);
    const whole = await runMinute({ stepMs });
    const { store, events } = await runMinute({ stopAt, stepMs });
    expect(events.at(-1)).toMatchObject({ event: 'interrupted', step: stopAt });
    const resumed = await readCheckpoint(store, await latestCheckpoint(store, out));
    expect(resumed.budget).toMatchObject({ minutes: 1 });
    const { events: rest } = await runMinute({ store, resumed, stepMs });
    const planned = ({ step, steps }: ReplanEvent) => [step, steps];
    expect([...replansIn(events), ...replansIn(rest)].map(planned)).toEqual(
      replansIn(whole.events).map(planned),
    );
    expect(await store.read(out)).toEqual(await whole.store.read(out));
  });
});

test('a resumed run with a length of its own has no time budget', async () => {
  const { store } = await runMinute({ stopAt: 30 });
  const resumed = await readCheckpoint(store, await latestCheckpoint(store, out));
  const kept = await planSmall({}, { out, resumed, texts: await texts() });
  expect(kept.recipe.planned).toBe('57:6');
  expect(kept.budget).toMatchObject({ minutes: 1 });
  const longer = await planSmall({ maxSteps: 200 }, { out, resumed, texts: await texts() });
  expect(longer.budget).toBeNull();
  expect(longer.recipe).toMatchObject({ maxSteps: 200 });
  expect(longer.recipe).not.toHaveProperty('planned');
});

test('a resumed run accepts its own --minutes and refuses others', async () => {
  const { store } = await runMinute({ stopAt: 30 });
  const checkpoint = await latestCheckpoint(store, out);
  const folder = temporaryFolder({ 'train.txt': train, 'valid.txt': valid });
  writeFileSync(join(folder, checkpoint), (await store.read(checkpoint)) as Uint8Array);
  const resume = (minutes: string) =>
    unrolled(
      folder,
      ...['train', 'train.txt', '--valid', 'valid.txt', '--out', 'm'],
      ...['--resume', checkpoint, '--minutes', minutes],
    );
  const refused = await resume('2');
  expect(refused.stderr).toContain(
    `train: ${checkpoint} has --minutes 1, and this run has --minutes 2; a resumed run keeps its length. Leave --minutes out`,
  );
  expect(refused.status).toBe(1);
  expect(await resume('1')).toMatchObject({ status: 0, stderr: '' });
  const ended = { ...(await readCheckpoint(store, checkpoint)), budget: null };
  await expect(planMinute(request, ended)).rejects.toThrow(/has no time budget, and this run has minutes 1;/);
});

test('the printed flags repeat the run with identical weights on the command line', async () => {
  const { events, store } = await runMinute({ of: trainRequest({ cell: 'rnn', ...sizes }, { minutes: 1 }) });
  const { recipe } = resultIn(events);
  const flags = reproducingFlags(resultIn(events)) as string;
  expect(flags).toContain(`--max-steps ${recipe.maxSteps} --planned ${recipe.planned}`);
  const folder = temporaryFolder({ 'train.txt': train, 'valid.txt': valid });
  const { status, stderr } = await unrolled(
    folder,
    ...['train', 'train.txt', '--valid', 'valid.txt', '--out', 'm', '--backend', 'reference'],
    ...['--cell', 'rnn', '--time', '5', ...flags.split(' ')],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [ours, theirs] = [store.read(out) as Uint8Array, readFileSync(join(folder, 'm'))];
  const weightsOf = (bytes: Uint8Array) => saveWeights(readModelFile(bytes, backend, out).model);
  expect(await weightsOf(theirs)).toEqual(await weightsOf(ours));
  const recipeOf = (bytes: Uint8Array) => JSON.stringify(readModelFile(bytes, backend, out).recipe);
  expect(recipeOf(theirs)).toBe(recipeOf(ours));
});

test('trainText changes its length by its clock, and the model has the final recipe', async () => {
  let time = 0;
  const events: RunEvent[] = [];
  const model = await trainText(train, {
    ...{
      openBackend,
      ...sizes,
      preset: 'simple-rnnlm',
      minutes: 1,
      speedOf: async () => TRIAL_TOKENS_PER_SECOND,
    },
    now: () => time,
    onEvent: (event) => {
      events.push(event);
      if (event.event === 'step') time += STEP_MS;
    },
  });
  const [replan] = replansIn(events);
  expect(model.recipe).toEqual(replan.recipe);
  expect(model.results).toMatchObject({ step: expect.any(Number) });
  model.model.backend.close();
});
