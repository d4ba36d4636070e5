import { UnrolledError } from '../errors.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';

/** The element type of a tensor. */
export type NumberType = 'float32' | 'float64' | 'int32';

/** A typed array over the memory of a tensor, in memory order. */
export type TensorView =
  | Float32Array<ArrayBufferLike>
  | Float64Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>;

/** Nested arrays of numbers in row-major order: `[[1, 2], [3, 4]]`. */
export type Nested = number | readonly Nested[] | ArrayLike<number>;

export const bytesOf: Readonly<Record<NumberType, number>> = { float32: 4, float64: 8, int32: 4 };

/**
 * The memory layout of a tensor. `rows`: row-major. `time`: time-major, (N, T, D) is stored as (T, N, D), so each
 * time step is one contiguous matrix.
 */
export type Order = 'rows' | 'time';

/** The owner of tensor memory: an `Arena`. */
export interface NumberSource {
  /** The memory itself. Operands of one computation must be in the same memory. */
  readonly memory: object;
  /** The error thrown on use after a model was disposed or a backend closed; null while usable. */
  readonly closed: UnrolledError | null;
  /** Throws `closed` if it is set. */
  check(): void;
  /** Allocates a tensor of zeros. */
  tensor(shape: Shape, type?: NumberType): Tensor;
  /** Frees a tensor that `tensor` allocated. */
  release(tensor: Tensor): void;
  /** A view of `length` numbers at a position in bytes. Growing the memory may detach it. */
  view(type: NumberType, byteOffset: number, length: number): TensorView;
}

/** A shape and a position in an arena. It stores no numbers and stays valid when the memory grows. */
export class Tensor {
  /** The arena that owns its memory. */
  readonly arena: NumberSource;
  /** The element type. */
  readonly type: NumberType;
  /** Start in the arena's memory, in bytes. */
  readonly byteOffset: number;
  /** The sizes, outermost first. */
  readonly shape: Shape;
  /** The memory layout. */
  readonly order: Order;
  /** Number of elements. */
  readonly size: number;
  #steps: Tensor[] | null = null;
  #rows: Tensor | null = null;

  constructor(
    arena: NumberSource,
    type: NumberType,
    byteOffset: number,
    shape: Shape,
    order: Order = 'rows',
  ) {
    this.arena = arena;
    this.type = type;
    this.byteOffset = byteOffset;
    this.shape = shape;
    this.order = order;
    this.size = sizeOf(shape);
  }

  /** A view of the numbers, in memory order. Don't keep it: growing the memory detaches it. */
  view(): TensorView {
    return this.arena.view(this.type, this.byteOffset, this.size);
  }

  /**
   * Step t of a sequence (N, T, …) as a tensor (N, …) over the same memory.
   * @throws {UnrolledError} code `shape` if this is not a time-major sequence, or t is not from 0 to T − 1
   */
  step(t: number): Tensor {
    this.#steps ??= this.#splitSteps();
    const step = this.#steps[t];
    if (!step)
      throw new UnrolledError(
        'shape',
        `Tensor: ${formatShape(this.shape)} has no step ${t}; t must be from 0 to T − 1.`,
      );
    return step;
  }

  /**
   * The same memory as a matrix: (T·N, D) for a sequence (N, T, D).
   * @throws {UnrolledError} code `shape` for a tensor without elements
   */
  rows(): Tensor {
    this.#rows ??= this.part([this.size / this.#width(), this.#width()]);
    return this.#rows;
  }

  /**
   * The same memory from element `start` (in memory order), with another shape.
   * @throws {UnrolledError} code `shape` when it does not fit
   */
  part(shape: Shape, start = 0, order: Order = 'rows'): Tensor {
    if (start + sizeOf(shape) > this.size) {
      throw new UnrolledError(
        'shape',
        `Tensor: ${formatShape(shape)} from element ${start} does not fit into ${formatShape(this.shape)}.`,
      );
    }
    return new Tensor(this.arena, this.type, this.byteOffset + start * bytesOf[this.type], shape, order);
  }

  /** The same tensor, owned by another arena over the same memory. */
  of(arena: NumberSource): Tensor {
    return new Tensor(arena, this.type, this.byteOffset, this.shape, this.order);
  }

  /**
   * Writes numbers given in row-major order: nested arrays, or one flat array.
   * @throws {UnrolledError} code `shape` when their count is not `size`
   */
  set(values: Nested): this {
    const flat = flatten(values);
    if (flat.length !== this.size) {
      throw new UnrolledError(
        'shape',
        `Tensor: got ${flat.length} numbers for ${formatShape(this.shape)}; it needs ${this.size}.`,
      );
    }
    const view = this.view();
    if (this.order === 'rows') view.set(flat);
    else this.#eachTimeMajor((offset, index) => (view[offset] = flat[index]));
    return this;
  }

  /** A copy of the numbers in row-major order, whatever the memory layout. */
  values(): Float64Array {
    const view = this.view();
    const copy = new Float64Array(this.size);
    if (this.order === 'rows') copy.set(view);
    else this.#eachTimeMajor((offset, index) => (copy[index] = view[offset]));
    return copy;
  }

  /** The first number: the value of a scalar. */
  item(): number {
    return this.view()[0];
  }

  #width(): number {
    return this.shape[this.shape.length - 1] ?? 1;
  }

  #splitSteps(): Tensor[] {
    const [N, T, ...rest] = this.shape;
    if (this.order !== 'time' || N === undefined || T === undefined) {
      throw new UnrolledError(
        'shape',
        `Tensor: ${formatShape(this.shape)} is not a sequence and has no steps.`,
      );
    }
    const shape = [N, ...rest];
    return Array.from({ length: T }, (_, t) => this.part(shape, t * sizeOf(shape)));
  }

  #eachTimeMajor(visit: (offset: number, index: number) => void): void {
    const [N = 1, T = 1] = this.shape;
    const width = this.size / (N * T);
    let index = 0;
    for (let n = 0; n < N; n++) {
      for (let t = 0; t < T; t++) {
        const offset = (t * N + n) * width;
        for (let d = 0; d < width; d++) visit(offset + d, index++);
      }
    }
  }
}

function flatten(values: Nested): ArrayLike<number> {
  if (typeof values === 'number') return [values];
  const numbers = values as ArrayLike<number | readonly Nested[]>;
  if (!Array.isArray(numbers) || numbers.every((value) => typeof value === 'number')) {
    return numbers as ArrayLike<number>;
  }
  return numbers.flatMap((value: Nested) => Array.from(flatten(value)));
}
