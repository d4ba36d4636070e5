import { Corpus } from '../../data/corpus.ts';
import { checkText, type TextCodec } from '../../data/text-codec.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import { likeliest, probabilities } from '../sampling/sample.ts';
import { allIds } from '../sampling/select.ts';
import type { VocabularyRow } from '../sampling/softmax.ts';
import { readIds } from '../writing/read-ids.ts';

export interface Suggestion {
  readonly token: string;
  /** Of this token, given that it begins as the half-typed word. */
  readonly probability: number;
}

export interface Suggestions {
  /** The half-typed word that they complete; empty behind a space. */
  readonly half: string;
  /** The total probability of the tokens that begin with `half`; 1 where it is empty. */
  readonly mass: number;
  /** The likeliest first; fewer than `count` where no more tokens fit. */
  readonly next: readonly Suggestion[];
}

/**
 * Suggests next tokens while someone types. It remembers the last text: another word costs one step of the
 * model, another letter none. It never suggests the unknown token. Synchronous: needs a backend with
 * `readSync`.
 */
export class Suggester {
  readonly #saved: TextModel;
  #read: Int32Array = new Int32Array();
  #state: State;
  #probs: VocabularyRow = new Float32Array();

  constructor(saved: TextModel) {
    checkTextModel('Suggester', saved);
    this.#saved = saved;
    this.#state = saved.model.state();
  }

  /**
   * The `count` likeliest next tokens after a text. With words as tokens, letters behind the last space
   * are a half-typed word. An empty text is the start of a line.
   * @throws when count is not a positive integer, and for a token that the vocabulary can't encode
   */
  suggest(prefix: string, count: number): Suggestions {
    if (!(Number.isSafeInteger(count) && count > 0)) {
      throw new UnrolledError('option-value', `suggest: count is ${count}; it must be a positive integer.`);
    }
    checkText('suggest', prefix);
    const { ids, half } = readPrefix(prefix, this.#saved);
    return suggestionsOf(this.#probsAfter(ids), half, count, this.#saved.vocabulary);
  }

  /** Reads what is new, or the whole text where it does not continue the last one. */
  #probsAfter(ids: Int32Array): VocabularyRow {
    const { model, vocabulary } = this.#saved;
    const goesOn = this.#read.every((id, i) => id === ids[i]);
    if (!goesOn || this.#read.length === 0) {
      this.#state.release();
      this.#state = model.state();
    }
    const rest = goesOn ? ids.subarray(this.#read.length) : ids;
    if (rest.length > 0) {
      // If reading fails, nothing counts as read.
      this.#read = new Int32Array();
      const reads = numbersOf(readIds(model, rest, this.#state));
      const scores = runSync('Suggester', model.backend, reads) as VocabularyRow;
      this.#probs = suggestible(scores, vocabulary);
      this.#read = ids;
    }
    return this.#probs;
  }
}

/** The ids to read, at least one, and the half-typed word after them. */
export function readPrefix(
  prefix: string,
  { tokenizer, vocabulary }: TextCodec,
): { readonly ids: Int32Array; readonly half: string } {
  const end = tokenizer.partial(prefix);
  const { ids } = Corpus.encode(prefix.slice(0, end), tokenizer, vocabulary);
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
  const next = likeliest(probs, count, ids)
    .filter(({ probability }) => probability > 0)
    .map(({ id, probability }) => ({ token: tokens[id], probability: probability / mass }));
  return { half, mass, next };
}
