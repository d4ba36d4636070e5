import { effect, type Signal, signal } from '@preact/signals';
import { inAddress } from '../address.ts';
import type { ModelChoice, ModelFacts } from '../engine/models/calls.ts';
import { engine, onBroadcast, onStart } from './engine.ts';

/** The models that can be opened. */
export const choices: Signal<readonly ModelChoice[]> = signal([]);
/** The id of the model that all views show; empty: the first choice. It is kept in the address. */
export const chosen: Signal<string> = inAddress('model', '', (id): id is string => id.length < 300);
/** The model that all views show; null until it is open. */
export const model: Signal<ModelFacts | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** Why an opened file is not kept by the browser; null if it is. */
export const notKept: Signal<string | null> = signal(null);
/** Whether a model is being opened. */
export const isOpening: Signal<boolean> = signal(false);

let newest = 0;

/** Opens a model; the last one that was asked for is shown. */
async function open(find: () => Promise<ModelFacts>): Promise<void> {
  const mine = ++newest;
  error.value = null;
  isOpening.value = true;
  try {
    const facts = await find();
    if (mine !== newest) return;
    model.value = facts;
    chosen.value = facts.id;
  } catch (failure) {
    if (mine === newest) error.value = (failure as Error).message;
  } finally {
    if (mine === newest) isOpening.value = false;
  }
}

/** Shows a model of the choices. */
export function choose(id: string): Promise<void> {
  return open(() => engine.call('openModel', id));
}

/** Opens a model file, and keeps it in the browser. */
export function openFile(file: File): Promise<void> {
  return open(async () => {
    const opened = await engine.call('addModel', { name: file.name, bytes: await file.arrayBuffer() });
    notKept.value = opened.notKept;
    choices.value = await engine.call('models');
    return opened.facts;
  });
}

/** Forgets an opened file. */
export async function remove(id: string): Promise<void> {
  await engine.call('removeModel', id);
  choices.value = await engine.call('models');
  if (chosen.value === id) await choose(choices.value[0].id);
}

async function start(): Promise<void> {
  choices.value = await engine.call('models');
  const known = choices.value.some(({ id }) => id === chosen.value);
  await choose(known ? chosen.value : choices.value[0].id);
}

onStart(() => void start());

// A run that has ended, or that has a better model file, is a choice; the one that is shown is read again.
onBroadcast(async (message) => {
  if (message.kind !== 'run' || message.facts.state === 'planning') return;
  choices.value = await engine.call('models');
  if (message.facts.name === chosen.value && message.facts.state !== 'running') await choose(chosen.value);
});

effect(() => {
  const id = chosen.value;
  if (model.peek() && id !== '' && model.peek()?.id !== id) void choose(id);
});
