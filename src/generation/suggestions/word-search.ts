import type { Suggestions } from './next-tokens.ts';
import type { Path, PieceTree, Read } from './piece-tree.ts';
import { ENDS, type Pieces, textOf, UNCLEAR } from './pieces.ts';
import type { Typed } from './typed.ts';
import { APOSTROPHE, readWord, type WordState } from './word-end.ts';

/** How many paths one step of the model reads. */
const BATCH = 8;

/** How long a search goes on. */
export interface Effort {
  /** Steps of the model, at most, for the spellings of what was typed. */
  readonly spellings: number;
  /** And for the words behind them. */
  readonly words: number;
  /** The search for spellings ends when those that are left have this share of the probability of those found. */
  readonly left: number;
  /** A path of less than this share of the probability of what was typed is left out. */
  readonly least: number;
}

/** While somebody types: some milliseconds. */
const TYPING: Effort = { spellings: 6, words: 3, left: 0.01, least: 0.001 };

/** Asks for paths to be read, and goes on when they have been. */
export type Search<T> = Generator<readonly Path[], T, void>;

/** The paths that spell some bytes, and perhaps more behind them. */
export interface Spellings {
  readonly paths: readonly Path[];
  /** The probability of these bytes behind the context. */
  readonly mass: number;
}

/**
 * The ways to spell bytes in pieces, the last of which may reach beyond them. Of the paths to the same byte the likelier ones
 * are followed first.
 */
export function* spellings(
  tree: PieceTree,
  pieces: Pieces,
  bytes: string,
  { spellings: steps, left, least }: Effort = TYPING,
): Search<Spellings> {
  if (bytes === '') return { paths: [tree.root], mass: 1 };
  const likeliest = new Float64Array(bytes.length);
  const rank = ({ bytes, probability }: Path) => probability / likeliest[bytes.length];
  let open = [tree.root];
  const paths: Path[] = [];
  let mass = 0;
  likeliest[0] = 1;
  for (let round = 0; round < steps && sum(open) > left * mass; round++) {
    open.sort((a, b) => rank(b) - rank(a));
    const now = open.slice(0, BATCH);
    yield now;
    open = open.slice(BATCH);
    for (const path of now) {
      const rest = bytes.slice(path.bytes.length);
      for (let end = 1; end < rest.length; end++) {
        const id = pieces.idOf(rest.slice(0, end));
        if (id === undefined) continue;
        const next = path.with(id, pieces.bytes[id]);
        const at = next.bytes.length;
        if (next.probability > 0) open.push(next);
        likeliest[at] = Math.max(likeliest[at], next.probability);
      }
      const { chances } = path.read as Read;
      const last = pieces.beginningWith(rest);
      const share = last.reduce((all, id) => all + chances[id], 0);
      for (const id of last) if (chances[id] > least * share) paths.push(path.with(id, pieces.bytes[id]));
      mass += path.probability * share;
    }
  }
  return { paths: paths.filter(({ probability }) => probability > least * mass), mass };
}

/** A word that goes on, as far as a path spells it. */
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
  { from, length }: Typed,
  count: number,
  effort: Effort = TYPING,
): Search<ReadonlyMap<string, number>> {
  const words: Map<string, number> = new Map();
  const least = effort.least * mass;
  let open: Open[] = [];
  const add = (word: string, probability: number) => {
    if (word.length >= length && word.trim() !== '') words.set(word, (words.get(word) ?? 0) + probability);
  };
  const follow = (path: Path) => {
    const read = textOf(path.bytes.slice(from));
    if (!read) return;
    const { state, end } = readWord(read.text);
    if (end !== null) add(read.text.slice(0, end), path.probability);
    else open.push({ path, text: read.text, state: read.isWhole ? state : null });
  };
  for (const path of paths) follow(path);
  for (let round = 0; round < effort.words; round++) {
    open.sort((a, b) => b.path.probability - a.path.probability);
    const enough = [...words.values()].sort((a, b) => b - a)[count - 1] ?? least;
    const now = open.slice(0, BATCH).filter(({ path }) => path.probability >= Math.max(least, enough));
    if (now.length === 0) break;
    yield now.map(({ path }) => path);
    open = open.slice(now.length);
    for (const { path, text, state } of now) {
      const { chances } = path.read as Read;
      const effects = state === null ? null : pieces.effects(state);
      let ended = 0;
      for (let id = 0; id < chances.length; id++) {
        const effect = effects ? effects[id] : UNCLEAR;
        if (effect === ENDS) ended += chances[id];
        else if (path.probability * chances[id] >= least) {
          const next = path.with(id, pieces.bytes[id]);
          if (effect === UNCLEAR) follow(next);
          else open.push({ path: next, text: text + pieces.texts[id], state: effect as WordState });
        }
      }
      if (ended > 0) add(state === APOSTROPHE ? text.slice(0, -1) : text, path.probability * ended);
    }
  }
  return words;
}

/** The likeliest words that a text goes on with, given what was typed of them. */
export function* wordsAfter(
  tree: PieceTree,
  pieces: Pieces,
  typed: Typed,
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

function sum(paths: readonly Path[]): number {
  return paths.reduce((all, { probability }) => all + probability, 0);
}
