import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, type Reads, runSync } from '../../tensor/reads.ts';
import { largest, type VocabularyRow } from '../sampling/softmax.ts';

/** Behind a path: the state, and the probabilities (V) of the next piece. */
export interface Read {
  readonly state: State;
  readonly probs: VocabularyRow;
}

/** Some pieces behind a context. */
export class Path {
  readonly parent: Path | null;
  /** Of its last piece; −1 for the context itself. */
  readonly id: number;
  /** Those of its pieces together. */
  readonly bytes: string;
  /** Of all its pieces together, given the context. */
  readonly probability: number;
  /** Null until the model has read its last piece. */
  read: Read | null;
  readonly #children: Map<number, Path> = new Map();

  constructor(parent: Path | null, id: number, bytes: string, probability: number, read: Read | null = null) {
    this.parent = parent;
    this.id = id;
    this.bytes = bytes;
    this.probability = probability;
    this.read = read;
  }

  child(id: number): Path | undefined {
    return this.#children.get(id);
  }

  /** Forgets the paths with one piece more. @returns them */
  forget(): readonly Path[] {
    const children = [...this.#children.values()];
    this.#children.clear();
    return children;
  }

  /** The same with one piece more, which has these bytes; this one was read. */
  with(id: number, bytes: string): Path {
    let child = this.#children.get(id);
    if (!child) {
      const probability = this.probability * (this.read as Read).probs[id];
      child = new Path(this, id, this.bytes + bytes, probability);
      this.#children.set(id, child);
    }
    return child;
  }
}

/** What of a model's vocabulary may follow a context, read as far as someone asked for it. */
export class PieceTree {
  /** The context. */
  readonly ids: Int32Array;
  readonly root: Path;
  /** How many paths were read. */
  size: number = 0;
  readonly #saved: TextModel;

  /** @param ids the context. @param read behind it; its state is released with the tree */
  constructor(saved: TextModel, ids: Int32Array, read: Read) {
    this.#saved = saved;
    this.ids = ids;
    this.root = new Path(null, -1, '', 1, read);
  }

  /**
   * Reads the last pieces of paths whose parents were read, in one step of the model. Synchronous: needs a backend with
   * `readSync`.
   */
  read(paths: readonly Path[]): void {
    runSync('Suggester', this.#saved.model.backend, this.reading(paths));
  }

  /** The same as work for `RecurrentLM.run`. */
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

  /** The longest path along some ids that was read. */
  along(ids: Int32Array): { readonly path: Path; readonly length: number } {
    let [path, length] = [this.root, 0];
    for (; length < ids.length; length++) {
      const next = path.child(ids[length]);
      if (!next?.read) break;
      path = next;
    }
    return { path, length };
  }

  /** Forgets what was read behind the context, and gives the states back. */
  forget(): void {
    const left = [...this.root.forget()];
    for (let path = left.pop(); path; path = left.pop()) {
      left.push(...path.forget());
      path.read?.state.release();
    }
    this.size = 0;
  }

  /** Gives all states back; the tree can't be used afterwards. */
  release(): void {
    this.forget();
    this.root.read?.state.release();
  }
}

/** Of each stream's next token (V), 0 for the unknown one. */
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

/** Throws where the weights are at fault. */
function finite(row: VocabularyRow): VocabularyRow {
  if (Number.isNaN(row[0])) largest(row);
  return row;
}
