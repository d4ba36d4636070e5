import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import { concatBytes } from '../../../formats/peek-start.ts';
import type { ImportFile } from '../../importer.ts';
import type { FloatArray } from '../../network/float-array.ts';
import type { ManifestGroup, ManifestWeight, Quantization } from './manifest.ts';

/** Bytes a number, of the types that are no text. */
const SIZES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  complex64: 8,
};

export interface TfjsWeights {
  readonly arrays: ReadonlyMap<string, FloatArray>;
  readonly others: readonly string[];
}

/** Reads the weights of all groups from the files beside the model. Throws UnrolledError. */
export async function readTfjsWeights(
  groups: readonly ManifestGroup[],
  file: ImportFile,
): Promise<TfjsWeights> {
  const arrays = new Map<string, FloatArray>();
  const others: string[] = [];
  for (const group of groups) {
    const bytes = await groupBytes(group, file);
    let at = 0;
    for (const weight of group.weights) {
      const length = lengthOf(weight, file.name);
      if (at + length > bytes.length) throw tooShort(group, bytes.length, file.name);
      const array = arrayOf(weight, bytes.subarray(at, at + length));
      at += length;
      if (arrays.has(weight.name)) {
        throw damaged(file.name, `the weight ${shown(weight.name)} is there twice`, 'names must be unique');
      }
      if (array) arrays.set(weight.name, array);
      else others.push(weight.name);
    }
    if (at !== bytes.length) throw tooShort(group, bytes.length, file.name);
  }
  return { arrays, others };
}

async function groupBytes(
  { paths }: ManifestGroup,
  { name: where, sibling }: ImportFile,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of new Set(paths)) {
    const part = await sibling?.(checkedName(path, where));
    if (!part) {
      throw new UnrolledError(
        'file-missing',
        `${where}: the file ${shown(path)} with weights is missing; it must be beside the model. Copy it there.`,
      );
    }
    parts.push(part);
  }
  if (parts.length < paths.length) {
    throw damaged(where, 'weightsManifest names a file twice', 'each must have its own weights');
  }
  return parts.length === 1 ? parts[0] : concatBytes(parts);
}

/** A name in the folder of the model. */
function checkedName(path: string, where: string): string {
  const isPlain = /^[\w.-][\w .-]*$/.test(path) && !/^\.+$/.test(path);
  if (isPlain) return path;
  throw new UnrolledError(
    'file-foreign',
    `${where}: weightsManifest names the file ${shown(path)}; it must be a plain name in the folder of the model. Don't trust it.`,
  );
}

function lengthOf({ name, shape, dtype, quantization }: ManifestWeight, where: string): number {
  const stored = quantization?.dtype ?? dtype;
  if (Object.hasOwn(SIZES, stored)) return shape.reduce((product, n) => product * n, SIZES[stored]);
  throw new UnrolledError(
    'file-foreign',
    `${where}: the weight ${shown(name)} has the type ${shown(stored)}; it must be one of ${Object.keys(SIZES).join(', ')}. ` +
      'Convert the model without it.',
  );
}

function tooShort({ weights, paths }: ManifestGroup, length: number, where: string): UnrolledError {
  return damaged(
    where,
    `the files ${shown(paths)} have ${length} bytes`,
    `it must be as many as the shapes of their ${weights.length} weights need`,
  );
}

/** The numbers of a weight, or null for one of another type. The bytes may begin anywhere: a typed array needs a copy. */
function arrayOf({ shape, dtype, quantization }: ManifestWeight, bytes: Uint8Array): FloatArray | null {
  if (dtype !== 'float32') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = SIZES[quantization?.dtype ?? dtype];
  const number = decoder(quantization, view);
  return {
    dtype: 'F32',
    shape,
    data: Float32Array.from({ length: bytes.length / size }, (_, i) => number(i * size)),
  };
}

/** Reads the number at a byte. */
function decoder(quantization: Quantization | null, view: DataView): (at: number) => number {
  if (quantization === null) return (at) => view.getFloat32(at, true);
  const { dtype, scale, min } = quantization;
  if (dtype === 'float16') return (at) => halfToNumber(view.getUint16(at, true));
  const integer = (at: number) => (dtype === 'uint8' ? view.getUint8(at) : view.getUint16(at, true));
  // Rounded as TensorFlow.js does: the result is stored as float32.
  return (at) => integer(at) * scale! + min!;
}

/** A number of half precision (IEEE 754 binary16): sign, 5 bits of exponent, 10 of fraction. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(half >> 10) & 0x1f, half & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
