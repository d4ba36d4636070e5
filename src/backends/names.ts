// What `openBackend` takes: apart from it, so that naming it loads no backend.

export const backendNames = ['auto', 'blas', 'wasm', 'wasm-strict', 'reference'] as const;
export type BackendName = (typeof backendNames)[number];

/** The maximum number of threads of a backend. */
export const MAX_THREADS = 64;
