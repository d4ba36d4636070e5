import { beamSearch, type SavedModel } from 'unrolled';
import type { Beam, Draft } from './calls.ts';
import type { EncodedDrafts } from './encoded-drafts.ts';
import { labelOf } from './next-tokens.ts';
import type { TextStates } from './text-states.ts';

/** The most likely continuations of a draft, up to the end of its line or item, as `unrolled generate --beam` searches them. */
export async function findBeams(
  saved: SavedModel,
  draft: Draft,
  { states, drafts }: { readonly states: TextStates; readonly drafts: EncodedDrafts },
  { width, length }: { readonly width: number; readonly length: number },
  signal: AbortSignal,
): Promise<readonly Beam[]> {
  const { context } = drafts.encode(draft);
  const { endId, lineEndIds } = saved.vocabulary;
  const state = await states.before(context, signal);
  try {
    const found = await beamSearch(saved.model, {
      prompt: context.subarray(-1),
      state,
      ends: endId < 0 ? lineEndIds : [endId],
      ...{ width, length, signal },
    });
    return found.map((one) => ({ ...one, labels: one.ids.map((id) => labelOf(saved, id)) }));
  } finally {
    state.release();
  }
}
