import type { Cell } from '../../models/cells.ts';
import type { ImportedNetwork, LeftOut, Mapping } from '../importer.ts';
import { isTransposeOf, zeros } from '../network/float-array.ts';
import { flagOf, type KerasLayer, nameOf, refusedLayer, sizeOf } from './layers/layer.ts';
import { rolesOf } from './layers/roles.ts';
import { type ReadLayer, readRecurrentLayer } from './recurrent-layer.ts';
import { type KerasWeights, type StoredArray, weightOf } from './weights.ts';

/** The network of a Keras model: its layers from input to output, and their weights. Throws UnrolledError. */
export function networkFrom(
  layers: readonly KerasLayer[],
  weights: KerasWeights,
  where: string,
): ImportedNetwork {
  const { embedding, recurrent, dense, wrapper, leftOut } = rolesOf(layers, where);
  const sizes = ['input_dim', 'output_dim'].map((key) => sizeOf(embedding, key, where));
  const table = weightOf(weights, embedding, 'embeddings', sizes, where);
  const read = recurrent.map((layer) => readRecurrentLayer(layer, weights, where));
  checkAlike(recurrent, read, where);
  const output = readDense(dense, wrapper, weights, where);
  const isTied = isTransposeOf(output.kernel.array, table.array);
  return {
    network: {
      cell: read[0].cell,
      resetAfter: read[0].resetAfter,
      embedding: table.array,
      layers: read.map(({ layer }) => layer),
      affine: isTied ? null : output.kernel.array,
      bias: output.bias?.array ?? zeros([output.units], output.kernel.array),
    },
    mapped: [
      mapping(table, ['embedding.W']),
      ...read.flatMap(({ stored }, i) =>
        stored.map((array) =>
          mapping(
            array,
            array.to.map((name) => `rnn.${i}.${name}`),
          ),
        ),
      ),
      mapping(output.kernel, [isTied ? 'embedding.W' : 'affine.W']),
      ...(output.bias ? [mapping(output.bias, ['affine.b'])] : []),
    ],
    leftOut: [...leftOut, ...stateful(recurrent, where)],
    codec: null,
  };
}

function mapping({ name, array }: StoredArray, to: readonly string[]): Mapping {
  return { from: name, shape: array.shape, to };
}

/** Throws unless all layers have the same cell. */
function checkAlike(recurrent: readonly KerasLayer[], read: readonly ReadLayer[], where: string): void {
  const words = ({ cell, resetAfter }: Pick<ReadLayer, 'cell' | 'resetAfter'>) =>
    resetAfter ? `${cell} with reset_after` : (cell satisfies Cell);
  for (const [i, layer] of recurrent.entries()) {
    const [got, needed] = [words(read[i]), words(read[0])];
    if (got === needed) continue;
    throw refusedLayer(
      where,
      layer,
      `has the cell ${got}`,
      `it must be ${needed} like the first recurrent layer`,
    );
  }
}

/** The output layer. Its softmax is that of the model here; a logarithm of it has the same logits but for a constant. */
function readDense(dense: KerasLayer, wrapper: KerasLayer | null, weights: KerasWeights, where: string) {
  nameOf(dense, 'activation', ['softmax', 'log_softmax', 'linear'], where);
  const units = sizeOf(dense, 'units', where);
  const owner = wrapper ?? dense;
  const kernel = weightOf(weights, owner, 'kernel', [null, units], where);
  const bias = flagOf(dense, 'use_bias', where) ? weightOf(weights, owner, 'bias', [units], where) : null;
  return { units, kernel, bias };
}

function stateful(recurrent: readonly KerasLayer[], where: string): readonly LeftOut[] {
  const reason = 'here the caller passes the state from block to block';
  return recurrent
    .filter((layer) => flagOf(layer, 'stateful', where))
    .map(({ name }) => ({ name: `${name}: stateful`, reason }));
}
