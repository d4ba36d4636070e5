import { UnrolledError } from '../errors.ts';
import { checkDigest, DIGEST, digestOf, type ReadOptions } from './digest.ts';
import type { NamedArray } from './named-array.ts';
import { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.ts';
import { checkVersion } from './version.ts';

/** A file format of Unrolled: safetensors with format, version and digest in the metadata. */
export interface UnrolledFormat {
  readonly format: string;
  /** The supported versions, oldest first. Version 2 and later have a digest. */
  readonly versions: readonly string[];
  /** The error message for a file of another format, after the file name. */
  readonly foreign: string;
}

/** Encodes arrays and metadata as a file. @param version of the format. Default: the newest */
export function writeUnrolledFile(
  { format, versions }: UnrolledFormat,
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>>,
  version: string = versions[versions.length - 1],
): Uint8Array<ArrayBuffer> {
  const all = { format, version, ...metadata };
  const digest = digestOf({ tensors, metadata: new Map(Object.entries(all)) });
  return writeSafetensors(tensors, { ...all, [DIGEST]: digest });
}

/** Reads what `writeUnrolledFile` wrote. @throws for a file of another format or version, and a damaged one */
export function readUnrolledFile(
  { format, versions, foreign }: UnrolledFormat,
  bytes: Uint8Array,
  where: string,
  { verify = true }: ReadOptions,
): Safetensors {
  const file = readSafetensors(bytes, where);
  if (file.metadata.get('format') !== format) throw new UnrolledError('file-foreign', `${where}: ${foreign}`);
  checkVersion(file.metadata.get('version'), versions, where);
  if (verify) checkDigest(file, where);
  return file;
}
