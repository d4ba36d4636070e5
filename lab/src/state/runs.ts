import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { RunEvent } from 'unrolled';
import type { StartEvent } from 'unrolled/recipe';
import { inAddress, oneOf } from '../address.ts';
import type { Broadcast } from '../engine/calls.ts';
import type { RunFacts } from '../engine/runs/calls.ts';
import { saveFile } from '../parts/save-file.ts';
import { engine, engineFailure, onBroadcast, onStart } from './engine.ts';
import { given as ofRecipe } from './recipe.ts';
import { settings } from './text.ts';

/** A point of a curve: seconds of training and a perplexity. */
export interface Point {
  readonly seconds: number;
  readonly perplexity: number;
}

/** A step of a run: seconds of training, and what the optimizer got. */
export interface LearningPoint {
  readonly seconds: number;
  /** Null without clipping, which measures it. */
  readonly gradientNorm: number | null;
  readonly lr: number;
}

/** A run as the page knows it. */
export interface ShownRun {
  readonly facts: RunFacts;
  readonly start: StartEvent | null;
  readonly train: readonly Point[];
  readonly valid: readonly Point[];
  readonly learning: readonly LearningPoint[];
  readonly samples: readonly { readonly epoch: number; readonly text: string }[];
  readonly baselines: { readonly unigram: number; readonly bigram: number } | null;
  readonly epoch: number;
  readonly share: number;
  readonly tokensPerSecond: number | null;
}

export const timeBudgets = ['1', '2', '5', '10'] as const;
export const minutes: Signal<(typeof timeBudgets)[number]> = inAddress('minutes', '1', oneOf(timeBudgets));
export const runs: Signal<readonly ShownRun[]> = signal([]);
export const error: Signal<string | null> = signal(null);
const chosen: Signal<string | null> = signal(null);

/** The run that the status line and the buttons concern. */
export const current: ReadonlySignal<ShownRun | null> = computed(
  () => runs.value.find(({ facts }) => facts.name === chosen.value) ?? runs.value.at(-1) ?? null,
);

export function choose(name: string): void {
  chosen.value = name;
}

const empty: Omit<ShownRun, 'facts'> = {
  ...{ start: null, train: [], valid: [], learning: [], samples: [], baselines: null },
  ...{ epoch: 0, share: 0, tokensPerSecond: null },
};

/** Starts a run on the open text. */
export function train(): Promise<void> {
  const { tokens, items, validFraction } = settings.value;
  const ofText = { tokens, validFraction, ...(items !== null && { items: items as 'line' }) };
  const given = { ...ofText, ...ofRecipe.value };
  // The number of epochs determines the time.
  const time = given.epochs === undefined ? Number(minutes.value) : null;
  return attempt(async () => {
    const facts = await engine.call('train', { given, minutes: time });
    update(facts.name, (run) => ({ ...run, facts }));
    choose(facts.name);
  });
}

export const pause = (name: string): Promise<void> => attempt(() => engine.call('pause', name));
export const resume = (name: string): Promise<void> => attempt(() => engine.call('resume', name));
export const stop = (name: string): Promise<void> => attempt(() => engine.call('stop', name));

export function remove(name: string): Promise<void> {
  return attempt(async () => {
    await engine.call('removeRun', name);
    runs.value = runs.value.filter(({ facts }) => facts.name !== name);
  });
}

/** Saves the model file of a run with the browser's download. */
export function download(name: string): Promise<void> {
  return attempt(async () => {
    saveFile(name, await engine.call('download', name));
  });
}

async function attempt(work: () => Promise<unknown>): Promise<void> {
  error.value = null;
  try {
    await work();
  } catch (failure) {
    error.value = (failure as Error).message;
  }
}

function update(name: string, change: (run: ShownRun) => ShownRun): void {
  const known = runs.value.some(({ facts }) => facts.name === name);
  const facts: RunFacts = { name, text: '', state: 'planning', error: null, notKept: null };
  const all = known ? runs.value : [...runs.value, { ...empty, facts }];
  runs.value = all.map((run) => (run.facts.name === name ? change(run) : run));
}

function listen(message: Broadcast): void {
  if (message.kind === 'run') update(message.facts.name, (run) => ({ ...run, facts: message.facts }));
  if (message.kind === 'event') update(message.name, (run) => after(run, message.event, message.seconds));
  if (message.kind === 'baselines') {
    const { unigram, bigram } = message;
    update(message.name, (run) => ({ ...run, baselines: { unigram, bigram } }));
  }
  if (message.kind === 'sample') {
    const { epoch, text } = message;
    update(message.name, (run) => ({ ...run, samples: [...run.samples, { epoch, text }] }));
  }
}

/** The run after an event. */
function after(run: ShownRun, event: RunEvent, seconds: number): ShownRun {
  if (event.event === 'start') return { ...run, start: event };
  if (event.event === 'step') {
    const { epoch, share, tokensPerSecond, trainPerplexity: perplexity, gradientNorm, lr } = event;
    const learning = [...run.learning, { seconds, gradientNorm, lr }];
    return {
      ...run,
      epoch,
      share,
      tokensPerSecond,
      learning,
      train: [...run.train, { seconds, perplexity }],
    };
  }
  if (event.event !== 'epoch') return run;
  const { epoch, tokensPerSecond, trainPerplexity, validPerplexity } = event;
  const valid =
    validPerplexity === null ? run.valid : [...run.valid, { seconds, perplexity: validPerplexity }];
  const train = [...run.train, { seconds, perplexity: trainPerplexity }];
  return { ...run, epoch, share: 1, tokensPerSecond, train, valid };
}

async function readSaved(): Promise<void> {
  for (const { facts, messages } of await engine.call('runs')) {
    update(facts.name, () => ({ ...empty, facts }));
    for (const message of messages) listen(message);
  }
}

onBroadcast((message) => {
  if (message.kind === 'runs') void readSaved();
  else listen(message);
});
onStart(() => void readSaved());

// A run ends with its engine; the next one continues it from its checkpoint.
effect(() => {
  if (engineFailure.value === null) return;
  for (const { facts } of runs.peek()) {
    if (facts.state === 'running' || facts.state === 'planning')
      update(facts.name, (run) => ({ ...run, facts: { ...facts, state: 'paused' } }));
  }
});
