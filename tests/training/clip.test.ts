import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { GradientClipper } from '../../src/training/clip.ts';
import { fastBackends } from '../support/backends.ts';
import { RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');

/** Two parameters whose gradients have the norms 3 and 4, so that all together have 5. */
function open(backend: Backend) {
  const make = new RandomTensors(backend);
  const params = [make.param('a', [2, 3]), make.param('b', [4])];
  params[0].grad.set([1, 2, 2, 0, 0, 0]);
  params[1].grad.set([2, -2, 2, -2]);
  return params;
}

describe.each([reference, ...fastBackends].map((backend) => [backend.description, backend] as const))(
  'clipping on %s',
  (_, backend) => {
    test('scales all gradients by maxNorm / (norm + 1e-6), norm over all of them together', () => {
      const params = open(backend);
      expect(new GradientClipper(backend, 2.5).clip(params)).toBeCloseTo(5, 6);
      const rate = 2.5 / (5 + 1e-6);
      const grads = params.flatMap(({ grad }) => [...grad.values()]);
      [1, 2, 2, 0, 0, 0, 2, -2, 2, -2].forEach((g, i) => expect(grads[i]).toBeCloseTo(g * rate, 6));
    });

    test('does not change gradients whose common norm is below the limit', () => {
      const params = open(backend);
      const before = params.map(({ grad }) => grad.values());
      const clipper = new GradientClipper(backend, 5.01);
      expect(clipper.clip(params)).toBeCloseTo(5, 6);
      expect(params.map(({ grad }) => grad.values())).toEqual(before);
      expect(new GradientClipper(backend, 4.5).clip(params)).toBeCloseTo(5, 6);
      expect(params.map(({ grad }) => grad.values())).not.toEqual(before);
    });

    test('starts each norm from 0', () => {
      const params = open(backend);
      const clipper = new GradientClipper(backend, 100);
      expect(clipper.clip(params)).toBe(clipper.clip(params));
    });
  },
);

test('the rate includes 1e-6: a norm of exactly the limit is scaled slightly', () => {
  const params = open(reference);
  new GradientClipper(reference, 5).clip(params);
  expect(params[0].grad.values()[1]).toBe(2 * (5 / (5 + 1e-6)));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('the limit %d is refused', (maxNorm) => {
  expect(() => new GradientClipper(reference, maxNorm)).toThrow(
    `clip: the largest norm is ${maxNorm}; it must be a positive number`,
  );
});
