import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../formats/damaged.ts';

/** A layer of a Keras model, as its configuration describes it. */
export interface KerasLayer {
  readonly name: string;
  /** Its class, such as `LSTM`. */
  readonly type: string;
  /** Its arguments by their Python names. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The error for a layer that has no equal here: `layer "bi" (Bidirectional) …; … .` plus what to do. */
export function refusedLayer(
  where: string,
  { name, type }: KerasLayer,
  got: string,
  needs: string,
): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: the layer ${shown(name)} (${shown(type).slice(1, -1)}) ${got}; ${needs}. Models here have no equal of it.`,
  );
}

/** A boolean argument; absent or null, which TensorFlow.js writes for a default, means false. */
export function flagOf(layer: KerasLayer, key: string, where: string): boolean {
  const value = layer.settings[key] ?? false;
  if (typeof value === 'boolean') return value;
  throw refusedLayer(where, layer, `has ${key} ${shown(value)}`, 'it must be true or false');
}

/** A number of units: a positive integer. */
export function sizeOf(layer: KerasLayer, key: string, where: string): number {
  const value = layer.settings[key];
  if (Number.isSafeInteger(value) && Number(value) > 0) return Number(value);
  throw refusedLayer(where, layer, `has ${key} ${shown(value)}`, 'it must be a positive integer');
}

/** An argument that is one of a few names, such as an activation. */
export function nameOf<Name extends string>(
  layer: KerasLayer,
  key: string,
  names: readonly Name[],
  where: string,
): Name {
  const value = layer.settings[key];
  if (names.includes(value as Name)) return value as Name;
  const needs = `it must be ${names.map((name) => JSON.stringify(name)).join(' or ')}`;
  throw refusedLayer(where, layer, `has ${key} ${shown(value)}`, needs);
}
