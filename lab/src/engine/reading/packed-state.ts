import type { State } from 'unrolled';
import { concatenated } from './concatenated.ts';

/** The numbers of a state of one stream on the host, layer by layer: h, then c of a cell that has one. */
export function packState(state: State): Float32Array {
  return concatenated(
    Float32Array,
    state.layers.flatMap(({ h, c }) => (c ? [h, c] : [h])),
  );
}

/** Sets h and c to 0. */
export function clearState(state: State): void {
  // In float64 these are more numbers than the state has.
  unpackState(state, new Float32Array(state.byteLength / Float32Array.BYTES_PER_ELEMENT));
}

/** Restores what `packState` returned. */
export function unpackState(state: State, packed: Float32Array): void {
  let at = 0;
  const next = ({ length }: ArrayLike<number>) => {
    at += length;
    return Float64Array.from(packed.subarray(at - length, at));
  };
  const layers = state.layers.map(({ h, c }) => (c ? { h: next(h), c: next(c) } : { h: next(h) }));
  state.restore({ N: 1, layers });
}
