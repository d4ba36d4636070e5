import { damaged, shown } from '../../../formats/damaged.ts';
import { isShape } from '../../../formats/named-array.ts';
import { isObject } from '../layers/model-config.ts';

/** One weight of the manifest. */
export interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** How its numbers are stored, if not as `dtype`. */
  readonly quantization: Quantization | null;
}

export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  /** number = scale · integer + min; null for float16. */
  readonly scale: number | null;
  readonly min: number | null;
}

/** A group of weights, which follow each other in files that follow each other. */
export interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
}

/** The `weightsManifest` of a model.json. Throws UnrolledError. */
export function readManifest(manifest: unknown, where: string): readonly ManifestGroup[] {
  if (!Array.isArray(manifest)) {
    throw damaged(where, `weightsManifest is ${shown(manifest)}`, 'it must be an array');
  }
  return manifest.map((group: unknown) => {
    const { paths, weights } = isObject(group) ? group : {};
    const areTexts = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
    if (!areTexts || !Array.isArray(weights)) {
      throw damaged(where, `weightsManifest has ${shown(group)}`, 'a group has paths and weights');
    }
    return { paths, weights: weights.map((weight) => readWeight(weight, where)) };
  });
}

function readWeight(weight: unknown, where: string): ManifestWeight {
  const { name, shape, dtype, quantization } = isObject(weight) ? weight : {};
  if (typeof name !== 'string' || typeof dtype !== 'string' || !isShape(shape)) {
    throw damaged(where, `weightsManifest has the weight ${shown(weight)}`, 'it needs name, shape and dtype');
  }
  return { name, shape, dtype, quantization: readQuantization(quantization, name, where) };
}

function readQuantization(value: unknown, name: string, where: string): Quantization | null {
  if (value === undefined) return null;
  const { dtype, scale = null, min = null } = isObject(value) ? value : {};
  if (dtype === 'float16') return { dtype, scale: null, min: null };
  const areNumbers = [scale, min].every((n) => typeof n === 'number' && Number.isFinite(n));
  if ((dtype === 'uint8' || dtype === 'uint16') && areNumbers) {
    return { dtype, scale: scale as number, min: min as number };
  }
  const needs = 'it must be float16, or uint8 or uint16 with scale and min';
  throw damaged(where, `the weight ${shown(name)} has the quantization ${shown(value)}`, needs);
}
