// Replaces search.ts in bundles for pages (`browser` in package.json): a page can't load system libraries.
import type { BlasSearch } from './search.ts';

export function findBlas(): BlasSearch {
  return {
    blas: null,
    requested: null,
    koffi: null,
    attempts: [],
    reason: "a page can't load system libraries",
  };
}

export function unusedBlasNotice(_: BlasSearch): string | null {
  return null;
}
