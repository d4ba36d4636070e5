import type { Arena } from './arena.ts';
import { type Shape, sameShape, sizeOf } from './shape.ts';
import type { NumberType, Order, Tensor } from './tensor.ts';

interface Entry {
  /** The allocation. */
  block: Tensor;
  /** Its first elements, in the shape of the last call. */
  current: Tensor;
}

/**
 * Named temporary buffers whose shape may change from call to call.
 *
 * Each buffer grows to the largest size requested and keeps it, so a step of a known size allocates
 * nothing. A request with the same shape returns the same tensor, with its old contents.
 */
export class Workspace {
  readonly #arena: Arena;
  readonly #entries: Map<string, Entry> = new Map();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** The tensor `name` in this shape; its contents are undefined. */
  tensor(name: string, shape: Shape, type: NumberType = this.#arena.floatType): Tensor {
    return this.#shaped(name, shape, type, 'rows');
  }

  /** The same as a sequence (N, T, …), time-major in memory. */
  sequence(name: string, shape: Shape, type: NumberType = this.#arena.floatType): Tensor {
    return this.#shaped(name, shape, type, 'time');
  }

  #shaped(name: string, shape: Shape, type: NumberType, order: Order): Tensor {
    const entry = this.#entries.get(name);
    if (entry && entry.current.type !== type) {
      throw new Error(`Workspace: ${name} holds ${entry.current.type}, requested as ${type}.`);
    }
    if (entry && entry.current.order === order && sameShape(entry.current.shape, shape)) return entry.current;
    const size = sizeOf(shape);
    const fits = entry !== undefined && entry.block.size >= size;
    if (entry && !fits) {
      // Removed first, because the new allocation may fail.
      this.#entries.delete(name);
      this.#arena.release(entry.block);
    }
    const block = fits ? entry.block : this.#arena.tensor([size], type);
    const current = block.part(shape, 0, order);
    this.#entries.set(name, { block, current });
    return current;
  }
}
