import { type Cell, cells } from '../../../models/cells.ts';
import { type FloatArray, transpose, zeros } from '../../network/float-array.ts';
import { reorderGates } from '../../network/gates.ts';
import type { Network } from '../../network/network.ts';
import { widthOfLayer } from '../../network/network.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { type LayerSpec, statesOf } from './layer-spec.ts';

/** ONNX's recurrent operators by cell. */
const operators: Partial<Record<Cell, 'RNN' | 'LSTM' | 'GRU'>> = {
  rnn: 'RNN',
  'rnn-relu': 'RNN',
  lstm: 'LSTM',
  'lstm-cifg': 'LSTM',
  gru: 'GRU',
};

/** Adds a layer as an operator `RNN`, `LSTM` or `GRU`, which computes all steps. */
export function addOperator(outer: GraphBuilder, { network, index, xs }: LayerSpec): string {
  const graph = outer.within(`rnn.${index}.`);
  const states = statesOf(network, index);
  const direction = graph.integers(0);
  const [W, R, B] = weightsOf(graph, network, index);
  const before = states.map((state) =>
    graph.add('Unsqueeze', `${state.state}_in`, [state.before, direction]),
  );
  const [ys, ...after] = graph.addMany(
    operators[network.cell] as string,
    ['ys', ...states.map(({ state }) => `${state}_end`)],
    [xs, W, R, B, '', ...before],
    attributesOf(network, index),
  );
  for (const [i, state] of states.entries()) outer.add('Squeeze', state.after, [after[i], direction]);
  return graph.add('Squeeze', 'hs', [ys, graph.integers(1)]);
}

function attributesOf(network: Network, index: number): Record<string, number | string[]> {
  const { cell, resetAfter } = network;
  return {
    hidden_size: widthOfLayer(network, index),
    ...(cell === 'rnn-relu' && { activations: ['Relu'] }),
    ...(cell === 'gru' && { linear_before_reset: resetAfter ? 1 : 0 }),
  };
}

/** W (1, G·H, D), R (1, G·H, H) and B (1, 2·G·H), the biases of x·W and of h·R. */
function weightsOf(graph: GraphBuilder, { cell, layers }: Network, index: number): readonly string[] {
  const { Wx, Wh, b, bh } = layers[index];
  const { gates, onnx } = cells[cell];
  const ordered = (array: FloatArray) => reorderGates(array, gates, onnx!);
  const W = transpose(ordered(Wx));
  const R = transpose(ordered(Wh!));
  const [GH, H] = R.shape;
  const B = zeros([2 * GH], b);
  B.data.set(ordered(b).data);
  if (bh) B.data.set(bh.data, 2 * GH - H);
  return Object.entries({ W, R, B }).map(([name, array]) =>
    graph.weights(name, { ...array, shape: [1, ...array.shape] }),
  );
}
