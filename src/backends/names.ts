// What `openBackend` takes: apart from it, so that naming it loads no backend.

/** The names that `openBackend` and `--backend` accept. */
export const backendNames = ['auto', 'blas', 'wasm', 'wasm-strict', 'reference'] as const;
/** One of `backendNames`. */
export type BackendName = (typeof backendNames)[number];

/** The maximum number of threads of a backend. */
export const MAX_THREADS = 64;
