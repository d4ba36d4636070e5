import { type Cell, cells } from '../../../models/cells.ts';
import { type FloatArray, slice, sum, transpose, zeros } from '../../network/float-array.ts';
import { reorderGates } from '../../network/gates.ts';
import type { NetworkLayer } from '../../network/network.ts';
import type { Constant } from './values/constant.ts';
import type { RecurrentNode } from './values/stages.ts';

/** The array of a constant of floating-point numbers, with another shape. */
export function floatArrayOf({ data }: Constant, shape: readonly number[]): FloatArray {
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  return { dtype: 'F32', shape, data: data as Float32Array };
}

/** The cell of a recurrent node; an LSTM whose input gates are 1 − its forget gates is a CIFG. */
export function cellOf(node: RecurrentNode): Cell {
  if (node.operator === 'RNN') return node.relu ? 'rnn-relu' : 'rnn';
  if (node.operator === 'GRU') return 'gru';
  return hasCoupledGates(node) ? 'lstm-cifg' : 'lstm';
}

/** Whether all weights and biases of the input gate are the negated ones of the forget gate: 1 − σ(a) = σ(−a). */
function hasCoupledGates({ W, R, B }: RecurrentNode): boolean {
  const [input, forget] = ['i', 'f'].map((gate) => cells.lstm.onnx!.indexOf(gate));
  const isCoupled = (data: Constant['data'], begin: number, size: number) => {
    const block = (gate: number) => data.subarray(begin + gate * size, begin + (gate + 1) * size);
    const theirs = block(forget);
    return block(input).every((number, i) => number === -theirs[i]);
  };
  const H = R.shape[2];
  return (
    isCoupled(W.data, 0, W.data.length / 4) &&
    isCoupled(R.data, 0, R.data.length / 4) &&
    (B === null || (isCoupled(B.data, 0, H) && isCoupled(B.data, 4 * H, H)))
  );
}

/** The weights of a recurrent node as those of a cell, which is that of `cellOf`, or `lstm`. */
export function layerWeights({ operator, resetAfter, W, R, B }: RecurrentNode, cell: Cell): NetworkLayer {
  const [, GH, D] = W.shape;
  const H = R.shape[2];
  const from = cells[operator === 'LSTM' ? 'lstm' : cell].onnx!;
  const ordered = (array: FloatArray) => reorderGates(array, from, cells[cell].gates);
  const biases = B ? floatArrayOf(B, [2 * GH]) : zeros([2 * GH], floatArrayOf(W, W.shape));
  const [inputBias, recurrentBias] = [slice(biases, 0, GH), slice(biases, GH, 2 * GH)];
  // The candidate of a GRU that resets after the product keeps its recurrent bias.
  const kept = resetAfter ? slice(recurrentBias, GH - H, GH) : null;
  if (kept) recurrentBias.data.fill(0, GH - H);
  return {
    Wx: ordered(transpose(floatArrayOf(W, [GH, D]))),
    Wh: ordered(transpose(floatArrayOf(R, [GH, H]))),
    b: ordered(folded(inputBias, recurrentBias)),
    bh: kept,
  };
}

/** The sum of two biases. Zeros leave the bits of the other one, also those of −0. */
function folded(a: FloatArray, b: FloatArray): FloatArray {
  return b.data.every((number) => number === 0) ? a : sum(a, b);
}
