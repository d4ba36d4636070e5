import { damaged, shown } from '../../formats/damaged.ts';
import { ByteReader } from './byte-reader.ts';
import { END, END_64, ENTRY, LOCATOR_64, MAX_16, MAX_32 } from './zip-format.ts';

/** What the directory at the end of a zip file says of one entry. */
export interface DirectoryEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** In bytes, in the file and unpacked. */
  readonly packedSize: number;
  readonly size: number;
  /** The position of the header before its data. */
  readonly headerAt: number;
}

/** Where the directory lies. */
interface Extent {
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

/** The entries that the directory lists. Throws UnrolledError. */
export function readDirectory(
  bytes: Uint8Array,
  where: string,
): { readonly entries: readonly DirectoryEntry[]; readonly begin: number } {
  const { count, begin, end } = directoryExtent(bytes, where);
  const reader = new ByteReader(bytes.subarray(0, end), where, begin);
  const entries: DirectoryEntry[] = [];
  while (reader.at < end) entries.push(readEntry(reader, where));
  if (entries.length !== count) {
    throw damaged(where, `the zip directory has ${entries.length} entries`, `it must have ${count}`);
  }
  return { entries, begin };
}

function directoryExtent(bytes: Uint8Array, where: string): Extent {
  const endAt = findEnd(bytes, where);
  const reader = new ByteReader(bytes, where, endAt + 4);
  const disks = [reader.u16(), reader.u16()];
  const counts = [reader.u16(), reader.u16()];
  const [size, begin] = [reader.u32(), reader.u32()];
  const record64 = findEnd64(bytes, endAt, where);
  if (record64) return checked(record64, where);
  if (disks[0] !== 0 || disks[1] !== 0 || counts[0] !== counts[1]) throw severalDisks(where);
  return checked({ count: counts[0], begin, end: endAt, size }, where);
}

function checked({ size, ...extent }: Extent & { readonly size: number }, where: string): Extent {
  if (extent.begin + size !== extent.end) {
    throw damaged(
      where,
      `the zip directory is said to have ${size} bytes at byte ${extent.begin}`,
      `it must end at byte ${extent.end}`,
    );
  }
  return extent;
}

/** The position of the record that ends the file, before a comment of at most 65,535 bytes. */
function findEnd(bytes: Uint8Array, where: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 22 - MAX_16; at--) {
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === bytes.length)
      return at;
  }
  throw damaged(where, 'the zip file has no directory at its end', 'the file must be complete');
}

/** The record of 64-bit sizes before the end, if there is one. */
function findEnd64(
  bytes: Uint8Array,
  endAt: number,
  where: string,
): (Extent & { readonly size: number }) | null {
  const locator = new ByteReader(bytes, where, endAt - 20);
  if (endAt < 20 || locator.u32() !== LOCATOR_64) return null;
  const disk = locator.u32();
  const recordAt = locator.u64();
  const diskCount = locator.u32();
  const reader = new ByteReader(bytes, where, recordAt);
  if (reader.u32() !== END_64 || recordAt + 12 + reader.u64() !== endAt - 20) {
    throw damaged(where, `there is no zip64 record at byte ${recordAt}`, 'its locator names that position');
  }
  reader.take(4);
  const disks = [reader.u32(), reader.u32()];
  const counts = [reader.u64(), reader.u64()];
  if (disk + disks[0] + disks[1] !== 0 || diskCount > 1 || counts[0] !== counts[1]) throw severalDisks(where);
  return { count: counts[0], size: reader.u64(), begin: reader.u64(), end: recordAt };
}

function severalDisks(where: string): Error {
  return damaged(where, 'the zip file is one part of several', 'it must be whole');
}

function readEntry(reader: ByteReader, where: string): DirectoryEntry {
  const at = reader.at;
  if (reader.u32() !== ENTRY) {
    throw damaged(where, `there is no entry of the zip directory at byte ${at}`, 'the directory lists it');
  }
  reader.take(4);
  const [flags, method] = [reader.u16(), reader.u16()];
  reader.take(4);
  const crc = reader.u32();
  const sizes = { packedSize: reader.u32(), size: reader.u32() };
  const [nameLength, extraLength, commentLength] = [reader.u16(), reader.u16(), reader.u16()];
  reader.take(8);
  const headerAt = reader.u32();
  const name = nameOf(reader.take(nameLength), where);
  const numbers = { size: sizes.size, packedSize: sizes.packedSize, headerAt };
  const extra = reader.take(extraLength);
  reader.take(commentLength);
  return { name, flags, method, crc, ...widened(numbers, extra, `${where}: ${shown(name)}`) };
}

/**
 * Numbers of a header, those that do not fit into 32 bits read from its zip64 field, where they stand in the order of the
 * members.
 */
export function widened<Numbers extends Readonly<Record<string, number>>>(
  numbers: Numbers,
  extra: Uint8Array,
  where: string,
): Numbers {
  if (Object.values(numbers).every((n) => n !== MAX_32)) return numbers;
  const field = new ByteReader(zip64Field(extra, where), where);
  return Object.fromEntries(
    Object.entries(numbers).map(([key, n]) => [key, n === MAX_32 ? field.u64() : n]),
  ) as Numbers;
}

/** The field with the id 1 among the extra fields, each an id, a length and data. */
function zip64Field(extra: Uint8Array, where: string): Uint8Array {
  const reader = new ByteReader(extra, where);
  while (reader.at < extra.length) {
    const id = reader.u16();
    const data = reader.take(reader.u16());
    if (id === 1) return data;
  }
  throw damaged(where, 'a size of a zip entry is missing', 'it must be in the zip64 field');
}

/** A name as UTF-8, which ASCII is a part of; the older code page 437 is refused. */
export function nameOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(where, 'a name in the zip file is not UTF-8', 'it must be');
  }
}
