import { expect } from 'vitest';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** The central difference (f(x + ε) − f(x − ε)) / 2ε for each number of x, in the order of its shape. */
export function numericGradient(loss: () => number, x: Tensor, epsilon = 1e-5): Float64Array {
  const start = x.values();
  return start.map((value, i) => {
    const at = (shift: number) => {
      x.set(start.with(i, value + shift));
      return loss();
    };
    const slope = (at(epsilon) - at(-epsilon)) / (2 * epsilon);
    x.set(start);
    return slope;
  });
}

/** ‖a − b‖ / (‖a‖ + ‖b‖) */
export function relativeError(a: Float64Array, b: Float64Array): number {
  const norm = (xs: Float64Array) => Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0));
  const size = norm(a) + norm(b);
  return size === 0 ? 0 : norm(a.map((x, i) => x - b[i])) / size;
}

/** Fails, with both gradients, unless `gradient` is the slope of `loss` by `x` within 1e-6. */
export function expectGradient(name: string, gradient: Tensor, loss: () => number, x: Tensor): void {
  const analytic = gradient.values();
  const numeric = numericGradient(loss, x);
  const error = relativeError(analytic, numeric);
  expect(error, `${name}: backward ${analytic}; numeric ${numeric}`).toBeLessThanOrEqual(1e-6);
  expect(Math.hypot(...numeric), `${name}: the gradient is 0, so the check is empty`).toBeGreaterThan(0);
}
