/** The data that a worker needs to become a thread of the pool. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The address of this thread's own gemm scratch, in bytes. */
  readonly scratch: number;
  readonly control: SharedArrayBuffer;
  readonly index: number;
  readonly count: number;
  /** The path of the BLAS library for products and that of koffi, or null for the kernels' own gemm. */
  readonly blas: { readonly file: string; readonly koffi: string } | null;
}

/** A worker that doesn't keep the process alive. */
export interface Worker {
  terminate(): void;
  /** Whether it has ended, for a caller that blocks and receives no events. Not available in a page. */
  hasEnded?(): boolean;
}

/** A worker that may still be starting. */
export interface StartedThread {
  readonly worker: Worker;
  /** Resolves when it is ready to run programs; rejects when it fails before. */
  readonly ready: Promise<void>;
}

/**
 * Starts a worker.
 * @throws if this method is not available
 */
export type StartThread = (start: ThreadStart) => StartedThread;
