import { effect, type Signal, signal } from '@preact/signals';
import type { TrainingActivations } from '../../engine/activations/calls.ts';
import { engine, onBroadcast } from '../engine.ts';
import { model } from '../models.ts';

/** What the units of the model do over its training text; null until it is read. */
export const training: Signal<TrainingActivations | null> = signal(null);
/** The share of the training text that is read; null while the model does not read it. */
export const share: Signal<number | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** Whether the reader has stopped the work, which then waits to be continued. */
export const isStopped: Signal<boolean> = signal(false);

let abort = new AbortController();
let read: string | null = null;

/** Reads the training text with the model, unless it is read or being read. */
export async function readTrainingText(): Promise<void> {
  const id = model.peek()?.id;
  if (id === undefined || training.peek() || share.peek() !== null) return;
  abort = new AbortController();
  const { signal } = abort;
  [share.value, error.value, isStopped.value] = [0, null, false];
  try {
    const found = await engine.callUntil(signal, 'readTrainingText', id);
    if (!signal.aborted) [training.value, share.value] = [found, null];
  } catch (failure) {
    if (!signal.aborted) [error.value, share.value] = [(failure as Error).message, null];
  }
}

/** Stops the work. What was read is kept, and continued by the next call. */
export function stopReading(): void {
  abort.abort();
  [share.value, isStopped.value] = [null, true];
}

onBroadcast((message) => {
  if (message.kind !== 'progress' || message.work !== 'activations' || share.peek() === null) return;
  share.value = message.share;
});

effect(() => {
  const key = JSON.stringify(model.value);
  if (key === read) return;
  read = key;
  abort.abort();
  training.value = share.value = error.value = null;
  isStopped.value = false;
});
