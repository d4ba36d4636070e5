// Replaces cpu-quota.ts in bundles for pages (`browser` in package.json): a page can't read control groups.
export function cpuQuota(_: (path: string) => string): number {
  return Number.POSITIVE_INFINITY;
}
