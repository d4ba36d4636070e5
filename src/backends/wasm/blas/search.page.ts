// Replaces search.ts in bundles for pages (`browser` in package.json): a page can't load system libraries.
import type { BlasSearch } from './search.ts';

export function findBlas(): BlasSearch {
  return { blas: null, wish: null, koffi: null, attempts: [], reason: 'a page can load no system library' };
}

export function unusedBlasNotice(_: BlasSearch): string | null {
  return null;
}
