import {
  mostLikely,
  type NextTokenOptions,
  penalised,
  probabilities,
  readableToken,
  type SavedModel,
} from 'unrolled';
import type { NextToken, NextTokens, SamplingValues } from './calls.ts';
import type { EncodedDraft } from './encoded-draft.ts';

/** Unknown words that are named. */
const MOST_UNKNOWN = 5;

/** The options of the library. A filter that keeps all tokens is left out, as on the command line. */
export function samplingOptions(values: SamplingValues): NextTokenOptions {
  const { temperature, topK, topP, minP, typical, repetitionPenalty, repetitionWindow } = values;
  return {
    temperature,
    repetitionPenalty,
    repetitionWindow,
    ...(topK > 0 && { topK }),
    ...(topP < 1 && { topP }),
    ...(minP > 0 && { minP }),
    ...(typical < 1 && { typical }),
  };
}

/** The distribution of the next token, given its logits: that of the model, and the one that tokens are drawn from. */
export function nextTokens(
  saved: SavedModel,
  draft: EncodedDraft,
  logits: Float32Array,
  { sampling, count }: { readonly sampling: SamplingValues; readonly count: number },
): NextTokens {
  const { ids, context } = draft;
  const options = samplingOptions(sampling);
  const before = probabilities(logits);
  const banned = saved.vocabulary.unknownIds;
  const after = probabilities(penalised(logits, context, options), { ...options, banned });
  let [kept, mass] = [0, 0];
  for (let id = 0; id < after.length; id++) {
    if (after[id] === 0) continue;
    kept++;
    mass += before[id];
  }
  return {
    tokens: shown(saved, before, after, count),
    ...{ vocabSize: after.length, kept, mass },
    ...{ entropyBefore: entropy(before), entropyAfter: entropy(after) },
    length: ids.length,
    unknown: [...draft.unknown].slice(0, MOST_UNKNOWN),
    pending: pendingOf(saved, draft),
    ended: ids.length > 0 && ids[ids.length - 1] === saved.vocabulary.endId,
  };
}

/** The tokens that are likely before or after, most likely first. */
function shown(saved: SavedModel, before: Float32Array, after: Float32Array, count: number): NextToken[] {
  const larger = before.map((probability, id) => Math.max(probability, after[id]));
  return mostLikely(larger, count)
    .map(({ id }) => ({
      id,
      token: saved.vocabulary.tokenOf(id),
      label: labelOf(saved, id),
      before: before[id],
      after: after[id],
    }))
    .sort((a, b) => b.before - a.before || a.id - b.id);
}

/** The entropy of a distribution, in bits. */
export function entropy(row: Float32Array): number {
  let bits = 0;
  for (const p of row) if (p > 0) bits -= p * Math.log2(p);
  return bits;
}

/** The token for display, with line ends as such and bytes of incomplete characters as ⟨EC⟩. */
export function labelOf(saved: SavedModel, id: number): string {
  if (id === saved.vocabulary.lineEndId) return '\n';
  return readableToken(id, saved, (hex) => `⟨${hex}⟩`);
}

/** The tokens at the end that have no characters yet, because a character is incomplete. */
function pendingOf(
  saved: SavedModel,
  { ids, starts, ends }: Pick<EncodedDraft, 'ids' | 'starts' | 'ends'>,
): string {
  let first = ids.length;
  while (first > 0 && starts[first - 1] === ends[first - 1]) first--;
  const pending = Array.from(ids.subarray(first)).filter((id) => id !== saved.vocabulary.endId);
  return pending.map((id) => labelOf(saved, id)).join('');
}
