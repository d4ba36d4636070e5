import type { Cell } from '../../../models/cells.ts';
import { type Network, widthOfLayer } from '../../network/network.ts';
import { argumentIds } from '../../vocabulary/argument-ids.ts';
import { isBuiltIn } from './layer-module.ts';
import { ownLayer } from './own-layer.ts';
import { arrangementOf } from './state-dict.ts';

/** The modules that PyTorch has, with the arguments that select the cell. */
const modules: Readonly<Partial<Record<Cell, readonly [name: string, argument?: string]>>> = {
  rnn: ['nn.RNN'],
  'rnn-relu': ['nn.RNN', 'nonlinearity="relu"'],
  lstm: ['nn.LSTM'],
  'lstm-cifg': ['nn.LSTM'],
  gru: ['nn.GRU'],
};

/**
 * A Python program that builds the module, loads its weights from `model.safetensors` and prints the most probable tokens.
 *
 * @param start the id that a text starts with; null for none
 */
export function loadProgram(network: Network, start: number | null): string {
  const [V, D] = network.embedding.shape;
  const top = network.layers.length - 1;
  return `"""The language model as a PyTorch module. Needs torch and safetensors.

    python load.py [TOKEN ...]    prints the most probable tokens after these
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_model
from torch import nn

FOLDER = Path(__file__).resolve().parent


${isBuiltIn(network) ? '' : ownLayer(network)}class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(${V}, ${D})
${lines(8, recurrent(network))}
        self.decoder = nn.Linear(${widthOfLayer(network, top)}, ${V})
${network.affine ? '' : '        self.decoder.weight = self.encoder.weight\n'}
    def forward(self, ids, state=None):
        """ids (T, N) → logits (T, N, V), and the state that continues the texts."""
${lines(8, forward(network))}


def load():
    model = Model()
    load_model(model, str(FOLDER / "model.safetensors"))
    return model.eval()


if __name__ == "__main__":
${argumentIds(start)}
    with torch.no_grad():
        logits, state = load()(torch.tensor(ids).view(-1, 1))
    for p, id in zip(*logits[-1, 0].softmax(0).topk(min(5, len(tokens)))):
        print(f"{p:.4f} {tokens[id]!r}")
`;
}

/** The lines that create the recurrent modules. */
function recurrent(network: Network): readonly string[] {
  const { cell, layers } = network;
  const [module, argument] = isBuiltIn(network) ? modules[cell]! : ['Layer'];
  const more = argument === undefined ? '' : `, ${argument}`;
  const sizes = layers.map(({ Wx }, i) => `${Wx.shape[0]}, ${widthOfLayer(network, i)}`);
  if (arrangementOf(network) === 'rnn') {
    const depth = layers.length === 1 ? '' : `, num_layers=${layers.length}`;
    return [`self.rnn = ${module}(${sizes[0]}${depth}${more})`];
  }
  const created = sizes.map((size) => `    ${module}(${size}${more}),`);
  return ['self.rnns = nn.ModuleList([', ...created, '])'];
}

function forward(network: Network): readonly string[] {
  if (arrangementOf(network) === 'rnn') {
    return ['hs, state = self.rnn(self.encoder(ids), state)', 'return self.decoder(hs), state'];
  }
  return [
    'hs, states = self.encoder(ids), []',
    'for rnn, before in zip(self.rnns, state or [None] * len(self.rnns)):',
    '    hs, after = rnn(hs, before)',
    '    states.append(after)',
    'return self.decoder(hs), states',
  ];
}

function lines(indent: number, texts: readonly string[]): string {
  return texts.map((text) => `${' '.repeat(indent)}${text}`).join('\n');
}
