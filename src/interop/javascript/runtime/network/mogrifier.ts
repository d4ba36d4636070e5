import { lstmOutput } from './gated-cells.ts';
import { inputOf, type Step, sigmoid } from './layer.ts';
import { addProduct } from './products.ts';

/**
 * The step of a Mogrifier LSTM: in rounds, x = 2σ(h·Qdown·Qup)·x and h = 2σ(x·Rdown·Rup)·h alternately, with the matrices of
 * each round; then the step of the LSTM on the last x and h.
 */
export function mogrifierStep(rounds: number): Step {
  return (layer, x, h, c) => {
    let [xNow, hNow] = [x, h];
    for (let round = 0; round < rounds; round++) {
      const j = round >> 1;
      if (round % 2 === 0) xNow = scaled(xNow, hNow, layer.Qdown!, layer.Qup!, Math.ceil(rounds / 2), j);
      else hNow = scaled(hNow, xNow, layer.Rdown!, layer.Rup!, Math.floor(rounds / 2), j);
    }
    const a = inputOf(layer, xNow);
    addProduct(a, hNow, layer.Wh!);
    lstmOutput(a, h, c);
  };
}

/** 2σ(from·down·up)·y, with block j of `blocks` blocks of columns. */
function scaled(
  y: Float64Array,
  from: Float64Array,
  down: Float32Array,
  up: Float32Array,
  blocks: number,
  j: number,
): Float64Array {
  const K = down.length / from.length / blocks;
  const inner = new Float64Array(blocks * K);
  const sums = new Float64Array(blocks * y.length);
  addProduct(inner, from, down, j * K, (j + 1) * K);
  addProduct(sums, inner.subarray(j * K, (j + 1) * K), up, j * y.length, (j + 1) * y.length);
  return y.map((value, i) => 2 * sigmoid(sums[j * y.length + i]) * value);
}
