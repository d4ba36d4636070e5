import { Corpus } from '../data/corpus.ts';
import { promptOrLineStart } from '../data/line-end.ts';
import type { TextCodec } from '../data/text-codec.ts';
import type { Vocabulary } from '../data/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
import type { TextModel } from '../models/model-file.ts';
import type { State } from '../models/state/state.ts';
import { numbersOf, runSync } from '../tensor/reads.ts';
import { likeliest, probabilities } from './sampling/sample.ts';
import { allIds } from './sampling/select.ts';
import type { VocabularyRow } from './sampling/softmax.ts';
import { readIds } from './writing/read-ids.ts';

export interface Suggestion {
  readonly token: string;
  /** Of this token, given that it begins as the half-typed word. */
  readonly probability: number;
}

export interface Suggestions {
  /** The half-typed word that they complete; empty behind a space. */
  readonly half: string;
  /** The probability of all tokens that begin so; 1 where nothing is half typed. */
  readonly mass: number;
  /** The likeliest first; fewer than asked for, where no more can come. */
  readonly next: readonly Suggestion[];
}

/**
 * What comes next while somebody types. It remembers the last text: a word more costs one step of the
 * model, a letter more none. The unknown token is never suggested. Synchronous: needs a backend with `readSync`.
 */
export class Suggester {
  readonly #saved: TextModel;
  #read: Int32Array = new Int32Array();
  #state: State;
  #chances: VocabularyRow = new Float32Array();

  constructor(saved: TextModel) {
    this.#saved = saved;
    this.#state = saved.model.state();
  }

  /**
   * The `count` likeliest next tokens after a text. With words as tokens, letters behind the last space
   * are a half-typed word. An empty text is the start of a line.
   * @throws when count is none, and for a token that the vocabulary can't read
   */
  suggest(prefix: string, count: number): Suggestions {
    if (!(Number.isSafeInteger(count) && count > 0)) {
      throw new UnrolledError('option-value', `suggest: count is ${count}; it must be a positive integer.`);
    }
    const { ids, half } = readPrefix(prefix, this.#saved);
    return suggestionsOf(this.#chancesAfter(ids), half, count, this.#saved.vocabulary);
  }

  /** Reads what is new, or all where the text is another than last time. */
  #chancesAfter(ids: Int32Array): VocabularyRow {
    const { model, vocabulary } = this.#saved;
    const goesOn = this.#read.every((id, i) => id === ids[i]);
    if (!goesOn || this.#read.length === 0) {
      this.#state.release();
      this.#state = model.state();
    }
    const rest = goesOn ? ids.subarray(this.#read.length) : ids;
    if (rest.length > 0) {
      // Until it has been read, nothing is known to have been.
      this.#read = new Int32Array();
      const reads = numbersOf(readIds(model, rest, this.#state));
      const scores = runSync('Suggester', model.backend, reads) as VocabularyRow;
      this.#chances = suggestible(scores, vocabulary);
      this.#read = ids;
    }
    return this.#chances;
  }
}

/** What of a text is to be read, one id at least, and the half-typed word behind it. */
export function readPrefix(
  prefix: string,
  { tokenizer, vocabulary }: TextCodec,
): { readonly ids: Int32Array; readonly half: string } {
  const end = tokenizer.partial(prefix);
  const { ids } = Corpus.encode(prefix.slice(0, end), tokenizer, vocabulary);
  return { ids: promptOrLineStart(ids, vocabulary), half: prefix.slice(end) };
}

/** The probabilities (V) of what comes next, from its scores (V); none is left to the unknown token. */
export function suggestible(scores: VocabularyRow, { unknownIds }: Vocabulary): VocabularyRow {
  return probabilities(scores, { banned: unknownIds });
}

/** The likeliest tokens that begin with `half`. */
export function suggestionsOf(
  chances: VocabularyRow,
  half: string,
  count: number,
  { tokens }: Vocabulary,
): Suggestions {
  const ids = half === '' ? allIds(tokens.length) : beginning(tokens, half);
  const mass = half === '' ? 1 : ids.reduce((sum, id) => sum + chances[id], 0);
  const next = likeliest(chances, count, ids)
    .filter(({ probability }) => probability > 0)
    .map(({ id, probability }) => ({ token: tokens[id], probability: probability / mass }));
  return { half, mass, next };
}

/** The ids of the tokens that begin so. */
function beginning(tokens: readonly string[], half: string): Int32Array {
  const ids: number[] = [];
  for (let id = 0; id < tokens.length; id++) if (tokens[id].startsWith(half)) ids.push(id);
  return Int32Array.from(ids);
}
