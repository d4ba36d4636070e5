import type { Backend } from '../../src/backends/backend.ts';
import { createParam, type Param } from '../../src/layers/layer.ts';
import { Random } from '../../src/tensor/random.ts';
import { formatShape, type Shape } from '../../src/tensor/shape.ts';
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

  /** The numbers of large tensors repeat after a prime number of them: drawing takes longer than what is tested. */
  #fill(tensor: Tensor, size: number): Tensor {
    const numbers = new Float64Array(tensor.size);
    const drawn = Math.min(tensor.size, 4093);
    for (let i = 0; i < drawn; i++) numbers[i] = size * this.random.normal();
    for (let i = drawn; i < numbers.length; i++) numbers[i] = numbers[i - drawn];
    return tensor.set(numbers);
  }
}

/** Σ aᵢ·bᵢ: a loss whose gradient with respect to `a` is `b`. */
export function dot(a: Tensor, b: Tensor): number {
  const bs = b.values();
  return a.values().reduce((sum, value, i) => sum + value * bs[i], 0);
}

/**
 * Throws unless |a − b| ≤ relative · max(|a|, |b|) + floor for each number.
 * @param floor absolute: a sum whose terms cancel is off by a rounding of its terms, however small it is
 */
export function expectClose(
  name: string,
  actual: Tensor,
  expected: Tensor,
  relative = 1e-6,
  floor = relative / 10,
): void {
  const what = `${name} ${formatShape(actual.shape)}`;
  expectNumbers(what, actual.values(), expected.values(), relative, floor);
}

/** The same of arrays. */
export function expectNumbers(
  name: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  relative: number,
  floor = relative / 10,
): void {
  if (a.length !== b.length || a.length === 0) {
    throw new Error(`${name}: ${a.length} numbers; there must be ${b.length}, more than none`);
  }
  for (let i = 0; i < a.length; i++) {
    const allowed = relative * Math.max(Math.abs(a[i]), Math.abs(b[i])) + floor;
    if (!(Math.abs(a[i] - b[i]) <= allowed)) {
      throw new Error(`${name}: number ${i} is ${a[i]}; it must be ${b[i]} ± ${allowed}`);
    }
  }
}

/** The central difference (f(x + ε) − f(x − ε)) / 2ε for each number of x, in the order of its shape. */
export function numericGradient(loss: () => number, x: Tensor, epsilon = 1e-5): Float64Array {
  const start = x.values();
  const slopes = start.map((value, i) => {
    const at = (shift: number) => {
      x.set(start.with(i, value + shift));
      return loss();
    };
    return (at(epsilon) - at(-epsilon)) / (2 * epsilon);
  });
  x.set(start);
  return slopes;
}

/** ‖a − b‖ / (‖a‖ + ‖b‖) */
export function relativeError(a: Float64Array, b: Float64Array): number {
  const norm = (xs: Float64Array) => Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0));
  const size = norm(a) + norm(b);
  return size === 0 ? 0 : norm(a.map((x, i) => x - b[i])) / size;
}

/** Throws, with both gradients, unless `gradient` is that of `loss` with respect to `x` within 1e-6, and not 0. */
export function expectGradient(name: string, gradient: Tensor, loss: () => number, x: Tensor): void {
  const analytic = gradient.values();
  const numeric = numericGradient(loss, x);
  const error = relativeError(analytic, numeric);
  if (!(error <= 1e-6)) throw new Error(`${name}: off by ${error}: backward ${analytic}; numeric ${numeric}`);
  if (!numeric.some((slope) => Math.abs(slope) > 1e-4)) {
    throw new Error(`${name}: the gradient is 0, so the check is empty: ${numeric}`);
  }
}
