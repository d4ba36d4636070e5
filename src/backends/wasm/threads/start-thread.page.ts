// Replaces start-thread.ts in bundles for pages (`browser` in package.json): it doesn't start Node workers.
import type { StartThread } from './start.ts';
import { pageStartMethods } from './start-web-thread.ts';

export function startMethods(): readonly StartThread[] {
  return pageStartMethods();
}
