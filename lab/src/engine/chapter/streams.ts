import { StreamBatches } from 'unrolled';
import type { StreamRows } from './calls.ts';

/** 1,000 pairs: each token is its own index, so that a block shows which pairs it reads. */
const PAIRS = 1000;
const indices = new Int32Array(PAIRS + 1).map((_, i) => i);

/** The indices of the pairs that N streams read in a block of T steps. */
export function streamRows(N: number, T: number, block: number): StreamRows {
  const batches = new StreamBatches(indices, { N, T, end: 'wrap' });
  batches.restore({ time: block * T });
  const { xs } = batches.next(); // time-major: (T, N)
  const rows = Array.from({ length: N }, (_, n) => Int32Array.from({ length: T }, (_, t) => xs[t * N + n]));
  return { rows, blocksPerEpoch: batches.stepsPerEpoch };
}
