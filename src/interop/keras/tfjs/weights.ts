import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import { concatBytes } from '../../../formats/peek-start.ts';
import { checkSiblingName } from '../../archive/plain-path.ts';
import type { ImportFile } from '../../importer.ts';
import type { FloatArray } from '../../network/float-array.ts';
import { widenFloat16 } from '../../network/half-precision.ts';
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
  checkPaths(groups, file.name);
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

/** A file that several weights share would fill many times its size in memory. */
function checkPaths(groups: readonly ManifestGroup[], where: string): void {
  const paths = groups.flatMap((group) => group.paths);
  if (new Set(paths).size === paths.length) return;
  throw damaged(where, 'weightsManifest names a file twice', 'each must have its own weights');
}

async function groupBytes(
  { paths }: ManifestGroup,
  { name: where, sibling }: ImportFile,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const part = await sibling?.(checkSiblingName(path, where));
    if (!part) {
      throw new UnrolledError(
        'file-missing',
        `${where}: the file ${shown(path)} with weights is missing; it must be beside the model. Copy it there, or pass it too.`,
      );
    }
    parts.push(part);
  }
  return parts.length === 1 ? parts[0] : concatBytes(parts);
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

/** The numbers of a weight, or null for one of another type. */
function arrayOf({ shape, dtype, quantization }: ManifestWeight, bytes: Uint8Array): FloatArray | null {
  if (dtype !== 'float32') return null;
  // The bytes may begin anywhere, a typed array may not.
  return { dtype: 'F32', shape, data: numbersOf(bytes.slice().buffer, quantization) };
}

function numbersOf(buffer: ArrayBuffer, quantization: Quantization | null): Float32Array {
  if (quantization === null) return new Float32Array(buffer);
  const { dtype, scale, min } = quantization;
  if (dtype === 'float16') return widenFloat16(new Uint16Array(buffer));
  const integers = dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Float32Array.from(integers, (integer) => integer * scale! + min!);
}
