import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { vi } from 'vitest';

setFlagsFromString('--expose-gc');

/** Collects everything that nothing reaches. Finalizers run in a later turn of the event loop. */
export const collectGarbage: () => void = runInNewContext('gc');

/** Collects garbage until the finalizers have made `check` pass. */
export function afterCollection(check: () => void): Promise<void> {
  const collected = () => {
    collectGarbage();
    check();
  };
  return vi.waitFor(collected, { timeout: 30_000, interval: 1 });
}
