import type { Cell } from '../../../models/cells.ts';
import type { GraphBuilder } from './graph-builder.ts';

/** Names of the values that a step of a cell reads. For a Mogrifier LSTM, a and h are those after the rounds. */
interface StepInputs {
  /** x·Wx + b, (N, G·H), with the gate blocks in the cell's order. */
  readonly a: string;
  /** The states before the step, (N, H); c of cells that have one. */
  readonly h: string;
  readonly c: string;
  /** (H, G·H), of cells with recurrent weights. */
  readonly Wh: string;
  /** (H), of a GRU whose reset gate comes after the product; else null. */
  readonly bh: string | null;
}

/** Names of the states after a step. */
interface StepOutputs {
  readonly h: string;
  readonly c?: string;
}

/** Adds one step of a cell to the body of a loop, by the formulas in src/layers/cells. */
type Step = (graph: GraphBuilder, inputs: StepInputs) => StepOutputs;

/** The steps of all cells. */
export const cellSteps: Readonly<Record<Cell, Step>> = {
  rnn: (graph, inputs) => ({ h: graph.add('Tanh', 'h_new', [preactivation(graph, inputs)]) }),
  'rnn-relu': (graph, inputs) => ({ h: graph.add('Relu', 'h_new', [preactivation(graph, inputs)]) }),
  lstm,
  'lstm-cifg': cifg,
  'mogrifier-lstm': lstm,
  gru: (graph, inputs) => (inputs.bh === null ? gruResetBefore(graph, inputs) : gruResetAfter(graph, inputs)),
  mingru,
  minlstm,
};

function lstm(graph: GraphBuilder, inputs: StepInputs): StepOutputs {
  const [af, ag, ai, ao] = split(graph, preactivation(graph, inputs), ['af', 'ag', 'ai', 'ao']);
  const kept = graph.add('Mul', 'f_c', [graph.add('Sigmoid', 'f', [af]), inputs.c]);
  const added = graph.add('Mul', 'g_i', [graph.add('Tanh', 'g', [ag]), graph.add('Sigmoid', 'i', [ai])]);
  return memoryOutputs(graph, graph.add('Add', 'c_new', [kept, added]), ao);
}

function cifg(graph: GraphBuilder, inputs: StepInputs): StepOutputs {
  const [af, ag, ao] = split(graph, preactivation(graph, inputs), ['af', 'ag', 'ao']);
  const [f, g] = [graph.add('Sigmoid', 'f', [af]), graph.add('Tanh', 'g', [ag])];
  return memoryOutputs(graph, interpolate(graph, 'c_new', g, inputs.c, f), ao);
}

function memoryOutputs(graph: GraphBuilder, c: string, ao: string): StepOutputs {
  const o = graph.add('Sigmoid', 'o', [ao]);
  return { h: graph.add('Mul', 'h_new', [o, graph.add('Tanh', 'tanh_c', [c])]), c };
}

function gruResetBefore(graph: GraphBuilder, { a, h, Wh }: StepInputs): StepOutputs {
  const [Whz, Whr, Whh] = split(graph.outer as GraphBuilder, Wh, ['Whz', 'Whr', 'Whh']);
  const [az, ar, ah] = split(graph, a, ['az', 'ar', 'ah']);
  const gate = (name: string, input: string, weights: string) =>
    graph.add('Sigmoid', name, [
      graph.add('Add', `${name}_sum`, [input, graph.add('MatMul', `h_Wh${name}`, [h, weights])]),
    ]);
  const [z, r] = [gate('z', az, Whz), gate('r', ar, Whr)];
  const product = graph.add('MatMul', 'rh_Whh', [graph.add('Mul', 'r_h', [r, h]), Whh]);
  const candidate = graph.add('Tanh', 'candidate', [graph.add('Add', 'candidate_sum', [ah, product])]);
  return { h: interpolate(graph, 'h_new', h, candidate, z) };
}

function gruResetAfter(graph: GraphBuilder, { a, h, Wh, bh }: StepInputs): StepOutputs {
  const [az, ar, ah] = split(graph, a, ['az', 'ar', 'ah']);
  const [hz, hr, hh] = split(graph, graph.add('MatMul', 'h_Wh', [h, Wh]), ['hz', 'hr', 'hh']);
  const z = graph.add('Sigmoid', 'z', [graph.add('Add', 'z_sum', [az, hz])]);
  const r = graph.add('Sigmoid', 'r', [graph.add('Add', 'r_sum', [ar, hr])]);
  const reset = graph.add('Mul', 'r_hh', [r, graph.add('Add', 'hh_bh', [hh, bh as string])]);
  const candidate = graph.add('Tanh', 'candidate', [graph.add('Add', 'candidate_sum', [ah, reset])]);
  return { h: interpolate(graph, 'h_new', h, candidate, z) };
}

function mingru(graph: GraphBuilder, { a, h }: StepInputs): StepOutputs {
  const [az, candidate] = split(graph, a, ['az', 'candidate']);
  return { h: interpolate(graph, 'h_new', h, candidate, graph.add('Sigmoid', 'z', [az])) };
}

function minlstm(graph: GraphBuilder, { a, h }: StepInputs): StepOutputs {
  const [af, ai, candidate] = split(graph, a, ['af', 'ai', 'candidate']);
  const [f, i] = [graph.add('Sigmoid', 'f', [af]), graph.add('Sigmoid', 'i', [ai])];
  const z = graph.add('Div', 'z', [i, graph.add('Add', 'f_i', [f, i])]);
  return { h: interpolate(graph, 'h_new', h, candidate, z) };
}

/** a + h·Wh */
function preactivation(graph: GraphBuilder, { a, h, Wh }: StepInputs): string {
  return graph.add('Add', 'a_sum', [a, graph.add('MatMul', 'h_Wh', [h, Wh])]);
}

/** Splits the last axis into equal blocks. */
export function split(graph: GraphBuilder, input: string, outputs: readonly string[]): readonly string[] {
  return graph.addMany('Split', outputs, [input], { axis: 1 });
}

/** (1 − k) ⊙ a + k ⊙ b */
export function interpolate(graph: GraphBuilder, name: string, a: string, b: string, k: string): string {
  const difference = graph.add('Sub', `${name}_difference`, [b, a]);
  return graph.add('Add', name, [a, graph.add('Mul', `${name}_step`, [k, difference])]);
}
