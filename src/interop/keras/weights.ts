import { UnrolledError } from '../../errors.ts';
import { shown } from '../../formats/damaged.ts';
import type { FloatArray } from '../network/float-array.ts';
import type { KerasLayer } from './layers/layer.ts';

/** An array with its name in the file. */
export interface StoredArray {
  readonly name: string;
  readonly array: FloatArray;
}

/** The weights of a Keras file, however it names them. */
export interface KerasWeights {
  /** The arrays of a layer by Keras' names: `kernel`, `recurrent_kernel`, `bias`, `embeddings`. */
  of(layer: KerasLayer): ReadonlyMap<string, StoredArray>;
}

/** A weight of a layer with its sizes checked; null stands for any size. Throws UnrolledError. */
export function weightOf(
  weights: KerasWeights,
  layer: KerasLayer,
  role: string,
  shape: readonly (number | null)[],
  where: string,
): StoredArray {
  const stored = weights.of(layer).get(role);
  const what = `${where}: the layer ${shown(layer.name)} (${layer.type})`;
  const needs = `(${shape.map((size) => size ?? 'any').join(', ')})`;
  if (!stored) {
    throw new UnrolledError(
      'weights',
      `${what} has no weight ${role}; it needs one of shape ${needs}. Save the whole model again.`,
    );
  }
  const got = stored.array.shape;
  if (got.length === shape.length && shape.every((size, i) => size === null || size === got[i]))
    return stored;
  throw new UnrolledError(
    'weights',
    `${what} has ${role} of shape (${got.join(', ')}); it must be ${needs}. Save the whole model again.`,
  );
}
