// What bundles for pages have in place of start-thread.ts (`browser` in package.json): no way of Node's.
import type { StartThread } from './start.ts';
import { pageStartMethods } from './start-web-thread.ts';

export function startMethods(): readonly StartThread[] {
  return pageStartMethods();
}
