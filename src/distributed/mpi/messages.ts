import type { Numbers } from '../group.ts';

/** What the thread of MPI is started with. */
export interface ThreadStart {
  /** The file of the library. */
  readonly file: string;
  /** How long another rank may be silent, in seconds. */
  readonly timeout: number;
}

/** A call for the thread of MPI; arrays are in shared memory. Answers have the same id. */
export type Call =
  | {
      readonly id: number;
      readonly call: 'sum';
      readonly numbers: Numbers;
      readonly weights: readonly number[] | undefined;
    }
  | { readonly id: number; readonly call: 'gather' | 'broadcast'; readonly bytes: Uint8Array }
  | { readonly id: number; readonly call: 'barrier' | 'close' | 'abort' };

/** What the thread of MPI reports. */
export type Report =
  | { readonly report: 'ready'; readonly rank: number; readonly size: number }
  | { readonly report: 'done'; readonly id: number; readonly parts: readonly Uint8Array[] }
  /** A rank that this one waits for has been silent for too long. */
  | { readonly report: 'silent'; readonly rank: number; readonly seconds: number };
