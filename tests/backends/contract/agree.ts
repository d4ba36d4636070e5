import { describe, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { fastBackends } from '../../support/backends.ts';
import { expectClose, RandomTensors } from '../../support/tensors.ts';

const reference = await openBackend('reference');

interface Tolerance {
  /** Default 1e-6. */
  readonly relative?: number;
  /** Default 1e-7. Absolute: a sum whose terms cancel is off by a rounding of its terms. */
  readonly floor?: number;
}

/**
 * Runs the same calls on the reference and on each backend, over the same numbers, and compares all results. The name may hold
 * `%s`, which is the backend.
 */
export function agrees(
  name: string,
  run: (on: Backend, make: RandomTensors) => Readonly<Record<string, Tensor>>,
  { relative, floor }: Tolerance = {},
): void {
  test(name, () => {
    const exact = run(reference, new RandomTensors(reference));
    for (const backend of fastBackends) {
      for (const [result, tensor] of Object.entries(run(backend, new RandomTensors(backend)))) {
        expectClose(`${result} on ${backend.description}`, tensor, exact[result], relative, floor);
      }
    }
  });
}

/** Tests that are not comparisons, on each backend but the reference. */
export function onEachBackend(tests: (backend: Backend) => void): void {
  describe.each(fastBackends.map((backend) => [backend.description, backend] as const))('%s', (_, backend) =>
    tests(backend),
  );
}
