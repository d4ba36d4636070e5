import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, type Reads, runSync } from '../../tensor/reads.ts';
import { largest, type VocabularyRow } from '../sampling/softmax.ts';

/** The model's output after a path: its state, and the probabilities (V) of the next piece. */
export interface PathOutput {
  readonly state: State;
  readonly probs: VocabularyRow;
}

/** A sequence of pieces after a context: a node of the tree. */
export class Path {
  readonly parent: Path | null;
  /** The id of its last piece; −1 for the context itself. */
  readonly id: number;
  /** The bytes of its pieces, concatenated. */
  readonly bytes: string;
  /** The joint probability of its pieces, given the context. */
  readonly probability: number;
  /** The model's output; null until its last piece has been read. */
  read: PathOutput | null;
  readonly #children: Map<number, Path> = new Map();

  constructor(
    parent: Path | null,
    id: number,
    bytes: string,
    probability: number,
    read: PathOutput | null = null,
  ) {
    this.parent = parent;
    this.id = id;
    this.bytes = bytes;
    this.probability = probability;
    this.read = read;
  }

  child(id: number): Path | undefined {
    return this.#children.get(id);
  }

  /** Removes and returns its children. */
  forget(): readonly Path[] {
    const children = [...this.#children.values()];
    this.#children.clear();
    return children;
  }

  /** Its extension by one piece with these bytes. This path must have been read. */
  with(id: number, bytes: string): Path {
    let child = this.#children.get(id);
    if (!child) {
      const probability = this.probability * (this.read as PathOutput).probs[id];
      child = new Path(this, id, this.bytes + bytes, probability);
      this.#children.set(id, child);
    }
    return child;
  }
}

/** The continuations of a context in pieces, evaluated on demand. */
export class PieceTree {
  /** The ids of the context. */
  readonly ids: Int32Array;
  readonly root: Path;
  /** Number of paths read. */
  size: number = 0;
  readonly #saved: TextModel;

  /** @param ids the context. @param read the model's output after it; its state is released with the tree */
  constructor(saved: TextModel, ids: Int32Array, read: PathOutput) {
    this.#saved = saved;
    this.ids = ids;
    this.root = new Path(null, -1, '', 1, read);
  }

  /**
   * Reads the last pieces of paths whose parents have been read, in one step of the model. Synchronous: needs a backend with
   * `readSync`.
   */
  read(paths: readonly Path[]): void {
    runSync('Suggester', this.#saved.model.backend, this.reading(paths));
  }

  /** `read` as a computation for `RecurrentLM.run`. */
  *reading(paths: readonly Path[]): Reads<void> {
    const fresh = paths.filter(({ read }) => read === null);
    if (fresh.length === 0) return;
    const states: State[] = [];
    try {
      for (const { parent } of fresh) if (parent?.read) states.push(parent.read.state.fork());
      const ids = fresh.map(({ id }) => id);
      const rows = yield* probsAfter(this.#saved, ids, states);
      for (const [n, path] of fresh.entries()) path.read = { state: states[n], probs: rows[n] };
    } catch (error) {
      for (const state of states) state.release();
      throw error;
    }
    this.size += fresh.length;
  }

  /** The longest path along `ids` that has been read, and its length. */
  along(ids: Int32Array): { readonly path: Path; readonly length: number } {
    let [path, length] = [this.root, 0];
    for (; length < ids.length; length++) {
      const next = path.child(ids[length]);
      if (!next?.read) break;
      path = next;
    }
    return { path, length };
  }

  /** Removes all paths except the root and releases their states. */
  forget(): void {
    const left = [...this.root.forget()];
    for (let path = left.pop(); path; path = left.pop()) {
      left.push(...path.forget());
      path.read?.state.release();
    }
    this.size = 0;
  }

  /** Releases all states. The tree can't be used afterwards. */
  release(): void {
    this.forget();
    this.root.read?.state.release();
  }
}

/** The probabilities (V) of each stream's next token; 0 for the unknown token. */
function* probsAfter(
  { model, vocabulary }: TextModel,
  ids: readonly number[],
  states: readonly State[],
): Reads<readonly VocabularyRow[]> {
  const [N, V] = [ids.length, vocabulary.size];
  const scores = model.step(ids, states); // (N, 1, V)
  const banned = (n: number) => vocabulary.unknownIds.map((id) => n * V + id);
  model.exclude(scores, Array.from(ids, (_, n) => banned(n)).flat());
  model.backend.softmax(scores.part([N, V]), scores.part([N, V]));
  const all = (yield* numbersOf(scores)) as VocabularyRow;
  return Array.from(ids, (_, n) => finite(all.subarray(n * V, (n + 1) * V)));
}

/** Throws if the probabilities are NaN because the weights have overflowed. */
function finite(row: VocabularyRow): VocabularyRow {
  if (Number.isNaN(row[0])) largest(row);
  return row;
}
