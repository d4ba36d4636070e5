import { type FloatArray, transpose } from '../../network/float-array.ts';
import type { Network } from '../../network/network.ts';
import { builtInParameters, isBuiltIn, ownParameters } from './layer-module.ts';

/** How the recurrent layers are modules: all in one, `rnn`, or one each, `rnns.0`, `rnns.1`, … */
export type Arrangement = 'rnn' | 'rnns';

/** One module takes layers of one width; those of another width, and cells that PyTorch lacks, are modules of their own. */
export function arrangementOf(network: Network): Arrangement {
  const { layers } = network;
  const isUniform = layers.every(({ b }) => b.data.length === layers[0].b.data.length);
  return isBuiltIn(network) && isUniform ? 'rnn' : 'rnns';
}

/** The arrays of a network with PyTorch's names and shapes. A tied output layer has no array of its own. */
export function stateDictOf(network: Network): ReadonlyMap<string, FloatArray> {
  const { embedding, layers, affine, bias } = network;
  const arrays = new Map<string, FloatArray>([['encoder.weight', embedding]]);
  const arrangement = arrangementOf(network);
  for (const [i, layer] of layers.entries()) {
    const [prefix, l] = arrangement === 'rnn' ? ['rnn', i] : [`rnns.${i}`, 0];
    const parameters = isBuiltIn(network) ? builtInParameters(network, layer, l) : ownParameters(layer);
    for (const [name, array] of parameters) arrays.set(`${prefix}.${name}`, array);
  }
  if (affine) arrays.set('decoder.weight', transpose(affine));
  return arrays.set('decoder.bias', bias);
}
