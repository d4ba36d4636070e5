import type { NetworkLayer } from '../../network/network.ts';
import { widthOfLayer } from '../../network/network.ts';
import type { GraphProto } from '../messages.ts';
import { cellSteps, interpolate } from './cell-steps.ts';
import { floats, type GraphBuilder } from './graph-builder.ts';
import { type LayerSpec, statesOf } from './layer-spec.ts';

/** Adds a layer as a `Scan`: a loop with one step of the cell as its body. x·Wx + b of all steps is computed before it. */
export function addScan(outer: GraphBuilder, layer: LayerSpec): string {
  const { network, index, xs } = layer;
  const graph = outer.within(`rnn.${index}.`);
  const { Wx, b } = network.layers[index];
  const product = graph.add('MatMul', 'xs_Wx', [xs, graph.weights('Wx', Wx)]);
  const as = graph.add('Add', 'as', [product, graph.weights('b', b)]);
  const states = statesOf(network, index);
  const hs = graph.nameOf('hs');
  const outputs = [...states.map(({ after }) => after), hs];
  const body = bodyOf(graph, layer);
  outer.addMany('Scan', outputs, [...states.map(({ before }) => before), as], { body, num_scan_inputs: 1 });
  return hs;
}

/** The step: states before and `a` → states after and the output. Zoneout is its expectation, as in evaluation. */
function bodyOf(graph: GraphBuilder, { network, index }: LayerSpec): GraphProto {
  const body = graph.body();
  const [H, columns] = [widthOfLayer(network, index), network.layers[index].b.data.length];
  const [a, h, c] = ['a', 'h', 'c'].map((name) => body.nameOf(name));
  const before = { h, c };
  const step = cellSteps[network.cell](body, {
    a,
    ...before,
    ...recurrentWeights(graph, network.layers[index]),
  });
  const rates = { h: network.zoneout ?? 0, c: network.zoneoutCell ?? 0 };
  const states = statesOf(network, index).map(({ state }) => state);
  const after = states.map((state) => {
    const [next, rate] = [step[state]!, rates[state]];
    if (rate === 0) return next;
    return interpolate(body, `${state}_zoneout`, next, before[state], body.number(rate));
  });
  const output = body.add('Identity', 'output', [after[states.indexOf('h')]]);
  const declared = (names: readonly string[]) => names.map((name) => floats(name, ['N', H]));
  const inputs = [...declared(states.map((state) => before[state])), floats(a, ['N', columns])];
  return body.build(body.nameOf('step'), inputs, declared([...after, output]));
}

/** Empty names for a cell without recurrent weights, which reads none. */
function recurrentWeights(graph: GraphBuilder, { Wh, bh }: NetworkLayer): { Wh: string; bh: string | null } {
  return { Wh: Wh ? graph.weights('Wh', Wh) : '', bh: bh ? graph.weights('bh', bh) : null };
}
