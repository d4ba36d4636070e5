/** All that a worker needs to become a thread of the pool. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** This thread's own gemm scratch, in bytes from the memory's start. */
  readonly scratch: number;
  readonly control: SharedArrayBuffer;
  readonly index: number;
  readonly count: number;
  /** The BLAS library to use for products and where koffi lies, or null for the kernels' own gemm. */
  readonly blas: { readonly file: string; readonly koffi: string } | null;
}

/** A worker that doesn't keep the process alive. */
export interface Worker {
  terminate(): void;
  /** Whether it has ended, for a caller that blocks and receives no events. Unknown in a page. */
  hasEnded?(): boolean;
}

/** A worker that may still be starting. */
export interface StartedThread {
  readonly worker: Worker;
  /** Resolves when it is ready to run programs; rejects when it fails before. */
  readonly ready: Promise<void>;
}

/** One way to start a worker. @throws where there is no such way */
export type StartThread = (start: ThreadStart) => StartedThread;
