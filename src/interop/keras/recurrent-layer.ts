import { type Cell, cells } from '../../models/cells.ts';
import { type FloatArray, slice, sum, zeros } from '../network/float-array.ts';
import { reorderGates } from '../network/gates.ts';
import type { NetworkLayer } from '../network/network.ts';
import { cellFor, kerasCells } from './cell-types.ts';
import { flagOf, type KerasLayer, nameOf, refusedLayer, sizeOf } from './layers/layer.ts';
import { type KerasWeights, type StoredArray, weightOf } from './weights.ts';

/** A recurrent layer with what all layers of a network must share. */
export interface ReadLayer {
  readonly cell: Cell;
  readonly resetAfter: boolean;
  readonly layer: NetworkLayer;
  /** The arrays, each with the weights that it became, such as `Wx`. */
  readonly stored: readonly (StoredArray & { readonly to: readonly string[] })[];
}

/** Reads a SimpleRNN, LSTM or GRU layer. Throws UnrolledError. */
export function readRecurrentLayer(layer: KerasLayer, weights: KerasWeights, where: string): ReadLayer {
  const cell = cellOf(layer, where);
  const H = sizeOf(layer, 'units', where);
  // Keras below 2.1 wrote no reset_after: its GRU applied the reset gate before the product.
  const resetAfter = cell === 'gru' && flagOf(layer, 'reset_after', where);
  const keras = kerasCells[cell]!.gates;
  const width = H * keras.length;
  const ours = (array: FloatArray) => reorderGates(array, keras, cells[cell].gates);
  const Wx = weightOf(weights, layer, 'kernel', [null, width], where);
  const Wh = weightOf(weights, layer, 'recurrent_kernel', [H, width], where);
  const shape = resetAfter ? [2, width] : [width];
  const bias = flagOf(layer, 'use_bias', where) ? weightOf(weights, layer, 'bias', shape, where) : null;
  const { b, bh } = biasesOf(bias?.array ?? zeros(shape, Wx.array), resetAfter, H);
  return {
    cell,
    resetAfter,
    layer: { Wx: ours(Wx.array), Wh: ours(Wh.array), b: ours(b), bh },
    stored: [
      { ...Wx, to: ['Wx'] },
      { ...Wh, to: ['Wh'] },
      ...(bias ? [{ ...bias, to: resetAfter ? ['b', 'bh'] : ['b'] }] : []),
    ],
  };
}

function cellOf(layer: KerasLayer, where: string): Cell {
  const isSimple = layer.type === 'SimpleRNN';
  const activation = nameOf(layer, 'activation', isSimple ? ['tanh', 'relu'] : ['tanh'], where);
  if (!isSimple) nameOf(layer, 'recurrent_activation', ['sigmoid'], where);
  if (flagOf(layer, 'go_backwards', where)) {
    throw refusedLayer(where, layer, 'has go_backwards true', 'it must read forwards');
  }
  return cellFor(layer.type, activation);
}

/** With `reset_after` a bias has two rows, of the input and of the recurrent product; only that of the candidate stays apart. */
function biasesOf(bias: FloatArray, resetAfter: boolean, H: number): Pick<NetworkLayer, 'b' | 'bh'> {
  if (!resetAfter) return { b: bias, bh: null };
  const [input, recurrent] = [0, 1].map((row) => rowOf(bias, row));
  const bh = slice(recurrent, 2 * H, 3 * H);
  const gates = { ...recurrent, data: recurrent.data.slice().fill(0, 2 * H) } as FloatArray;
  return { b: sum(input, gates), bh };
}

function rowOf(matrix: FloatArray, row: number): FloatArray {
  return { ...slice(matrix, row, row + 1), shape: [matrix.shape[1]] };
}
