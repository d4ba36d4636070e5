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

/** What has weights by name: a `RecurrentLM`, or the parts of one. */
export interface WeightOwner {
  readonly backend: Backend;
  readonly params: readonly Param[];
}

/** The weights by name, as copies: float32, or float64 where the backend computes in it. */
export async function saveWeights(model: WeightOwner): Promise<Map<string, NamedArray>> {
  checkOwner('saveWeights', model);
  return saveTensors(model.backend, valuesOf(model));
}

/** Synchronous `saveWeights`: needs a backend with `readSync`. */
export function readWeights(model: WeightOwner): Map<string, NamedArray> {
  checkOwner('readWeights', model);
  const tensors = valuesOf(model);
  function* read(): Reads<readonly TensorView[]> {
    return yield [...tensors.values()];
  }
  return named(tensors, runSync('readWeights', model.backend, read()));
}

/** Copies of tensors, row-major: float32, or float64 where a tensor is. */
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

/** Throws unless `arrays` hold every weight of `config`: name, shape, type, finite numbers. */
export function checkWeights(
  given: OrEarlierName<RecurrentConfig>,
  arrays: ReadonlyMap<string, NamedArray>,
  where: string,
): void {
  checkObject(where, 'the config', given, 'Give model.config.');
  const config = checkConfig(given, where);
  checkArrays(where, arrays);
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
  throw wrongKind(where, 'the model', model, 'a RecurrentLM', 'Give saved.model.');
}

function checkArrays(where: string, arrays: ReadonlyMap<string, NamedArray>): void {
  if (typeof arrays?.get === 'function') return;
  throw wrongKind(where, 'the arrays', arrays, 'a Map of arrays', 'Give await saveWeights(model).');
}
