import type { Reads } from '../../tensor/reads.ts';
import type { Path, PathOutput, PieceTree } from './piece-tree.ts';
import type { Pieces } from './pieces.ts';

/** Number of paths read in one step of the model. */
export const BATCH = 8;

/** The limits of a search. */
export interface SearchLimits {
  /** Maximum number of steps of the model for the spellings of the typed text. */
  readonly spellings: number;
  /** Maximum number of steps of the model for the words. */
  readonly words: number;
  /** The search for spellings stops when the open paths have this fraction of the probability found. */
  readonly left: number;
  /** Paths below this fraction of the probability of the typed text are dropped. */
  readonly least: number;
}

/** Limits for suggestions while typing: a few milliseconds. */
export const TYPING: SearchLimits = { spellings: 6, words: 3, left: 0.01, least: 0.001 };

/** A search: yields paths to read, and is resumed when they have been read. */
export type Search<T> = Generator<readonly Path[], T, void>;

/** A search as a computation for `RecurrentLM.run`: each of its steps is one step of the model. */
export function* searching<T>(search: Search<T>, tree: PieceTree): Reads<T> {
  let step = search.next();
  for (; !step.done; step = search.next()) yield* tree.reading(step.value);
  return step.value;
}

/** The paths that spell given bytes, and possibly more after them. */
export interface Spellings {
  readonly paths: readonly Path[];
  /** The probability of these bytes after the context. */
  readonly mass: number;
}

/**
 * Finds the ways to spell bytes in pieces, the last of which may extend beyond them. Among paths of the same length, the more
 * likely ones are followed first.
 */
export function* spellings(
  tree: PieceTree,
  pieces: Pieces,
  bytes: string,
  { spellings: steps, left, least }: SearchLimits = TYPING,
): Search<Spellings> {
  if (bytes === '') return { paths: [tree.root], mass: 1 };
  const highest = new Float64Array(bytes.length);
  const rank = ({ bytes, probability }: Path) => probability / highest[bytes.length];
  let open = [tree.root];
  const paths: Path[] = [];
  let mass = 0;
  highest[0] = 1;
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
        highest[at] = Math.max(highest[at], next.probability);
      }
      const { probs } = path.read as PathOutput;
      const last = pieces.beginningWith(rest);
      const share = last.reduce((all, id) => all + probs[id], 0);
      for (const id of last) if (probs[id] > least * share) paths.push(path.with(id, pieces.bytes[id]));
      mass += path.probability * share;
    }
  }
  return { paths: paths.filter(({ probability }) => probability > least * mass), mass };
}

function sum(paths: readonly Path[]): number {
  return paths.reduce((all, { probability }) => all + probability, 0);
}
