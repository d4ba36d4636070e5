// What bundles for pages have in place of address-space.ts (`browser` in package.json): a page reads no limits.
export function freeAddressSpace(): number {
  return Number.POSITIVE_INFINITY;
}

export function addressSpace(): { readonly memoryBytes: number; readonly workers: number } {
  return { memoryBytes: Number.POSITIVE_INFINITY, workers: Number.POSITIVE_INFINITY };
}
