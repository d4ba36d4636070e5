import type { Backend } from '../../src/backends/backend.ts';
import { createParam, type Param } from '../../src/layers/layer.ts';
import { Random } from '../../src/tensor/random.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** Makes tensors of seeded numbers, the same ones in every backend up to its precision. */
export class RandomTensors {
  readonly random: Random;
  readonly #backend: Backend;

  constructor(backend: Backend, seed = 1) {
    this.random = new Random(seed);
    this.#backend = backend;
  }

  tensor(shape: Shape, size = 1): Tensor {
    return this.#fill(this.#backend.arena.tensor(shape), size);
  }

  sequence(shape: Shape, size = 1): Tensor {
    return this.#fill(this.#backend.arena.sequence(shape), size);
  }

  ids(shape: Shape, V: number): Tensor {
    const tensor = this.#backend.arena.sequence(shape, 'int32');
    return tensor.set(Array.from({ length: tensor.size }, () => Math.floor(this.random.uniform() * V)));
  }

  /** Weights of deviation 1/√rows, so that signals keep their size and float32 its precision. */
  param(name: string, shape: Shape, size = 1 / Math.sqrt(shape[0])): Param {
    const param = createParam(this.#backend.arena, name, shape);
    this.#fill(param.value, size);
    return param;
  }

  #fill(tensor: Tensor, size: number): Tensor {
    return tensor.set(Float64Array.from({ length: tensor.size }, () => size * this.random.normal()));
  }
}

/** Σ of the products of equal places: a loss whose gradient by `a` is `b`. */
export function dot(a: Tensor, b: Tensor): number {
  const bs = b.values();
  return a.values().reduce((sum, value, i) => sum + value * bs[i], 0);
}
