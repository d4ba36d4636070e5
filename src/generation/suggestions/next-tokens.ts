import { idsOf } from '../../data/id-encoder.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { mostLikely, probabilities } from '../sampling/sample.ts';
import { allIds } from '../sampling/select.ts';
import type { VocabularyRow } from '../sampling/softmax.ts';

/** One suggestion. */
export interface Suggestion {
  /** The token, as the vocabulary spells it; for BPE a whole word, which may begin with white space. */
  readonly token: string;
  /** Its probability, given that the next token or word begins with `half`. */
  readonly probability: number;
}

/** The result of `Suggester.suggest`. */
export interface Suggestions {
  /** The half-typed word that the suggestions complete; empty after a space. */
  readonly half: string;
  /** The total probability of tokens or words that begin with `half`; 1 if it is empty. */
  readonly mass: number;
  /** The suggestions, most likely first; fewer than requested if no more exist or were found. */
  readonly next: readonly Suggestion[];
}

/** A text as context and half-typed word. */
export interface Prefix {
  /** The ids of the context, at least one. */
  readonly ids: Int32Array;
  /** The half-typed word after the context. */
  readonly half: string;
}

export function readPrefix(prefix: string, { tokenizer, vocabulary }: TextCodec): Prefix {
  const end = tokenizer.partial(prefix);
  const ids = idsOf(prefix.slice(0, end), { tokenizer, vocabulary });
  return { ids: promptOrLineStart(ids, vocabulary), half: prefix.slice(end) };
}

/** The probabilities (V) of the next token, given its logits (V); 0 for the unknown token. */
export function suggestible(scores: VocabularyRow, { unknownIds }: Vocabulary): VocabularyRow {
  return probabilities(scores, { banned: unknownIds });
}

/** The most likely tokens that begin with `half`. */
export function suggestionsOf(
  probs: VocabularyRow,
  half: string,
  count: number,
  vocabulary: Vocabulary,
): Suggestions {
  const { tokens } = vocabulary;
  const ids = half === '' ? allIds(tokens.length) : vocabulary.idsBeginning(half);
  const mass = half === '' ? 1 : ids.reduce((sum, id) => sum + probs[id], 0);
  // The end token of items can't be typed.
  const next = mostLikely(probs, count + 1, ids)
    .filter(({ id, probability }) => id !== vocabulary.endId && probability > 0)
    .slice(0, count)
    .map(({ id, probability }) => ({ token: tokens[id], probability: probability / mass }));
  return { half, mass, next };
}
