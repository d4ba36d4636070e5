// What bundles for pages have in place of search.ts (`browser` in package.json): a page has no system library.
import type { BlasSearch } from './search.ts';

export function findBlas(): BlasSearch {
  return { blas: null, wish: null, koffi: null, attempts: [], reason: 'a page can load no system library' };
}

export function unusedBlasNotice(_: BlasSearch): string | null {
  return null;
}
