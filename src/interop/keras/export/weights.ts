import { cells } from '../../../models/cells.ts';
import { type FloatArray, transpose, zeros } from '../../network/float-array.ts';
import { reorderGates } from '../../network/gates.ts';
import type { Network, NetworkLayer } from '../../network/network.ts';
import { kerasCells } from '../cell-types.ts';

/** The weights by the names of the layers in load.py and of their variables. A tied output layer gets a copy of the table. */
export function kerasWeightsOf(network: Network): ReadonlyMap<string, FloatArray> {
  const { embedding, layers, affine, bias } = network;
  return new Map([
    ['embedding/embeddings', embedding],
    ...layers.flatMap((layer, i) =>
      Object.entries(layerWeights(network, layer)).map(
        ([role, array]) => [`rnn_${i}/${role}`, array] as const,
      ),
    ),
    ['dense/kernel', affine ?? transpose(embedding)],
    ['dense/bias', bias],
  ]);
}

function layerWeights({ cell }: Network, { Wx, Wh, b, bh }: NetworkLayer): Record<string, FloatArray> {
  const ours = (array: FloatArray) => reorderGates(array, cells[cell].gates, kerasCells[cell]!.gates);
  const bias = ours(b);
  return { kernel: ours(Wx), recurrent_kernel: ours(Wh!), bias: bh ? biasPair(bias, bh) : bias };
}

/** A GRU with `reset_after` has a second bias, in the product with the state; ours has only that of the candidate. */
function biasPair(bias: FloatArray, bh: FloatArray): FloatArray {
  const width = bias.data.length;
  const pair = zeros([2, width], bias);
  pair.data.set(bias.data);
  pair.data.set(bh.data, 2 * width - bh.data.length);
  return pair;
}
