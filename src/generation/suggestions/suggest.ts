import { checkText } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import type { VocabularyRow } from '../sampling/softmax.ts';
import { readIds } from '../writing/read-ids.ts';
import { type Suggestions, suggestible } from './next-tokens.ts';
import { type PathOutput, PieceTree } from './piece-tree.ts';
import { hasPieces, Pieces } from './pieces.ts';
import { answerQuery, readQuery } from './query.ts';
import { searching } from './spellings.ts';

/** Maximum number of probabilities cached per context, V per path. */
const KEPT = 4e6;

/**
 * Suggests the next token while someone types, or for BPE the next whole word. It caches the last text: another word
 * costs one or a few steps of the model, another letter none or few. It never suggests the unknown
 * token. Synchronous: needs a backend with `readSync`.
 */
export class Suggester {
  readonly #saved: TextModel;
  /** The tree of the last context. */
  #tree: PieceTree | null = null;

  /** @throws {UnrolledError} code `option-value` when `saved` is not a model with its tokenizer and vocabulary */
  constructor(saved: TextModel) {
    checkTextModel('Suggester', saved);
    this.#saved = saved;
    if (hasPieces(saved.tokenizer)) Pieces.of(saved); // now, so that the first suggestion doesn't wait for it
  }

  /**
   * Returns the `count` most likely next tokens or words after a text. The letters after the last space (for BPE: the letters
   * at the end of the text) are a half-typed word. An empty text is the start of a line.
   * @throws {UnrolledError} code `option-value` when count is not a positive integer, `token-unknown` for a token that the
   * vocabulary can't encode, `backend-missing` when the backend can't read synchronously
   */
  suggest(prefix: string, count: number): Suggestions {
    if (!(Number.isSafeInteger(count) && count > 0)) {
      throw new UnrolledError('option-value', `suggest: count is ${count}; it must be a positive integer.`);
    }
    checkText('suggest', prefix);
    const query = readQuery(prefix, this.#saved);
    const tree = this.#treeAfter(query.ids);
    const search = answerQuery(query, count, tree, this.#saved);
    return runSync('Suggester', this.#saved.model.backend, searching(search, tree));
  }

  /** The tree of a context. Reads only new ids if the context continues the last one. */
  #treeAfter(ids: Int32Array): PieceTree {
    const last = this.#tree;
    const { length } = ids;
    const isContinued = last?.ids.every((id, i) => id === ids[i]);
    if (last && isContinued && last.ids.length === length) {
      if (last.size * this.#saved.vocabulary.size > KEPT) last.forget();
      return last;
    }
    // Reset first, in case reading fails.
    this.#tree = null;
    const read = this.#read(ids, isContinued ? last : null);
    last?.release();
    this.#tree = new PieceTree(this.#saved, ids, read);
    return this.#tree;
  }

  #read(ids: Int32Array, last: PieceTree | null): PathOutput {
    const { model, vocabulary } = this.#saved;
    const known = last?.along(ids.subarray(last.ids.length));
    const rest = ids.subarray(last && known ? last.ids.length + known.length : 0);
    const state = known?.path.read?.state.fork() ?? model.state();
    if (known?.path.read && rest.length === 0) return { state, probs: known.path.read.probs };
    try {
      const scores = runSync('Suggester', model.backend, numbersOf(readIds(model, rest, state)));
      return { state, probs: suggestible(scores as VocabularyRow, vocabulary) };
    } catch (error) {
      state.release();
      throw error;
    }
  }
}
