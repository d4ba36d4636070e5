import { dataTypes } from '../../messages.ts';
import type { Call } from '../call.ts';
import type { Constant } from '../values/constant.ts';
import { byKind, type Operator } from './operator.ts';

/** Operators that leave the numbers as they are. */
export const passingOperators: Readonly<Record<string, Operator>> = {
  Identity: passed,
  Dropout: (call) => {
    const training = call.inputs[2];
    const isOff = training === undefined || (training.kind === 'constant' && training.data[0] === 0);
    if (isOff || call.inputs[0]?.kind !== 'signal') return isOff ? passed(call) : undefined;
    throw call.refused(
      'drops numbers at random, as in training',
      'it must be off, as after model.eval() in PyTorch',
    );
  },
  Cast: (call) => {
    const to = call.int('to', 0);
    return byKind(call, {
      constant: (array) => castConstant(call, array, to),
      sizes: (sizes) => sizes,
      signal: (signal) => signal,
      uniform: (uniform) => uniform,
    });
  },
};

function passed(call: Call): ReturnType<Operator> {
  return byKind(call, { constant: (array) => array, sizes: (sizes) => sizes, signal: (signal) => signal });
}

/** Undefined for a conversion that would round. */
function castConstant(call: Call, array: Constant, to: number): Constant | undefined {
  call.context.budget.spend(array.data.length);
  if (to === dataTypes.double) return { ...array, data: Float64Array.from(array.data), isFloat: true };
  if (to === dataTypes.float) return { ...array, data: Float32Array.from(array.data), isFloat: true };
  const isInteger = to === dataTypes.int64 || to === dataTypes.int32;
  return isInteger && !array.isFloat ? array : undefined;
}
