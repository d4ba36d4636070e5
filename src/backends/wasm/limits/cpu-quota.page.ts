// What bundles for pages have in place of cpu-quota.ts (`browser` in package.json): a page reads no control groups.
export function cpuQuota(_: (path: string) => string): number {
  return Number.POSITIVE_INFINITY;
}
