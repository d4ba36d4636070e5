import { UnrolledError } from '../errors.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';
import type { RecurrentLM } from './recurrent-lm.ts';

/** The weights by name, as copies: float32, or float64 where the backend computes in it. */
export function readWeights(model: RecurrentLM): Map<string, NamedArray> {
  return new Map(model.params.map(({ name, value }) => [name, readTensor(value)]));
}

/** A tensor's shape, and its numbers as a copy: float32, or float64 where the tensor is. */
export function readTensor(tensor: Tensor): NamedArray {
  const { shape } = tensor;
  const data = tensor.values();
  if (tensor.type === 'float64') return { dtype: 'F64', shape, data };
  return { dtype: 'F32', shape, data: Float32Array.from(data) };
}

/** Throws unless `arrays` hold every weight that `config` asks for: name, shape, type, finite numbers. */
export function checkWeights(
  config: RecurrentConfig,
  arrays: ReadonlyMap<string, NamedArray>,
  where: string,
): void {
  for (const [name, shape] of parameterShapes(config)) {
    const array = arrays.get(name);
    if (!array)
      throw new UnrolledError(
        'weights',
        `${where}: there is no array ${name}; the model needs it, ${formatShape(shape)}.`,
      );
    if (!sameShape(array.shape, shape)) {
      throw new UnrolledError(
        'weights',
        `${where}: ${name} is ${formatShape(array.shape)}; it must be ${formatShape(shape)}.`,
      );
    }
    if (array.dtype !== 'F32' && array.dtype !== 'F64') {
      throw new UnrolledError(
        'weights',
        `${where}: ${name} is of type ${array.dtype}; weights must be F32 or F64.`,
      );
    }
    // Float64 weights may be read into a float32 model.
    if (!array.data.every((number) => Number.isFinite(Math.fround(number)))) {
      throw new UnrolledError(
        'not-finite',
        `${where}: ${name} holds NaN or infinite numbers; weights must be finite.`,
      );
    }
  }
}

/** Writes arrays that `checkWeights` has passed into the model. */
export function writeWeights(model: RecurrentLM, arrays: ReadonlyMap<string, NamedArray>): void {
  for (const { name, value } of model.params) value.set((arrays.get(name) as NamedArray).data);
}
