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

/** A growable buffer: a WebAssembly memory or plain JavaScript memory. */
export interface Memory {
  /** The current buffer; another one after growing. */
  readonly buffer: ArrayBufferLike;
  /**
   * Grows the buffer to at least `bytes` bytes; new bytes are 0. Existing views may be detached.
   * @throws {UnrolledError} code `memory` when the machine has less
   */
  ensure(bytes: number): void;
}

/** Cache line in bytes: the alignment of blocks. Kernels may read, but never write, this far past the end of a block. */
const LINE = 64;

interface Gap {
  start: number;
  end: number;
}

/**
 * An allocator over one memory, for parameters, gradients, carried states and temporary buffers.
 *
 * First fit over a sorted list of gaps. Memory is allocated when a model is opened and when N or T
 * grows; a training step of a known size allocates nothing.
 */
export class Arena implements NumberSource {
  readonly memory: Memory;
  /** The default type of `tensor()` and `sequence()`. */
  readonly floatType: 'float32' | 'float64';
  #gaps: Gap[];
  #sizes: Map<number, number> = new Map();
  #used = 0;
  #peak = 0;
  /** Start of the memory that was never allocated and is therefore still 0, in bytes. */
  #span: number;
  #closed: UnrolledError | null = null;

  constructor(memory: Memory, floatType: 'float32' | 'float64', start: number = LINE) {
    this.memory = memory;
    this.floatType = floatType;
    this.#span = roundUp(start);
    this.#gaps = [{ start: this.#span, end: Number.POSITIVE_INFINITY }];
  }

  /** Memory currently allocated, in bytes. */
  get bytesUsed(): number {
    return this.#used;
  }

  /** Peak of `bytesUsed`, in bytes. */
  get bytesPeak(): number {
    return this.#peak;
  }

  /** Memory size in bytes that all allocations so far have needed, including gaps. */
  get bytesSpanned(): number {
    return this.#span;
  }

  /** The error that closed the arena, thrown by any later computation with its tensors; null while open. */
  get closed(): UnrolledError | null {
    return this.#closed;
  }

  /**
   * Closes the arena: allocations and computations with its tensors throw `error` from now on. Existing values can still be
   * read. A second call has no effect.
   */
  close(error: UnrolledError): void {
    this.#closed ??= error;
  }

  /** @throws {UnrolledError} the closing error, once the arena is closed */
  check(): void {
    if (this.closed) throw withCurrentStack(this.closed);
  }

  /** Grows the memory to `bytes` bytes now, so that later allocations within it need not grow it. */
  reserve(bytes: number): void {
    this.memory.ensure(bytes);
  }

  /**
   * Allocates a tensor of zeros.
   * @throws {UnrolledError} code `shape` for an invalid shape, `memory` when it doesn't fit
   */
  tensor(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#place(shape, type, 'rows');
  }

  /**
   * Allocates a sequence (N, T, …) of zeros, time-major in memory.
   * @throws {UnrolledError} as `tensor`
   */
  sequence(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#place(shape, type, 'time');
  }

  /**
   * Frees a tensor that `tensor` or `sequence` of this arena allocated.
   * @throws {UnrolledError} code `call-order` for any other tensor
   */
  release(tensor: Tensor): void {
    const start = tensor.byteOffset;
    const size = this.#sizes.get(start);
    if (size === undefined)
      throw new UnrolledError(
        'call-order',
        `Arena: no block starts at byte ${start}. Release a tensor once.`,
      );
    this.#sizes.delete(start);
    this.#used -= size;
    this.#addGap({ start, end: start + size });
  }

  /** A view of `length` numbers at a position in bytes. Growing the memory may detach it. */
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
        `Arena: ${formatShape(shape)} needs more bytes than any memory has. Use smaller sizes.`,
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

/** A copy of the error with the current stack. */
function withCurrentStack({ code, message }: UnrolledError): UnrolledError {
  return new UnrolledError(code, message);
}
