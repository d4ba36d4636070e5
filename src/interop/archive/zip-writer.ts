import { UnrolledError } from '../../errors.ts';
import { concatBytes } from '../../formats/peek-start.ts';
import { crc32 } from './crc32.ts';
import { END, ENTRY, LOCAL, MAX_16, MAX_32, STORED } from './zip-format.ts';

/** Names are UTF-8. */
const UTF_8 = 1 << 11;
/** The version of the format that stored entries need: 2.0. */
const VERSION = 20;
/** 1 January 1980, the earliest date: the same contents give the same file. */
const DATE = (1 << 5) | 1;

/**
 * Writes a zip file without compression. The same contents give the same bytes.
 *
 * @param files the contents by name; names are relative and use `/`
 * @throws {UnrolledError} code `file-large` from 4 GB or 65,535 files on, which need another variant of the format
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const nameBytes = new TextEncoder().encode(name);
    const common = commonHeader(nameBytes, data);
    const entry = [u32(LOCAL), common, nameBytes, data];
    // The directory adds the version of the writer, and five empty members: comment, disk, attributes.
    directory.push(u32(ENTRY), u16(VERSION), common, new Uint8Array(10), u32(at), nameBytes);
    entries.push(...entry);
    at += lengthOf(entry);
  }
  const size = lengthOf(directory);
  if (at + size >= MAX_32 || files.size >= MAX_16) {
    throw new UnrolledError(
      'file-large',
      `writeZip: the file would have ${files.size} entries and ${at + size} bytes; it must have less than 65,535 and 4 GB. Write the files without an archive.`,
    );
  }
  const counts = [u16(files.size), u16(files.size)];
  return concatBytes([...entries, ...directory, u32(END), u32(0), ...counts, u32(size), u32(at), u16(0)]);
}

/** The members that the header of an entry and the directory share. */
function commonHeader(name: Uint8Array, data: Uint8Array): Uint8Array {
  const sizes = [u32(data.length), u32(data.length)];
  const fields = [u16(VERSION), u16(UTF_8), u16(STORED), u16(0), u16(DATE), u32(crc32(data)), ...sizes];
  return concatBytes([...fields, u16(name.length), u16(0)]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
