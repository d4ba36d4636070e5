import type { Arena } from './arena.ts';
import { type Shape, sameShape, sizeOf } from './shape.ts';
import type { NumberType, Order, Tensor } from './tensor.ts';

interface Room {
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
  readonly #rooms: Map<string, Room> = new Map();

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
    const room = this.#rooms.get(name);
    if (room && room.current.type !== type) {
      throw new Error(`Workspace: ${name} holds ${room.current.type}, requested as ${type}.`);
    }
    if (room && room.current.order === order && sameShape(room.current.shape, shape)) return room.current;
    const size = sizeOf(shape);
    const fits = room !== undefined && room.block.size >= size;
    if (room && !fits) {
      // Forgotten before the next one is taken, which may fail for want of memory.
      this.#rooms.delete(name);
      this.#arena.release(room.block);
    }
    const block = fits ? room.block : this.#arena.tensor([size], type);
    const current = block.part(shape, 0, order);
    this.#rooms.set(name, { block, current });
    return current;
  }
}
