import { type Signal, signal } from '@preact/signals';
import type { Completion } from '../../engine/writing/calls.ts';
import { engine } from '../engine.ts';
import { Latest } from '../latest.ts';
import { model } from '../models.ts';

/** Completions that are shown. */
const COUNT = 6;

/** Completions of the word before the caret; none while nothing is typed. */
export const completions: Signal<readonly Completion[]> = signal([]);
/** The index of the chosen one. */
export const chosen: Signal<number> = signal(0);

const latest = new Latest();

/** Looks for completions of the end of a text. A text that can't be read has none: the bars say why. */
export async function complete(text: string): Promise<void> {
  const facts = model.value;
  if (!facts) return;
  const found = await latest
    .run((signal) => engine.callUntil(signal, 'complete', { model: facts.id, text, count: COUNT }))
    .catch(() => []);
  if (found === null) return;
  completions.value = found;
  chosen.value = 0;
}

export function closeCompletions(): void {
  latest.cancel();
  completions.value = [];
}

/** Chooses the completion before or after. */
export function moveChosen(by: 1 | -1): void {
  const count = completions.value.length;
  chosen.value = (chosen.value + by + count) % count;
}
