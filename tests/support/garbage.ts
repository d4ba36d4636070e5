import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { vi } from 'vitest';

setFlagsFromString('--expose-gc');

/** Collects everything that nothing reaches. Finalizers run in a later turn of the event loop. */
export const collectGarbage: () => void = runInNewContext('gc');

/** Collects garbage until the finalizers have made `check` pass. */
export async function afterCollection(check: () => void): Promise<void> {
  const collected = () => {
    collectGarbage();
    check();
  };
  await vi.waitFor(collected, { timeout: 30_000, interval: 1 });
  // Each registry finalizes in a turn of its own: `check` may have seen only the first.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
