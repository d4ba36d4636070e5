/** The names that `openBackend` knows: apart from it, so that naming one loads none. */
export const backendNames = ['auto', 'blas', 'wasm', 'wasm-strict', 'reference'] as const;
export type BackendName = (typeof backendNames)[number];
