import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf } from '../address.ts';
import type { Broadcast } from '../engine/calls.ts';
import type { RunFacts, RunMessage } from '../engine/runs/calls.ts';
import { saveFile } from '../parts/save-file.ts';
import { engine, engineFailure, onBroadcast, onStart } from './engine.ts';
import { Latest } from './latest.ts';
import { given as ofRecipe } from './recipe.ts';
import { afterMessages, newRun, type ShownRun } from './shown-run.ts';
import { settings } from './text.ts';

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

/** Whether a run is being started: a second click waits for its own. */
export const isStarting: Signal<boolean> = signal(false);

/** Starts a run on the open text. */
export function train(): Promise<void> {
  const given = { ...settings.value, ...ofRecipe.value };
  // The number of epochs determines the time.
  const time = given.epochs === undefined ? Number(minutes.value) : null;
  return start(() => engine.call('train', { given, minutes: time }));
}

/** Starts a run by a call to the engine, unless one is being started. */
export function start(call: () => Promise<RunFacts>): Promise<void> {
  if (isStarting.value) return Promise.resolve();
  isStarting.value = true;
  return attempt(async () => {
    const facts = await call();
    listen({ kind: 'run', facts });
    choose(facts.name);
  }).finally(() => {
    isStarting.value = false;
  });
}

export const pause = (name: string): Promise<void> => attempt(() => engine.call('pause', name));
export const resume = (name: string): Promise<void> => attempt(() => engine.call('resume', name));
export const stop = (name: string): Promise<void> => attempt(() => engine.call('stop', name));

export function remove(name: string): Promise<void> {
  return attempt(async () => {
    await engine.call('removeRun', name);
    told.delete(name);
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

type RunChange = Extract<Broadcast, { readonly kind: 'run' }>;
type Told = RunMessage | RunChange;

/** What was told of each run since the last frame. */
const told: Map<string, Told[]> = new Map();

/** Collects what is told, so that the page changes at most once a frame. */
function listen(message: Told): void {
  const name = message.kind === 'run' ? message.facts.name : message.name;
  if (told.size === 0) requestAnimationFrame(showTold);
  told.set(name, [...(told.get(name) ?? []), message]);
}

function showTold(): void {
  const known = new Map(runs.value.map((run) => [run.facts.name, run]));
  for (const [name, messages] of told) {
    const run = known.get(name) ?? newRun({ name, text: '', state: 'planning', error: null, notKept: null });
    const facts = messages.findLast((message) => message.kind === 'run')?.facts ?? run.facts;
    const happened = messages.filter((message) => message.kind !== 'run');
    known.set(name, { ...afterMessages(run, happened), facts });
  }
  told.clear();
  runs.value = [...known.values()];
}

const listing = new Latest();

/** Lists the runs of this browser: one that is gone was removed in another tab, where its name may be used again. */
async function readSaved(): Promise<void> {
  const found = await listing.run(() => engine.call('runs'));
  if (found === null) return;
  const active = runs.value.filter(({ facts }) => found.active.includes(facts.name));
  const others = found.saved.map(({ facts, messages }) => afterMessages(newRun(facts), messages));
  runs.value = [...others, ...active].sort(byName);
}

function byName(a: ShownRun, b: ShownRun): number {
  return a.facts.name.localeCompare(b.facts.name, 'en', { numeric: true });
}

onBroadcast((message) => {
  if (message.kind === 'runs') void readSaved();
  else if (message.kind !== 'model' && message.kind !== 'progress') listen(message);
});
onStart(() => void readSaved());

// A run ends with its engine; the next one continues it from its checkpoint.
effect(() => {
  if (engineFailure.value === null) return;
  for (const { facts } of runs.peek()) {
    if (facts.state === 'running' || facts.state === 'planning')
      listen({ kind: 'run', facts: { ...facts, state: 'paused' } });
  }
});
