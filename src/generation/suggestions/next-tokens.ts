import { idsOf } from '../../data/id-encoder.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { likeliest, probabilities } from '../sampling/sample.ts';
import { allIds } from '../sampling/select.ts';
import type { VocabularyRow } from '../sampling/softmax.ts';

/** A suggested token or word. */
export interface Suggestion {
  /** As the vocabulary spells it; of a model of pieces a whole word, which may begin with white space. */
  readonly token: string;
  /** Of this token or word, given that it begins as the half-typed one. */
  readonly probability: number;
}

/** The result of `Suggester.suggest`. */
export interface Suggestions {
  /** The half-typed word that they complete; empty behind a space. */
  readonly half: string;
  /** The total probability of the tokens, or words, that begin with `half`; 1 where it is empty. */
  readonly mass: number;
  /** The likeliest first; fewer than `count` where no more fit, or a search for words finds no more. */
  readonly next: readonly Suggestion[];
}

export interface Prefix {
  /** To be read, at least one. */
  readonly ids: Int32Array;
  /** The half-typed word after them. */
  readonly half: string;
}

export function readPrefix(prefix: string, { tokenizer, vocabulary }: TextCodec): Prefix {
  const end = tokenizer.partial(prefix);
  const ids = idsOf(prefix.slice(0, end), { tokenizer, vocabulary });
  return { ids: promptOrLineStart(ids, vocabulary), half: prefix.slice(end) };
}

/** The probabilities (V) of the next token from its logits (V); 0 for the unknown token. */
export function suggestible(scores: VocabularyRow, { unknownIds }: Vocabulary): VocabularyRow {
  return probabilities(scores, { banned: unknownIds });
}

/** The likeliest tokens that begin with `half`. */
export function suggestionsOf(
  probs: VocabularyRow,
  half: string,
  count: number,
  vocabulary: Vocabulary,
): Suggestions {
  const { tokens } = vocabulary;
  const ids = half === '' ? allIds(tokens.length) : vocabulary.idsBeginning(half);
  const mass = half === '' ? 1 : ids.reduce((sum, id) => sum + probs[id], 0);
  // The end of an item is no token to type.
  const next = likeliest(probs, count + 1, ids)
    .filter(({ id, probability }) => id !== vocabulary.endId && probability > 0)
    .slice(0, count)
    .map(({ id, probability }) => ({ token: tokens[id], probability: probability / mass }));
  return { half, mass, next };
}
