import type { LeftOut } from '../../importer.ts';
import type { FloatArray } from '../../network/float-array.ts';
import type { NamedArrays } from '../../network/named-arrays.ts';
import { kindOf, type PickleValue } from '../../pickle/values.ts';
import { ArrayReader } from './array-reader.ts';
import { findModel, isArray } from './find-model.ts';
import { openTorchFile } from './open-file.ts';

/**
 * The arrays of the model in a file of torch.save, by name. Nothing in the file is executed.
 *
 * @param where the file's name, for messages
 * @throws {UnrolledError} code `file-damaged` for a file that violates its format; `file-foreign` for a call of a function that is
 * not known, or without a model; `file-large` for one that needs many times its size in memory; `file-version` for a newer format
 */
export async function readTorchFile(bytes: Uint8Array, where: string): Promise<NamedArrays> {
  const { value, storages } = await openTorchFile(bytes, where);
  const { values, modules, leftOut } = findModel(value, where);
  const reader = new ArrayReader(storages, bytes.length, where);
  const arrays = new Map<string, FloatArray>();
  const others: LeftOut[] = [];
  for (const [name, value] of values) {
    const floats = isArray(value) ? await reader.read(name, value) : null;
    if (floats) arrays.set(name, floats);
    else others.push({ name, reason: `${typeNameOf(value)}, not floating-point numbers` });
  }
  return { arrays, modules, leftOut: [...others, ...leftOut] };
}

function typeNameOf(value: PickleValue): string {
  return isArray(value) ? value.type.name : kindOf(value);
}
