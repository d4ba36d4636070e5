import type { Call } from '../call.ts';
import { axisOf, sameAxis } from '../values/axes.ts';
import type { Constant } from '../values/constant.ts';
import type { LayerStage, LogitsStage } from '../values/stages.ts';
import type { Signal, Value } from '../values/values.ts';
import { transposed } from './constants.ts';
import type { Operator } from './operator.ts';

/** The operators of the output layer. Those of sizes have some of these names too. */
export const outputOperators: Readonly<Record<string, Operator>> = {
  MatMul: (call) => {
    const [input, weight] = call.inputs;
    return input?.kind === 'signal' ? logits(call, input, matrixOf(call, weight, 'B')) : undefined;
  },
  Gemm: gemm,
  Add: (call) => {
    const [a, b] = call.inputs;
    if (a?.kind === 'signal') return biased(call, a, b);
    return b?.kind === 'signal' ? biased(call, b, a) : undefined;
  },
  Softmax: probabilities,
  LogSoftmax: probabilities,
};

function matrixOf(call: Call, value: Value | undefined, name: string): Constant {
  if (value?.kind === 'constant' && value.isFloat && value.shape.length === 2) return value;
  throw call.refused(
    `has ${name} that is not a stored matrix of floating-point numbers`,
    'weights must be initializers, or follow from them by changes of shape',
  );
}

/** The product of the top layer's states with weights (H, V). */
function logits(call: Call, input: Signal, weight: Constant): Signal {
  const below = topOf(call, input);
  const [H, V] = weight.shape;
  const width = axisOf(`logits of ${call.label}`, V);
  const last = input.axes?.at(-1);
  if (H !== below.node.R.shape[2] || V === 0 || !last || !sameAxis(last, below.width)) {
    throw call.refused(
      `multiplies by weights (${H}, ${V}) what has not ${H} units on its last axis`,
      'the output layer is (H, V)',
    );
  }
  const stage: LogitsStage = { of: 'logits', below, weight, bias: null, width, leftOut: [] };
  return { ...input, stage, axes: input.axes?.with(-1, width) ?? null };
}

function topOf(call: Call, { stage }: Signal): LayerStage {
  if (stage.of === 'layer') return stage;
  throw call.refused(
    `multiplies ${stage.of === 'logits' ? 'the result of an output layer' : `the ${stage.of}`} by weights`,
    'only the output layer may, behind the recurrent layers',
  );
}

function gemm(call: Call): Value | undefined {
  const [input, weight, bias] = call.inputs;
  if (input?.kind !== 'signal') return undefined;
  if (call.float('alpha', 1) !== 1 || call.float('beta', 1) !== 1 || call.int('transA', 0) !== 0) {
    throw call.refused('scales or transposes its input', 'alpha and beta must be 1, transA 0');
  }
  const matrix = matrixOf(call, weight, 'B');
  const product = logits(
    call,
    input,
    call.int('transB', 0) === 0 ? matrix : transposed(call, matrix, [1, 0]),
  );
  return bias === undefined ? product : biased(call, product, bias);
}

/** Logits with their bias (V). */
function biased(call: Call, signal: Signal, bias: Value | undefined): Signal {
  const { stage } = signal;
  if (stage.of !== 'logits' || stage.bias !== null || stage.leftOut.length > 0) {
    throw call.refused('adds to what has no bias here', 'only the output layer may, once');
  }
  const V = stage.weight.shape[1];
  const isLast = sameAxis(signal.axes?.at(-1) ?? [], stage.width);
  const fits = bias?.kind === 'constant' && bias.isFloat && bias.data.length === V && bias.shape.at(-1) === V;
  if (!fits || !isLast) {
    throw call.refused(`adds what is not a stored bias of ${V} numbers`, 'it must be (V)');
  }
  return { ...signal, stage: { ...stage, bias } };
}

/** Softmax or its logarithm behind the logits, which a model here does not have. */
function probabilities(call: Call): Value | undefined {
  const [signal] = call.inputs;
  if (signal?.kind !== 'signal' || signal.stage.of !== 'logits' || signal.axes === null) return undefined;
  const { axes, stage } = signal;
  const axis = call.axis(call.int('axis', call.context.opset < 13 ? 1 : -1), axes.length);
  if (axis !== axes.length - 1 || !sameAxis(axes[axis], stage.width) || stage.leftOut.length > 0) {
    throw call.refused('is not over the logits of each token', 'it must be, or be absent');
  }
  return { ...signal, stage: { ...stage, leftOut: [call.label] } };
}
