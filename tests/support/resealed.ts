import { DIGEST, digestOf } from '../../src/formats/digest.ts';
import type { NamedArray } from '../../src/formats/named-array.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';

/** The bytes of a file with changed contents, whose digest is that of the changed ones. */
export function resealed(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const digest = digestOf({ tensors, metadata: new Map(Object.entries(metadata)) });
  return writeSafetensors(tensors, { ...metadata, [DIGEST]: digest });
}
