import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress } from '../address.ts';
import type { ModelChoice, ModelFacts } from '../engine/models/calls.ts';
import { say } from '../language/language.ts';
import { engine, onBroadcast, onStart } from './engine.ts';

/** The id of a model that is kept in the address under a name; empty: none. */
export function idInAddress(name: string): Signal<string> {
  return inAddress(name, '', (id): id is string => id.length < 300);
}

/** The models that can be opened. */
export const choices: Signal<readonly ModelChoice[]> = signal([]);
/** The id of the model that all views show; empty: the first choice. It is kept in the address. */
export const chosen: Signal<string> = idInAddress('model');
/** The model that all views show; null until it is open. */
export const model: Signal<ModelFacts | null> = signal(null);
export const error: Signal<string | null> = signal(null);

/** What is being opened. */
interface Opening {
  /** The id of a choice; null for a file that is no choice yet. */
  readonly id: string | null;
  readonly name: string;
  /** Its bytes; null where the page does not know them. */
  readonly size: number | null;
  /** The share that has arrived from the server, from 0 to 1; null for what is in this browser. */
  readonly share: number | null;
}

/** What is being opened; null when nothing is. */
export const opening: Signal<Opening | null> = signal(null);

/** The id of the model that the header names: the one that is being opened, else the one that is shown; empty: none. */
export const named: ReadonlySignal<string> = computed(() => opening.value?.id ?? model.value?.id ?? '');

let newest = 0;
let shown = 0;

/**
 * Opens a model; the last one that can be opened is shown, so a broken file leaves the one that was asked for before it.
 * Returns whether it could be opened.
 * @param mine its place in the order of what was asked for
 */
async function open(
  what: Omit<Opening, 'share'>,
  find: () => Promise<ModelFacts>,
  mine: number = ++newest,
): Promise<boolean> {
  if (mine === newest) {
    error.value = null;
    opening.value = { ...what, share: null };
  }
  try {
    const facts = await find();
    if (mine < shown) return true;
    shown = mine;
    model.value = facts;
    chosen.value = facts.id;
    return true;
  } catch (failure) {
    if (mine === newest) error.value = (failure as Error).message;
    return false;
  } finally {
    if (mine === newest) opening.value = null;
  }
}

/** Shows a model of the choices. `mine` is its place in the order of what was asked for. */
export function choose(id: string, mine: number = ++newest): Promise<boolean> {
  const name = choices.peek().find((choice) => choice.id === id)?.name ?? id;
  return open({ id, name, size: null }, () => engine.call('openModel', id), mine);
}

/** Opens a model file, and keeps it in the browser. */
export function openFile(file: File): Promise<boolean> {
  return open({ id: null, name: file.name, size: file.size }, async () => {
    const facts = await engine.call('addModel', { name: file.name, contents: file });
    choices.value = await engine.call('models');
    return facts;
  });
}

onBroadcast((message) => {
  if (message.kind !== 'progress' || message.work !== 'model' || !opening.value) return;
  opening.value = { ...opening.value, share: message.share };
});

/** Forgets an opened file. */
export async function remove(id: string): Promise<void> {
  await engine.call('removeModel', id);
  choices.value = await engine.call('models');
  if (chosen.value === id) await choose(choices.value[0].id);
}

/** Opens the model of the address, else the first choice; a file that someone opens before it is there is newer. */
async function start(): Promise<void> {
  const wanted = chosen.value;
  const mine = opening.value === null ? ++newest : shown;
  choices.value = await engine.call('models');
  const known = wanted === '' || choices.value.some(({ id }) => id === wanted);
  await choose(known && wanted !== '' ? wanted : choices.value[0].id, mine);
  if (!known) error.value = say.peek().models.unknown(wanted);
}

onStart(() => void start());

// The model file of a run is new, better, or gone; the one that is shown is read again.
onBroadcast(async (message) => {
  if (message.kind !== 'model') return;
  choices.value = await engine.call('models');
  const isLeaving = opening.value !== null && opening.value.id !== message.id;
  if (message.id !== chosen.value || isLeaving) return;
  const isThere = choices.value.some(({ id }) => id === message.id);
  await choose(isThere ? message.id : choices.value[0].id);
});

effect(() => {
  const id = chosen.value;
  if (model.peek() && id !== '' && model.peek()?.id !== id) void choose(id);
});
