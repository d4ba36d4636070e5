import { UnrolledError } from '../errors.ts';
import { shown } from '../kinds.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';
import {
  bytesOf,
  type NumberSource,
  type NumberType,
  type Order,
  Tensor,
  type TensorView,
} from './tensor.ts';

/** A growing buffer: a WebAssembly memory, or plain memory of our own. */
export interface Memory {
  readonly buffer: ArrayBufferLike;
  /** Makes the buffer at least `bytes` long, with zeros behind its contents; held views may die. */
  ensure(bytes: number): void;
}

/** Blocks start at cache lines, and kernels may read (never write) this far past a block's end. */
const LINE = 64;

interface Gap {
  start: number;
  end: number;
}

/**
 * One memory for parameters, gradients, carried states and the step's work space.
 *
 * First fit over a sorted list of gaps. Everything is allocated when a model is opened and when it
 * meets a larger N or T; a training step of a known size allocates nothing.
 */
export class Arena implements NumberSource {
  readonly memory: Memory;
  /** The type of `tensor()` and `sequence()` where none is named. */
  readonly floatType: 'float32' | 'float64';
  #gaps: Gap[];
  #sizes: Map<number, number> = new Map();
  #used = 0;
  #peak = 0;
  /** Where the memory begins that was never in use, and so is 0. */
  #span: number;
  #closed: UnrolledError | null = null;

  constructor(memory: Memory, floatType: 'float32' | 'float64', start: number = LINE) {
    this.memory = memory;
    this.floatType = floatType;
    this.#span = roundUp(start);
    this.#gaps = [{ start: this.#span, end: Number.POSITIVE_INFINITY }];
  }

  /** Bytes now in use. */
  get bytesUsed(): number {
    return this.#used;
  }

  /** The most bytes that were in use at once. */
  get bytesPeak(): number {
    return this.#peak;
  }

  /** How long the memory must be for all that was ever in use: the peak, and the gaps within. */
  get bytesSpanned(): number {
    return this.#span;
  }

  /** Why its tensors can't be computed with any more; null while they can. */
  get closed(): UnrolledError | null {
    return this.#closed;
  }

  /**
   * Ends its use: from now on nothing is allocated, and a backend computes with none of its tensors but throws this error. Numbers
   * that nobody overwrites can still be read. A second call changes nothing.
   */
  close(error: UnrolledError): void {
    this.#closed ??= error;
  }

  /** Throws when it has ended. */
  check(): void {
    if (this.closed) throw withCurrentStack(this.closed);
  }

  /** Makes the memory this long at once; what is allocated within it grows nothing. */
  reserve(bytes: number): void {
    this.memory.ensure(bytes);
  }

  /** A tensor of zeros. */
  tensor(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#place(shape, type, 'rows');
  }

  /** A sequence (N, T, …) of zeros, which lies time-major in memory. */
  sequence(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#place(shape, type, 'time');
  }

  /** Gives a tensor's place back. Only for tensors that came from this arena's `tensor` or `sequence`. */
  release(tensor: Tensor): void {
    const start = tensor.byteOffset;
    const size = this.#sizes.get(start);
    if (size === undefined)
      throw new UnrolledError('call-order', `Arena: nothing is allocated at byte ${start}.`);
    this.#sizes.delete(start);
    this.#used -= size;
    this.#addGap({ start, end: start + size });
  }

  view(type: NumberType, byteOffset: number, length: number): TensorView {
    const { buffer } = this.memory;
    if (type === 'float32') return new Float32Array(buffer, byteOffset, length);
    if (type === 'float64') return new Float64Array(buffer, byteOffset, length);
    return new Int32Array(buffer, byteOffset, length);
  }

  #place(shape: Shape, type: NumberType, order: Order): Tensor {
    this.check();
    checkShape(shape);
    const size = roundUp(sizeOf(shape) * bytesOf[type] + LINE);
    if (!Number.isSafeInteger(this.#span + size)) {
      throw new UnrolledError(
        'memory',
        `Arena: ${formatShape(shape)} takes more bytes than any memory has. Use smaller sizes.`,
      );
    }
    const index = this.#gaps.findIndex((gap) => gap.end - gap.start >= size);
    const gap = this.#gaps[index];
    const start = gap.start;
    this.memory.ensure(start + size);
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(index, 1);
    this.#sizes.set(start, size);
    this.#used += size;
    this.#peak = Math.max(this.#peak, this.#used);
    const tensor = new Tensor(this, type, start, shape, order);
    if (start < this.#span) tensor.view().fill(0);
    this.#span = Math.max(this.#span, start + size);
    return tensor;
  }

  #addGap(freed: Gap): void {
    const index = this.#gaps.findIndex((gap) => gap.start > freed.start);
    this.#gaps.splice(index, 0, freed);
    this.#mergeWithNext(index);
    if (index > 0) this.#mergeWithNext(index - 1);
  }

  #mergeWithNext(index: number): void {
    const gap = this.#gaps[index];
    const next = this.#gaps[index + 1];
    if (gap.end !== next?.start) return;
    gap.end = next.end;
    this.#gaps.splice(index + 1, 1);
  }
}

function checkShape(shape: Shape): void {
  if (Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= 0)) return;
  throw new UnrolledError(
    'shape',
    `Arena: a shape is ${shown(shape)}; it must be a list of sizes, such as [2, 3].`,
  );
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}

/** The same error, with the stack of the call that it ends. */
function withCurrentStack({ code, message }: UnrolledError): UnrolledError {
  return new UnrolledError(code, message);
}
