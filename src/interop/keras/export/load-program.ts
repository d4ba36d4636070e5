import { type Network, widthOfLayer } from '../../network/network.ts';
import { argumentIds } from '../../vocabulary/argument-ids.ts';
import { kerasCells } from '../cell-types.ts';

/**
 * A Python program that builds the Keras model, loads its weights from `weights.npz` and prints the most probable tokens.
 *
 * @param start the id that a text starts with; null for none
 */
export function loadProgram(network: Network, start: number | null): string {
  const [V, D] = network.embedding.shape;
  return `"""The language model as a Keras model. Needs keras 3 and numpy.

    python load.py [TOKEN ...]    prints the most probable tokens after these
"""
import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers

FOLDER = Path(__file__).resolve().parent


def load(stateful=False, batch_size=None):
    """ids (N, T) → logits (N, T, V). A stateful model, of a given batch size, continues the texts of its last call."""
    ids = keras.Input((None,), batch_size=batch_size, dtype="int32")
    hs = layers.Embedding(${V}, ${D}, name="embedding")(ids)
    options = {"return_sequences": True, "stateful": stateful}
${network.layers.map((_, i) => `    hs = ${layerOf(network, i)}(hs)`).join('\n')}
    model = keras.Model(ids, layers.Dense(${V}, name="dense")(hs))
    weights = np.load(FOLDER / "weights.npz")
    for layer in model.layers:
        layer.set_weights([weights[f"{layer.name}/{weight.name}"] for weight in layer.weights])
    return model


if __name__ == "__main__":
${argumentIds(start)}
    logits = np.array(load()(np.array([ids])))[0, -1].astype("float64")
    probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    for id in np.argsort(-probabilities)[:5]:
        print(f"{probabilities[id]:.4f} {tokens[id]!r}")
`;
}

function layerOf(network: Network, i: number): string {
  const { type, activation } = kerasCells[network.cell]!;
  const more = [
    ...(activation === 'tanh' ? [] : [`activation="${activation}"`]),
    ...(type === 'GRU' ? [`reset_after=${network.resetAfter ? 'True' : 'False'}`] : []),
    `name="rnn_${i}"`,
  ];
  return `layers.${type}(${widthOfLayer(network, i)}, ${more.join(', ')}, **options)`;
}
