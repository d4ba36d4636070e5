import type { Backend } from '../../backends/backend.ts';
import type { Group, Numbers } from '../../distributed/group.ts';
import type { Param } from '../../layers/layer.ts';
import type { Reads } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** Small gradients are copied into one array until it has this many bytes, so that they do not wait for one another's latency. */
const BUCKET_BYTES = 2 ** 20;

/** Copies of gradients that are summed together. */
interface Bucket {
  readonly tensors: readonly Tensor[];
  /** The tensors' numbers, one after the other. */
  readonly numbers: Numbers;
}

/** The rows of all processes of a sparse gradient: the ids (K) and the gradient's rows (K, D). */
interface Rows {
  readonly param: Param;
  readonly ids: Tensor;
  readonly values: Tensor;
}

/**
 * The sums of a model's gradients over all processes, which go on while the backward pass continues. A large gradient in shared memory
 * is summed where it is; others are copied. Of sparse gradients, such as that of an embedding, only the rows that occur in
 * any process are summed.
 */
export class GradientSums {
  readonly #model: TrainableModel;
  readonly #group: Group;
  /** Sparse rows. It stays with the backend, because a parameter lists its rows until its next gradient. */
  readonly #space: Workspace;
  #pending: Promise<void>[] = [];
  #waiting: { tensor: Tensor; numbers: Numbers }[] = [];
  #buckets: Bucket[] = [];
  #sparse: Param[] = [];
  #rows: Rows[] = [];
  #weights: readonly number[] = [];

  constructor(model: TrainableModel, group: Group) {
    this.#model = model;
    this.#group = group;
    this.#space = new Workspace(model.backend.arena);
  }

  /** Begins the sums of a step. @param weights of the processes (R): the sum is that of their gradients times these */
  begin(weights: readonly number[]): void {
    this.#weights = weights;
    this.#pending = [];
    this.#waiting = [];
    this.#buckets = [];
    this.#sparse = [];
    this.#rows = [];
  }

  /** Adds final gradients. */
  *add(params: readonly Param[]): Reads<void> {
    const isSparse = ({ rows }: Param) => rows !== null;
    this.#sparse.push(...params.filter(isSparse));
    const dense = params.filter((param) => !isSparse(param)).map(({ grad }) => grad);
    yield* this.#addNumbers(dense);
  }

  /** Sends the last bucket. → the own rows of each sparse gradient */
  *finish(): Reads<readonly Int32Array[]> {
    this.#sendBucket();
    const read = this.#sparse.length === 0 ? [] : yield this.#sparse.map(({ rows }) => rows as Tensor);
    return read.map((ids) => (ids as Int32Array).filter((id) => id >= 0));
  }

  /** Sends the rows of sparse gradients that any process has; in the others they are 0. @param all by process and parameter */
  *addRows(all: readonly (readonly Int32Array[])[]): Reads<void> {
    const { backend } = this.#model;
    for (const [i, param] of this.#sparse.entries()) {
      const ids = union(all.map((rows) => rows[i]));
      const [K, D] = [ids.length, param.grad.size / param.grad.shape[0]];
      const rows: Rows = {
        param,
        ids: this.#space.tensor(`${param.name} ids`, [K], 'int32'),
        values: this.#space.tensor(param.name, [K, D]),
      };
      backend.write(rows.ids, ids);
      backend.gatherRows(rows.values, param.grad, rows.ids);
      this.#rows.push(rows);
      yield* this.#addNumbers([rows.values]);
    }
    this.#sendBucket();
  }

  /** Resolves when all sums have arrived. */
  async completed(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Writes the sums into the gradients. */
  write(): void {
    const { backend } = this.#model;
    for (const { tensors, numbers } of this.#buckets) {
      let at = 0;
      for (const tensor of tensors) {
        backend.write(tensor, numbers.subarray(at, at + tensor.size));
        at += tensor.size;
      }
    }
    for (const { param, ids, values } of this.#rows) {
      backend.scatterRows(param.grad, ids, values);
      param.rows = ids;
    }
  }

  *#addNumbers(tensors: readonly Tensor[]): Reads<void> {
    const copied: Tensor[] = [];
    for (const tensor of tensors) {
      const shared = sharedNumbers(this.#model.backend, tensor);
      if (shared && shared.byteLength >= BUCKET_BYTES) this.#sum(shared);
      else copied.push(tensor);
    }
    const read = copied.length === 0 ? [] : yield copied;
    copied.forEach((tensor, i) => {
      this.#waiting.push({ tensor, numbers: read[i] as Numbers });
    });
    const bytes = this.#waiting.reduce((sum, { numbers }) => sum + numbers.byteLength, 0);
    if (bytes >= BUCKET_BYTES) this.#sendBucket();
  }

  #sendBucket(): void {
    if (this.#waiting.length === 0) return;
    const parts = this.#waiting.map(({ numbers }) => numbers);
    const bucket = {
      tensors: this.#waiting.map(({ tensor }) => tensor),
      numbers: parts.length === 1 ? parts[0] : joined(parts),
    };
    this.#buckets.push(bucket);
    this.#waiting = [];
    this.#sum(bucket.numbers);
  }

  #sum(numbers: Numbers): void {
    const sum = this.#group.sum(numbers, this.#weights);
    // `completed` reports a failure, unless that of another call ends the step before.
    sum.catch(() => {});
    this.#pending.push(sum);
  }
}

/** The numbers themselves, where the backend keeps them in memory that threads share; otherwise null. */
function sharedNumbers({ readSync }: Backend, tensor: Tensor): Numbers | null {
  const view = readSync ? (tensor.view() as Numbers) : null;
  return view?.buffer instanceof SharedArrayBuffer ? view : null;
}

/** The ids of all lists, each once and in ascending order, so that they do not depend on the number of processes. */
function union(lists: readonly Int32Array[]): Int32Array {
  return Int32Array.from(new Set(lists.flatMap((ids) => [...ids]))).sort();
}

function joined(parts: readonly Numbers[]): Numbers {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = parts[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
