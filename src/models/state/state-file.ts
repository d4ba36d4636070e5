import { type ErrorCode, UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import { checkVersion } from '../../formats/version.ts';
import type { StatePart } from './state-values.ts';

const FORMAT = 'unrolled-state';
const VERSION = '1';

/** Arrays of the element type of the model's backend. */
export type StateNumbers = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/** A safetensors file of the arrays `LAYER.h` and `LAYER.c`, with format, version and fingerprint. */
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
  return writeSafetensors(arrays, { format: FORMAT, version: VERSION, model: fingerprint });
}

/** The numbers of each part, as `writeStateFile` wrote them. Throws unless they fit the model. */
export function readStateFile(
  bytes: Uint8Array,
  parts: readonly StatePart[],
  fingerprint: string,
  where: string,
): readonly ArrayLike<number>[] {
  const { tensors, metadata } = readSafetensors(bytes, where);
  checkOrigin(metadata, fingerprint, where);
  if (tensors.size !== parts.length) {
    throw damaged(where, `it holds ${tensors.size} arrays`, `the model has ${parts.length}`);
  }
  return parts.map((part) => {
    const name = nameOf(part);
    return checkArray(tensors.get(name), name, part.width, where);
  });
}

function nameOf({ layer, name }: StatePart): string {
  return `${layer}.${name}`;
}

function checkOrigin(metadata: ReadonlyMap<string, string>, model: string, where: string): void {
  const [format, version, origin] = ['format', 'version', 'model'].map((name) => metadata.get(name));
  if (format !== FORMAT) {
    throw damaged(
      where,
      'the bytes hold arrays but no state',
      'they must be what toBytes() wrote',
      'file-foreign',
    );
  }
  checkVersion(version, VERSION, where);
  if (origin !== model) {
    throw new UnrolledError(
      'state-foreign',
      `${where}: the state is of the model ${origin}, this one is ${model}; a state fits the weights that made ` +
        'it. Open that model, or start anew.',
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
  if (!fits) throw damaged(where, `there is no array ${name} of ${length} floats`, 'the model has one');
  if (!array.data.every((number) => Number.isFinite(Math.fround(number)))) {
    throw damaged(where, `${name} holds NaN or infinite numbers`, 'a state is finite');
  }
  return array.data;
}

function damaged(where: string, got: string, needs: string, code: ErrorCode = 'file-damaged'): UnrolledError {
  return new UnrolledError(
    code,
    `${where}: ${got}; ${needs}. Take another copy of the state, or start anew.`,
  );
}
