import { checkText } from '../../data/text-codec.ts';
import { UnrolledError } from '../../errors.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { numbersOf, runSync } from '../../tensor/reads.ts';
import type { VocabularyRow } from '../sampling/softmax.ts';
import { readIds } from '../writing/read-ids.ts';
import { type Suggestions, suggestible } from './next-tokens.ts';
import { PieceTree, type Read } from './piece-tree.ts';
import { hasPieces, Pieces } from './pieces.ts';
import { answerQuery, readQuery } from './query.ts';
import { searching } from './spellings.ts';

/** How many numbers what was read of one context may take before it is forgotten: V a path. */
const KEPT = 4e6;

/**
 * Suggests the next words while someone types: the next token, or of a model of pieces the next whole word. It remembers
 * the last text: another word costs a step of the model or a few, another letter none or few. It never suggests the unknown
 * token. Synchronous: needs a backend with `readSync`.
 */
export class Suggester {
  readonly #saved: TextModel;
  /** The last context, and what was read behind it. */
  #tree: PieceTree | null = null;

  /** @throws {UnrolledError} code `option-value` when `saved` has no model, tokenizer or vocabulary */
  constructor(saved: TextModel) {
    checkTextModel('Suggester', saved);
    this.#saved = saved;
    if (hasPieces(saved.tokenizer)) Pieces.of(saved); // once, and not while somebody waits for the first letter
  }

  /**
   * The `count` likeliest next tokens or words after a text. Where tokens are words, letters behind the last space are a
   * half-typed word; where they are pieces, the letters in which the text ends are. An empty text is the start of a line.
   * @throws when count is not a positive integer, and for a token that the vocabulary can't encode
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

  /** What stands behind a context. Reads what is new, or the whole context where it does not continue the last one. */
  #treeAfter(ids: Int32Array): PieceTree {
    const last = this.#tree;
    const { length } = ids;
    const goesOn = last?.ids.every((id, i) => id === ids[i]);
    if (last && goesOn && last.ids.length === length) {
      if (last.size * this.#saved.vocabulary.size > KEPT) last.forget();
      return last;
    }
    // If reading fails, nothing counts as read.
    this.#tree = null;
    const read = this.#read(ids, goesOn ? last : null);
    last?.release();
    this.#tree = new PieceTree(this.#saved, ids, read);
    return this.#tree;
  }

  #read(ids: Int32Array, last: PieceTree | null): Read {
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
