import type { Call } from '../call.ts';
import { axisOf, sameAxis } from '../values/axes.ts';
import type { Constant } from '../values/constant.ts';
import type { LayerStage, RecurrentNode, RecurrentOperator } from '../values/stages.ts';
import { isZero, type Signal, type Value } from '../values/values.ts';
import type { Operator } from './operator.ts';

/** The number of gates, and the activations that the cell here has. */
const known: Readonly<Record<RecurrentOperator, { gates: number; activations: readonly string[] }>> = {
  RNN: { gates: 1, activations: ['tanh'] },
  LSTM: { gates: 4, activations: ['sigmoid', 'tanh', 'tanh'] },
  GRU: { gates: 3, activations: ['sigmoid', 'tanh'] },
};

export const recurrentOperators: Readonly<Record<RecurrentOperator, Operator>> = {
  RNN: (call) => recurrent(call, 'RNN'),
  LSTM: (call) => recurrent(call, 'LSTM'),
  GRU: (call) => recurrent(call, 'GRU'),
};

/** Y, Y_h and Y_c of a recurrent node. */
function recurrent(call: Call, operator: RecurrentOperator): readonly Value[] | undefined {
  const node = nodeOf(call, operator);
  // Each layer becomes weights of its own, even if it shares those of another one.
  call.context.budget.spend(node.W.data.length + node.R.data.length);
  const batchFirst = call.int('layout', 0) === 1;
  const below = inputOf(call, node);
  const axes = below.axes as NonNullable<Signal['axes']>;
  const [time, batch] = batchFirst ? [axes[1], axes[0]] : [axes[0], axes[1]];
  const stage = layerOf(call, below.stage as LayerStage['below'], node, time);
  const { width } = stage;
  const states = batchFirst ? [batch, [], width] : [[], batch, width];
  const steps = batchFirst ? [batch, time, [], width] : [time, [], batch, width];
  return [
    { kind: 'signal', stage, axes: steps, isLastStep: false },
    { kind: 'signal', stage, axes: states, isLastStep: true },
    { kind: 'signal', stage: { of: 'cell state' }, axes: states, isLastStep: true },
  ];
}

function layerOf(
  call: Call,
  below: LayerStage['below'],
  node: RecurrentNode,
  time: LayerStage['time'],
): LayerStage {
  if (below.of === 'layer' && !sameAxis(below.time, time)) {
    throw call.refused('recurs along another axis than the layer below', 'all layers must recur along time');
  }
  return { of: 'layer', below, node, time, width: axisOf(`width of ${call.label}`, node.R.shape[2]) };
}

/** The input X: all steps of the embedding or a layer, with its width last. */
function inputOf(call: Call, { W }: RecurrentNode): Signal {
  const [X] = call.inputs;
  if (X?.kind !== 'signal' || (X.stage.of !== 'embedding' && X.stage.of !== 'layer') || X.isLastStep) {
    throw call.refused(
      'does not read all steps of an embedding or of a recurrent layer',
      'each layer must read those of the one below',
    );
  }
  const D = X.stage.of === 'embedding' ? X.stage.table.shape[1] : X.stage.node.R.shape[2];
  if (X.axes?.length !== 3 || !sameAxis(X.axes[2], X.stage.width) || W.shape[2] !== D) {
    throw call.refused(
      `reads an input whose last axis is not the ${D} units below`,
      `the input must be (T, N, ${D})`,
    );
  }
  return X;
}

/** Checks the node and its weights. */
function nodeOf(call: Call, operator: RecurrentOperator): RecurrentNode {
  const relu = checkedActivations(call, operator);
  checkAttributes(call, operator);
  const [W, R, B] = [weightOf(call, 1, 'W', 3), weightOf(call, 2, 'R', 3), weightOf(call, 3, 'B', 2)];
  const H = R?.shape[2] ?? 0;
  const rows = known[operator].gates * H;
  const fits = [
    W !== null && W.shape[0] === 1 && W.shape[1] === rows && W.shape[2] > 0,
    R !== null && H > 0 && R.shape[0] === 1 && R.shape[1] === rows,
    B === null || (B.shape[0] === 1 && B.shape[1] === 2 * rows),
    call.int('hidden_size', H) === H,
  ];
  if (!fits.every(Boolean)) {
    const shapes = [W, R, B].map((array) => `(${array?.shape.join(', ') ?? ''})`).join(', ');
    throw call.damaged(
      `has W, R, B of shapes ${shapes}`,
      `they must be those of ${operator} in one direction`,
    );
  }
  checkOtherInputs(call);
  const resetAfter = operator === 'GRU' && call.int('linear_before_reset', 0) !== 0;
  return { operator, label: call.label, relu, resetAfter, W: W!, R: R!, B };
}

/** Whether the activation is Relu. Throws for those that no cell here has. */
function checkedActivations(call: Call, operator: RecurrentOperator): boolean {
  const { activations: defaults } = known[operator];
  const names = call.strings('activations') ?? defaults;
  const lower = names.map((name) => name.toLowerCase());
  if (operator === 'RNN' && lower.length === 1 && lower[0] === 'relu') return true;
  if (lower.join() === defaults.join()) return false;
  throw call.refused(
    `has the activations ${names.join(', ').slice(0, 80)}`,
    operator === 'RNN' ? 'they must be Tanh or Relu' : `they must be ${defaults.join(', ')}`,
  );
}

function checkAttributes(call: Call, operator: RecurrentOperator): void {
  const direction = call.string('direction', 'forward');
  if (direction !== 'forward') {
    throw call.refused(`has the direction ${direction.slice(0, 40)}`, 'a language model reads forward');
  }
  if (call.has('clip')) throw call.refused('clips its gates', 'a cell here does not');
  if (operator === 'LSTM' && call.int('input_forget', 0) !== 0) {
    throw call.refused('has input_forget', 'the input and forget gates of a cell here are separate');
  }
}

/** A weight, peephole or bias; null if it is absent. */
function weightOf(call: Call, input: number, name: string, rank: number): Constant | null {
  const value = call.inputs[input];
  if (value === undefined) return null;
  if (value.kind === 'constant' && value.isFloat && value.shape.length === rank) return value;
  throw call.refused(
    `has ${name} that is not stored as ${rank} axes of floating-point numbers`,
    'weights must be initializers, or follow from them by changes of shape',
  );
}

function checkOtherInputs(call: Call): void {
  if (call.inputs[4] !== undefined) throw call.refused('has sequence_lens', 'all texts must have all steps');
  for (const [input, name] of [
    [5, 'initial_h'],
    [6, 'initial_c'],
  ] as const) {
    const state = call.inputs[input];
    const isInput = state?.kind === 'signal' && state.stage.of === 'input';
    if (state !== undefined && !isZero(state) && !isInput) {
      throw call.refused(`has ${name} that is neither an input nor zeros`, 'a text starts with zeros here');
    }
  }
  const peepholes = call.inputs[7];
  if (peepholes !== undefined && !isZero(peepholes)) {
    throw call.refused('has peepholes', 'a cell here has none');
  }
}
