import type { Backend } from '../backends/backend.ts';
import { UnrolledError } from '../errors.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { checkObject, wrongKind } from '../kinds.ts';
import type { Param } from '../layers/layer.ts';
import { type Reads, runSync } from '../tensor/reads.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { Tensor, TensorView } from '../tensor/tensor.ts';
import { checkConfig, type OrEarlierName, type RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';

/** An owner of named weights: a `RecurrentLM`. */
export interface WeightOwner {
  readonly backend: Backend;
  readonly params: readonly Param[];
}

/**
 * Copies the weights by name: float32, or float64 if the backend computes in float64.
 * @throws {UnrolledError} code `option-value` unless the model is a RecurrentLM
 */
export async function saveWeights(model: WeightOwner): Promise<Map<string, NamedArray>> {
  checkOwner('saveWeights', model);
  return saveTensors(model.backend, valuesOf(model));
}

/**
 * Synchronous `saveWeights`.
 * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`; `option-value` unless the model is a RecurrentLM
 */
export function readWeights(model: WeightOwner): Map<string, NamedArray> {
  checkOwner('readWeights', model);
  const tensors = valuesOf(model);
  function* read(): Reads<readonly TensorView[]> {
    return yield [...tensors.values()];
  }
  return named(tensors, runSync('readWeights', model.backend, read()));
}

/** Row-major copies of tensors, float32 or float64 like each tensor. */
export async function saveTensors(
  backend: Backend,
  tensors: ReadonlyMap<string, Tensor>,
): Promise<Map<string, NamedArray>> {
  return named(tensors, await Promise.all([...tensors.values()].map((tensor) => backend.read(tensor))));
}

function named(
  tensors: ReadonlyMap<string, Tensor>,
  numbers: readonly TensorView[],
): Map<string, NamedArray> {
  return new Map(
    [...tensors].map(([name, { shape }], i): [string, NamedArray] => {
      const data = numbers[i];
      if (data instanceof Float64Array) return [name, { dtype: 'F64', shape, data }];
      return [name, { dtype: 'F32', shape, data: data as Float32Array }];
    }),
  );
}

function valuesOf({ params }: WeightOwner): Map<string, Tensor> {
  return new Map(params.map(({ name, value }) => [name, value]));
}

/**
 * Checks that `arrays` hold every weight of `config`, with its name, shape, type, and finite numbers.
 * @param where the beginning of error messages, such as a file name
 * @throws {UnrolledError} code `weights` for a missing array, another shape or type; `not-finite`; `config`; `option-value`
 */
export function checkWeights(
  config: OrEarlierName<RecurrentConfig>,
  arrays: ReadonlyMap<string, NamedArray>,
  where: string,
): void {
  checkObject(where, 'the config', config, 'Pass model.config.');
  checkArrays(where, arrays);
  for (const [name, shape] of parameterShapes(checkConfig(config, where))) {
    const array = arrays.get(name);
    if (!array)
      throw new UnrolledError(
        'weights',
        `${where}: the array ${name} ${formatShape(shape)} is missing; the model needs it.`,
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
        `${where}: ${name} is of type ${array.dtype}; it must be F32 or F64.`,
      );
    }
    // Float64 weights may be loaded into a float32 model.
    if (!array.data.every((number) => Number.isFinite(Math.fround(number)))) {
      throw new UnrolledError(
        'not-finite',
        `${where}: ${name} contains NaN or infinite numbers; weights must be finite.`,
      );
    }
  }
}

/**
 * Writes arrays into the model. Check them first with `checkWeights`.
 * @throws {UnrolledError} code `weights` for a missing array; `option-value` for a wrong type of argument
 */
export function writeWeights(model: WeightOwner, arrays: ReadonlyMap<string, NamedArray>): void {
  checkOwner('writeWeights', model);
  checkArrays('writeWeights', arrays);
  for (const { name, value } of model.params) {
    const array = arrays.get(name);
    if (!array)
      throw new UnrolledError('weights', `writeWeights: ${name} is missing. Call checkWeights first.`);
    model.backend.write(value, array.data);
  }
}

function checkOwner(where: string, model: WeightOwner): void {
  if (Array.isArray(model?.params) && model.backend) return;
  throw wrongKind(where, 'the model', model, 'a RecurrentLM', 'Pass saved.model.');
}

function checkArrays(where: string, arrays: ReadonlyMap<string, NamedArray>): void {
  if (typeof arrays?.get === 'function') return;
  throw wrongKind(where, 'the arrays', arrays, 'a Map of arrays', 'Pass await saveWeights(model).');
}
