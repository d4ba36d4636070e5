import type { Suggestions } from './next-tokens.ts';
import type { Path, PieceTree, Read } from './piece-tree.ts';
import { ENDS, type Pieces, textOf, UNCLEAR } from './pieces.ts';
import { BATCH, type Effort, type Search, type Spellings, spellings, TYPING } from './spellings.ts';
import type { TypedPrefix } from './typed-prefix.ts';
import { APOSTROPHE, readWord, type WordState } from './word-end.ts';

/** A word without its end, as far as a path spells it. */
interface Open {
  readonly path: Path;
  readonly text: string;
  /** Null where the last character lacks bytes. */
  readonly state: WordState | null;
}

/**
 * The probabilities of the words that paths begin, each summed over its spellings, given the context. The likeliest path is
 * followed first, until no path is likelier than the `count` likeliest words found: the probability that is
 * left out is at most that of the paths less that of all the words.
 *
 * @param typed bytes of every path, from where on they are the word's, and how much of the word they are in UTF-16 units
 */
export function* wordsOf(
  pieces: Pieces,
  { paths, mass }: Spellings,
  typed: TypedPrefix,
  count: number,
  effort: Effort = TYPING,
): Search<ReadonlyMap<string, number>> {
  const search = new WordSearch(pieces, typed, effort.least * mass);
  for (const path of paths) search.follow(path);
  for (let round = 0; round < effort.words; round++) {
    const open = search.take(count);
    if (open.length === 0) break;
    yield open.map(({ path }) => path);
    for (const word of open) search.extend(word);
  }
  return search.words;
}

/** The words found, and the paths to others. */
class WordSearch {
  /** The probability of each word, over the spellings found. */
  readonly words: Map<string, number> = new Map();
  readonly #pieces: Pieces;
  readonly #typed: TypedPrefix;
  /** A path of a lower probability is left out. */
  readonly #least: number;
  #open: Open[] = [];

  constructor(pieces: Pieces, typed: TypedPrefix, least: number) {
    this.#pieces = pieces;
    this.#typed = typed;
    this.#least = least;
  }

  /** Adds the word that a path spells, or keeps the path where the word has no end yet. */
  follow(path: Path): void {
    const read = textOf(path.bytes.slice(this.#typed.from));
    if (!read) return;
    const { state, end } = readWord(read.text);
    if (end !== null) this.#add(read.text.slice(0, end), path.probability);
    else this.#open.push({ path, text: read.text, state: read.isWhole ? state : null });
  }

  /** Takes the likeliest paths; none where `count` words are found that are likelier. */
  take(count: number): readonly Open[] {
    this.#open.sort((a, b) => b.path.probability - a.path.probability);
    const enough = [...this.words.values()].sort((a, b) => b - a)[count - 1] ?? this.#least;
    const least = Math.max(this.#least, enough);
    const taken = this.#open.slice(0, BATCH).filter(({ path }) => path.probability >= least);
    this.#open = this.#open.slice(taken.length);
    return taken;
  }

  /** Extends a path that has been read by each piece that may follow. */
  extend({ path, text, state }: Open): void {
    const { probs } = path.read as Read;
    const effects = state === null ? null : this.#pieces.effects(state);
    let ended = 0;
    for (let id = 0; id < probs.length; id++) {
      const effect = effects ? effects[id] : UNCLEAR;
      if (effect === ENDS) ended += probs[id];
      else if (path.probability * probs[id] >= this.#least) {
        const next = path.with(id, this.#pieces.bytes[id]);
        if (effect === UNCLEAR) this.follow(next);
        else this.#open.push({ path: next, text: text + this.#pieces.texts[id], state: effect as WordState });
      }
    }
    if (ended > 0) this.#add(state === APOSTROPHE ? text.slice(0, -1) : text, path.probability * ended);
  }

  #add(word: string, probability: number): void {
    if (word.length < this.#typed.length || word.trim() === '') return;
    this.words.set(word, (this.words.get(word) ?? 0) + probability);
  }
}

/** The likeliest next words of a text, given what was typed of them. */
export function* wordsAfter(
  tree: PieceTree,
  pieces: Pieces,
  typed: TypedPrefix,
  count: number,
): Search<Suggestions> {
  const { bytes, from, half } = typed;
  const before = half === '' ? null : yield* spellings(tree, pieces, bytes.slice(0, from));
  const found = yield* spellings(tree, pieces, bytes);
  const words = yield* wordsOf(pieces, found, typed, count);
  const next = [...words]
    .map(([token, probability]) => ({ token, probability: probability / found.mass }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
  return { half, mass: before ? Math.min(1, found.mass / before.mass) : 1, next };
}
