import { cells } from '../../../models/cells.ts';
import type { NetworkLayer } from '../../network/network.ts';
import { widthOfLayer } from '../../network/network.ts';
import type { GraphProto } from '../messages.ts';
import { cellSteps, interpolate } from './cell-steps.ts';
import { floats, type GraphBuilder } from './graph-builder.ts';
import { type LayerSpec, statesOf } from './layer-spec.ts';
import { modulate } from './modulation.ts';

/**
 * Adds a layer as a `Scan`: a loop with one step of the cell as its body. x·Wx + b of all steps is computed before it, unless h
 * modulates x.
 */
export function addScan(outer: GraphBuilder, layer: LayerSpec): string {
  const { network, index, xs } = layer;
  const graph = outer.within(`rnn.${index}.`);
  const scanned = cells[network.cell].modulated ? xs : inputOf(graph, graph, network.layers[index], xs, 'xs');
  const states = statesOf(network, index);
  const hs = graph.nameOf('hs');
  const outputs = [...states.map(({ after }) => after), hs];
  const body = bodyOf(graph, layer);
  outer.addMany('Scan', outputs, [...states.map(({ before }) => before), scanned], {
    body,
    num_scan_inputs: 1,
  });
  return hs;
}

/** The step: states before and `a` → states after and the output. Zoneout is its expectation, as in evaluation. */
function bodyOf(graph: GraphBuilder, { network, index }: LayerSpec): GraphProto {
  const body = graph.body();
  const layer = network.layers[index];
  const H = widthOfLayer(network, index);
  const [a, x, h, c] = ['a', 'x', 'h', 'c'].map((name) => body.nameOf(name));
  const before = { h, c };
  const modulated = layer.modulation ? modulate(body, layer, x, h) : null;
  const step = cellSteps[network.cell](body, {
    a: modulated ? inputOf(body, graph, layer, modulated.x, 'x') : a,
    h: modulated?.h ?? h,
    c,
    ...recurrentWeights(graph, layer),
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
  const scanned = modulated ? floats(x, ['N', layer.Wx.shape[0]]) : floats(a, ['N', layer.b.data.length]);
  const inputs = [...declared(states.map((state) => before[state])), scanned];
  return body.build(body.nameOf('step'), inputs, declared([...after, output]));
}

/** x·Wx + b, whose weights the outer graph has. */
function inputOf(
  graph: GraphBuilder,
  outer: GraphBuilder,
  { Wx, b }: NetworkLayer,
  x: string,
  name: string,
): string {
  const product = graph.add('MatMul', `${name}_Wx`, [x, outer.weights('Wx', Wx)]);
  return graph.add('Add', name === 'xs' ? 'as' : 'a', [product, outer.weights('b', b)]);
}

/** Empty names for a cell without recurrent weights, which reads none. */
function recurrentWeights(graph: GraphBuilder, { Wh, bh }: NetworkLayer): { Wh: string; bh: string | null } {
  return { Wh: Wh ? graph.weights('Wh', Wh) : '', bh: bh ? graph.weights('bh', bh) : null };
}
