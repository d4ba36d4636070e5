import type { Suggestions } from './next-tokens.ts';
import type { Path, PathOutput, PieceTree } from './piece-tree.ts';
import { ENDS, type Pieces, textOf, UNCLEAR } from './pieces.ts';
import { BATCH, type Search, type SearchLimits, type Spellings, spellings, TYPING } from './spellings.ts';
import type { TypedPrefix } from './typed-prefix.ts';
import { APOSTROPHE, readWord, type WordState } from './word-end.ts';

/** An incomplete word, spelled by a path. */
interface Open {
  readonly path: Path;
  readonly text: string;
  /** Null if the last character is incomplete. */
  readonly state: WordState | null;
}

/**
 * The probabilities of the words that begin with given paths, each summed over its spellings. Best-first search: it stops when
 * no path is more likely than the `count` most likely words found. The probability missed is at most that of the paths minus
 * that of all words found.
 *
 * @param typed the typed text that every path spells
 */
export function* wordsOf(
  pieces: Pieces,
  { paths, mass }: Spellings,
  typed: TypedPrefix,
  count: number,
  limits: SearchLimits = TYPING,
): Search<ReadonlyMap<string, number>> {
  const search = new WordSearch(pieces, typed, limits.least * mass);
  for (const path of paths) search.follow(path);
  for (let round = 0; round < limits.words; round++) {
    const open = search.take(count);
    if (open.length === 0) break;
    yield open.map(({ path }) => path);
    for (const word of open) search.extend(word);
  }
  return search.words;
}

/** The words found so far, and the open paths. */
class WordSearch {
  /** The probability of each word, over the spellings found. */
  readonly words: Map<string, number> = new Map();
  readonly #pieces: Pieces;
  readonly #typed: TypedPrefix;
  /** Paths with a lower probability are dropped. */
  readonly #least: number;
  #open: Open[] = [];

  constructor(pieces: Pieces, typed: TypedPrefix, least: number) {
    this.#pieces = pieces;
    this.#typed = typed;
    this.#least = least;
  }

  /** Adds the word that a path spells, or keeps the path open if the word is incomplete. */
  follow(path: Path): void {
    const read = textOf(path.bytes.slice(this.#typed.from));
    if (!read) return;
    const { state, end } = readWord(read.text);
    if (end !== null) this.#add(read.text.slice(0, end), path.probability);
    else this.#open.push({ path, text: read.text, state: read.isWhole ? state : null });
  }

  /** Takes the most likely open paths; none if `count` words are more likely. */
  take(count: number): readonly Open[] {
    this.#open.sort((a, b) => b.path.probability - a.path.probability);
    const enough = [...this.words.values()].sort((a, b) => b - a)[count - 1] ?? this.#least;
    const least = Math.max(this.#least, enough);
    const taken = this.#open.slice(0, BATCH).filter(({ path }) => path.probability >= least);
    this.#open = this.#open.slice(taken.length);
    return taken;
  }

  /** Extends a path, which has been read, by each piece that may follow. */
  extend({ path, text, state }: Open): void {
    const { probs } = path.read as PathOutput;
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

/** The most likely next words of a text, given the typed beginning. */
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
