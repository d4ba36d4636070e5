import { UnrolledError } from '../errors.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';

export type NumberType = 'float32' | 'float64' | 'int32';

export type TensorView =
  | Float32Array<ArrayBufferLike>
  | Float64Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>;

/** Numbers in the order in which one writes them down: `[[1, 2], [3, 4]]`. */
export type Nested = number | readonly Nested[] | ArrayLike<number>;

export const bytesOf: Readonly<Record<NumberType, number>> = { float32: 4, float64: 8, int32: 4 };

/**
 * How a tensor lies in memory. `rows`: the last axis is innermost, as usual. `time`: the second
 * axis is outermost, so that (N, T, D) lies as (T, N, D) and each step is one contiguous matrix.
 */
export type Order = 'rows' | 'time';

/** Where the numbers of tensors are: an `Arena`. */
export interface NumberSource {
  /** The memory itself: tensors of one memory can be computed with together. */
  readonly memory: object;
  /** Why its tensors can't be used any more, since a model was disposed or a backend closed; null while they can. */
  readonly closed: UnrolledError | null;
  /** Throws when it has ended. */
  check(): void;
  /** A tensor of zeros. */
  tensor(shape: Shape, type?: NumberType): Tensor;
  /** Frees a tensor that `tensor` made. */
  release(tensor: Tensor): void;
  /** The numbers of this type at a place. It may die when the memory grows. */
  view(type: NumberType, byteOffset: number, length: number): TensorView;
}

/** A shape and a place in an arena. It holds no numbers and stays valid when the memory grows. */
export class Tensor {
  readonly arena: NumberSource;
  readonly type: NumberType;
  readonly byteOffset: number;
  readonly shape: Shape;
  readonly order: Order;
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

  /** The numbers in memory order. Never keep it: it dies when the memory grows. */
  view(): TensorView {
    return this.arena.view(this.type, this.byteOffset, this.size);
  }

  /** Step t of a sequence (N, T, …): the contiguous (N, …) at that time. */
  step(t: number): Tensor {
    this.#steps ??= this.#splitSteps();
    const step = this.#steps[t];
    if (!step)
      throw new UnrolledError(
        'shape',
        `Tensor: step ${t} of ${formatShape(this.shape)}; steps are 0 to T − 1.`,
      );
    return step;
  }

  /** A sequence (N, T, D) as the matrix (T·N, D) that it is in memory; a matrix as itself. */
  rows(): Tensor {
    this.#rows ??= this.part([this.size / this.#width(), this.#width()]);
    return this.#rows;
  }

  /** The same memory, from element `start` of the memory order on, under another shape. */
  part(shape: Shape, start = 0, order: Order = 'rows'): Tensor {
    if (start + sizeOf(shape) > this.size) {
      throw new UnrolledError(
        'shape',
        `Tensor: ${formatShape(shape)} from element ${start} does not fit into ${formatShape(this.shape)}.`,
      );
    }
    return new Tensor(this.arena, this.type, this.byteOffset + start * bytesOf[this.type], shape, order);
  }

  /** The same place and shape as a tensor of another arena over the same memory. */
  of(arena: NumberSource): Tensor {
    return new Tensor(arena, this.type, this.byteOffset, this.shape, this.order);
  }

  /** Writes numbers given in the order of the shape: nested arrays, or one flat array. */
  set(values: Nested): this {
    const flat = flatten(values);
    if (flat.length !== this.size) {
      throw new UnrolledError(
        'shape',
        `Tensor: ${flat.length} numbers for ${formatShape(this.shape)}; it takes ${this.size}.`,
      );
    }
    const view = this.view();
    if (this.order === 'rows') view.set(flat);
    else this.#eachTimed((place, index) => (view[place] = flat[index]));
    return this;
  }

  /** A copy of the numbers in the order of the shape, whatever the memory order. */
  values(): Float64Array {
    const view = this.view();
    const copy = new Float64Array(this.size);
    if (this.order === 'rows') copy.set(view);
    else this.#eachTimed((place, index) => (copy[index] = view[place]));
    return copy;
  }

  /** The first number; of a scalar, its value. */
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

  #eachTimed(visit: (place: number, index: number) => void): void {
    const [N = 1, T = 1] = this.shape;
    const width = this.size / (N * T);
    let index = 0;
    for (let n = 0; n < N; n++) {
      for (let t = 0; t < T; t++) {
        const place = (t * N + n) * width;
        for (let d = 0; d < width; d++) visit(place + d, index++);
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
