import { UnrolledError } from '../../errors.ts';
import type { ReadOptions } from '../../formats/digest.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readUnrolledFile, type UnrolledFormat, writeUnrolledFile } from '../../formats/unrolled-file.ts';
import type { StatePart } from './state-values.ts';

const stateFormat: UnrolledFormat = {
  format: 'unrolled-state',
  versions: ['1', '2'],
  foreign:
    'the bytes are not a state; they must be from toBytes(). Use another copy of the state, or start from a new one.',
};

/** Numbers of the element type of the model's backend. */
export type StateNumbers = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/** A safetensors file of the arrays `LAYER.h` and `LAYER.c`, with format, version, digest and fingerprint. */
export function writeStateFile(
  parts: readonly StatePart[],
  numbers: readonly StateNumbers[],
  fingerprint: string,
): Uint8Array<ArrayBuffer> {
  const arrays = new Map<string, NamedArray>();
  parts.forEach((part, p) => {
    const data = numbers[p];
    const shape = [data.length];
    if (data instanceof Float32Array) arrays.set(nameOf(part), { dtype: 'F32', shape, data });
    else arrays.set(nameOf(part), { dtype: 'F64', shape, data });
  });
  return writeUnrolledFile(stateFormat, arrays, { model: fingerprint });
}

/** Reads the numbers of each part from `writeStateFile`. Throws unless they match the model. */
export function readStateFile(
  bytes: Uint8Array,
  parts: readonly StatePart[],
  fingerprint: string,
  where: string,
  options: ReadOptions = {},
): readonly ArrayLike<number>[] {
  const { tensors, metadata } = readUnrolledFile(stateFormat, bytes, where, options);
  checkOrigin(metadata.get('model'), fingerprint, where);
  if (tensors.size !== parts.length) {
    throw damaged(where, `it has ${tensors.size} arrays`, `the model has ${parts.length}`);
  }
  return parts.map((part) => {
    const name = nameOf(part);
    return checkArray(tensors.get(name), name, part.width, where);
  });
}

function nameOf({ layer, name }: StatePart): string {
  return `${layer}.${name}`;
}

function checkOrigin(origin: string | undefined, model: string, where: string): void {
  if (origin !== model) {
    throw new UnrolledError(
      'state-foreign',
      `${where}: the state is from model ${origin}, this model is ${model}; a state needs the weights that computed it. ` +
        'Open that model, or start from a new state.',
    );
  }
}

function checkArray(
  array: NamedArray | undefined,
  name: string,
  length: number,
  where: string,
): ArrayLike<number> {
  const fits =
    (array?.dtype === 'F32' || array?.dtype === 'F64') &&
    array.shape.length === 1 &&
    array.shape[0] === length;
  if (!fits) throw damaged(where, `the array ${name} of ${length} floats is missing`, 'the model needs it');
  if (!array.data.every((number) => Number.isFinite(Math.fround(number)))) {
    throw damaged(where, `${name} contains NaN or infinite numbers`, 'a state must be finite');
  }
  return array.data;
}

function damaged(where: string, got: string, needs: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: ${got}; ${needs}. Use another copy of the state, or start from a new one.`,
  );
}
