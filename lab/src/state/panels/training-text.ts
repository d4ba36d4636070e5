import { effect, type Signal, signal } from '@preact/signals';
import type { TrainingActivations } from '../../engine/activations/calls.ts';
import { engine, followProgress } from '../engine.ts';
import { Latest } from '../latest.ts';
import { model } from '../models.ts';

/** What the units of the model do over its training text; null until it is read. */
export const training: Signal<TrainingActivations | null> = signal(null);
/** The share of the training text that is read; null while the model does not read it. */
export const share: Signal<number | null> = signal(null);
export const error: Signal<string | null> = signal(null);
/** Whether the reader has stopped the work, which then waits to be continued. */
export const isStopped: Signal<boolean> = signal(false);

const latest = new Latest();
let read: string | null = null;

/** Reads the training text with the model, unless it is read or being read. */
export async function readTrainingText(): Promise<void> {
  const id = model.peek()?.id;
  if (id === undefined || training.peek() || share.peek() !== null) return;
  [share.value, error.value, isStopped.value] = [0, null, false];
  try {
    const found = await latest.run((signal) => engine.callUntil(signal, 'readTrainingText', id));
    if (found !== null) [training.value, share.value] = [found, null];
  } catch (failure) {
    [error.value, share.value] = [(failure as Error).message, null];
  }
}

/** Stops the work. What was read is kept, and continued by the next call. */
export function stopReading(): void {
  latest.cancel();
  [share.value, isStopped.value] = [null, true];
}

followProgress('activations', share);

effect(() => {
  const key = JSON.stringify(model.value);
  if (key === read) return;
  read = key;
  latest.cancel();
  training.value = share.value = error.value = null;
  isStopped.value = false;
});
