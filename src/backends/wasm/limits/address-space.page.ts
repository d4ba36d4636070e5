// Replaces address-space.ts in bundles for pages (`browser` in package.json): a page can't read limits.
export function freeAddressSpace(): number {
  return Number.POSITIVE_INFINITY;
}

export function addressSpace(): { readonly memoryBytes: number; readonly workers: number } {
  return { memoryBytes: Number.POSITIVE_INFINITY, workers: Number.POSITIVE_INFINITY };
}
