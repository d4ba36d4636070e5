import type { Arena } from './arena.ts';
import { type Shape, sameShape, sizeOf } from './shape.ts';
import type { NumberType, Order, Tensor } from './tensor.ts';

interface Entry {
  /** What is allocated. */
  block: Tensor;
  /** The start of it, in the shape of the last call. */
  current: Tensor;
}

/**
 * Named tensors whose N and T may change from call to call.
 *
 * Each grows to the largest size seen and stays there, so that a step of a known size allocates
 * nothing. The same shape gives the same tensor, with whatever the last call left in it.
 */
export class Workspace {
  readonly #arena: Arena;
  readonly #entries: Map<string, Entry> = new Map();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  tensor(name: string, shape: Shape, type: NumberType = this.#arena.floatType): Tensor {
    return this.#shaped(name, shape, type, 'rows');
  }

  /** A sequence (N, T, …), time-major in memory. */
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
      // Forgotten before the next one is taken, which may fail for want of memory.
      this.#entries.delete(name);
      this.#arena.release(entry.block);
    }
    const block = fits ? entry.block : this.#arena.tensor([size], type);
    const current = block.part(shape, 0, order);
    this.#entries.set(name, { block, current });
    return current;
  }
}
