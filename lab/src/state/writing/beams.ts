import { effect, type Signal, signal } from '@preact/signals';
import { inAddress, oneOf } from '../../address.ts';
import type { Beam } from '../../engine/writing/calls.ts';
import { engine } from '../engine.ts';
import { Latest } from '../latest.ts';
import { draft, request } from './writing.ts';

export const widths = ['2', '4', '8', '16'] as const;
export const width: Signal<(typeof widths)[number]> = inAddress('beam-width', '4', oneOf(widths));
export const beamLengths = ['5', '10', '20', '50'] as const;
export const beamLength: Signal<(typeof beamLengths)[number]> = inAddress(
  'beam-length',
  '10',
  oneOf(beamLengths),
);

/** The continuations that were found for the draft as it is; null before a search. */
export const beams: Signal<readonly Beam[] | null> = signal(null);
export const isSearching: Signal<boolean> = signal(false);
export const beamError: Signal<string | null> = signal(null);

const latest = new Latest();

/** Searches the most likely continuations of the draft. */
export async function search(): Promise<void> {
  const given = request();
  if (!given) return;
  isSearching.value = true;
  beamError.value = null;
  const settings = { width: Number(width.value), length: Number(beamLength.value) };
  try {
    const found = await latest.run((signal) => engine.callUntil(signal, 'beams', { ...given, ...settings }));
    if (found === null || draft.value !== given.draft) return;
    beams.value = found;
  } catch (failure) {
    beamError.value = (failure as Error).message;
  }
  isSearching.value = false;
}

// What was found continues the draft as it was.
effect(() => {
  draft.value;
  latest.cancel();
  beams.value = null;
  isSearching.value = false;
});
