import { effect, type Signal, signal } from '@preact/signals';
import { inAddress, matching, view } from '../../address.ts';
import type { Overlap } from '../../engine/writing/calls.ts';
import { engine } from '../engine.ts';
import { Latest } from '../latest.ts';
import { defaults } from './sampling.ts';
import { isGenerating, request } from './writing.ts';

/** Waits until nothing was changed for this long before the text is compared, in milliseconds. */
const PAUSE = 400;

/** The minimum length of a run in tokens; empty: the default of the model's tokens. */
export const least: Signal<string> = inAddress('verbatim', '', matching(/^[1-9]\d{0,3}$/));
/** What the draft shares with the training text, and the draft's text at that time; null until it is known. */
export const overlap: Signal<(Overlap & { readonly of: string }) | null> = signal(null);
/** Why it could not be compared. */
export const overlapError: Signal<string | null> = signal(null);

const latest = new Latest();
let timer = 0;

async function compare(given: NonNullable<ReturnType<typeof request>>, tokens: number): Promise<void> {
  try {
    const found = await latest.run((signal) =>
      engine.callUntil(signal, 'overlap', { ...given, least: tokens }),
    );
    if (found === null) return;
    overlap.value = { ...found, of: given.draft.text };
    overlapError.value = null;
  } catch (failure) {
    overlap.value = null;
    overlapError.value = (failure as Error).message;
  }
}

effect(() => {
  const given = request();
  const tokens = Number(least.value === '' ? defaults.value?.verbatim : least.value);
  clearTimeout(timer);
  if (!given || !tokens || isGenerating.value || view.value !== 'write') return;
  timer = window.setTimeout(() => void compare(given, tokens), PAUSE);
});
