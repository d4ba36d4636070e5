import { healPrompt, type NextTokenOptions, type Random, type SavedModel } from 'unrolled';
import type { Draft, WrittenToken } from './calls.ts';
import type { EncodedDraft } from './encoded-draft.ts';
import type { EncodedDrafts } from './encoded-drafts.ts';
import type { TextStates } from './text-states.ts';

/**
 * A draft whose typed end is completed to a piece: its last tokens are drawn again from all that spell the same text and possibly
 * more. A draft that ends in a written token, or whose tokens are no pieces, stays as it is.
 */
export async function healedDraft(
  saved: SavedModel,
  draft: Draft,
  { states, drafts }: { readonly states: TextStates; readonly drafts: EncodedDrafts },
  {
    random,
    options,
    signal,
  }: { readonly random: Random; readonly options: NextTokenOptions; readonly signal: AbortSignal },
): Promise<Draft> {
  const isTyped = (draft.written.at(-1)?.end ?? 0) < draft.text.length;
  const encoded = drafts.encode(draft);
  if (!isTyped || encoded.ids.length === 0) return draft;
  const state = await states.before(encoded.context, signal);
  try {
    const read = { ids: encoded.context.subarray(0, -1), state };
    const banned = saved.vocabulary.unknownIds;
    const healed = await healPrompt(saved, draft.text, random, { ...options, banned }, read);
    return replacedEnd(saved, draft, encoded, healed);
  } finally {
    state.release();
  }
}

/** The draft with the tokens of a healed prompt from the first one that differs. */
function replacedEnd(
  saved: SavedModel,
  draft: Draft,
  { ids, starts, ends }: EncodedDraft,
  healed: { readonly ids: Int32Array; readonly begun: string },
): Draft {
  let first = 0;
  while (first < ids.length && ids[first] === healed.ids[first]) first++;
  if (first === ids.length && healed.ids.length === ids.length) return draft;
  // From a token on that begins with a character.
  while (first > 0 && (first === ids.length || starts[first] < ends[first - 1])) first--;
  const decoder = saved.tokenizer.readableDecoder();
  for (const id of ids.subarray(0, first)) decoder.push(saved.vocabulary.tokenOf(id));
  let at = first === 0 ? 0 : starts[first];
  const end = draft.text.length + healed.begun.length;
  const written: WrittenToken[] = [];
  for (const id of healed.ids.subarray(first)) {
    const start = at;
    at = Math.min(end, at + decoder.push(saved.vocabulary.tokenOf(id)).length);
    written.push({ id, start, end: at });
  }
  const before = draft.written.filter((token) => token.end <= starts[first]);
  return { ...draft, text: draft.text + healed.begun, written: [...before, ...written] };
}
