import { UnrolledError } from '../../errors.ts';
import { damaged, shown } from '../../formats/damaged.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { inflated } from './inflate.ts';
import { isPlainPath } from './plain-path.ts';
import { type DirectoryEntry, nameOf, readDirectory, widened } from './zip-directory.ts';
import { DEFLATED, ENCRYPTED, LOCAL, SIZES_FOLLOW, STORED } from './zip-format.ts';

/** How many times the file's size its compressed entries may unpack to, and how much any file may. */
const MOST_GROWTH = 4;
const FREE_BYTES = 1 << 20;

/** An opened zip file. Its entries are read on demand. */
export interface ZipFile {
  /** The names of the files in it, in the order of its directory. */
  readonly names: readonly string[];
  /** Reads an entry: a view if it is stored, a copy if it was compressed. Throws UnrolledError, also for an unknown name. */
  read(name: string): Promise<Uint8Array>;
}

/** An entry with the position of its data. */
interface Entry extends DirectoryEntry {
  readonly dataAt: number;
}

/** Whether bytes begin like a zip file with an entry. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 22 && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * Opens a zip file and checks its directory: entries must agree with their headers, must not overlap, have plain relative names, and
 * must not unpack to many times the file's size. Contents are checked when they are read.
 *
 * @param where the file's name, for error messages
 * @throws {UnrolledError} code `file-damaged` for a file that violates the format, `file-foreign` for encryption, another
 * compression than deflate or a name that leaves the folder, `file-large` for entries that unpack to more than four times the file
 */
export function openZip(bytes: Uint8Array, where: string): ZipFile {
  const { entries: listed, begin } = readDirectory(bytes, where);
  const entries = listed.map((entry) => located(entry, bytes, where));
  checkOverlaps(entries, begin, where);
  checkGrowth(entries, bytes.length, where);
  const files = byName(entries, where);
  return {
    names: [...files.keys()],
    read: async (name) => await contents(files.get(name) ?? missing(name, where), bytes, where),
  };
}

/** Compares an entry with the header before its data. */
function located(entry: DirectoryEntry, bytes: Uint8Array, where: string): Entry {
  const at = `${where}: ${shown(entry.name)}`;
  const reader = new ByteReader(bytes, at, entry.headerAt);
  const signature = reader.u32();
  reader.take(2);
  const [flags, method] = [reader.u16(), reader.u16()];
  reader.take(4);
  const crc = reader.u32();
  const sizes = { packedSize: reader.u32(), size: reader.u32() };
  const [nameLength, extraLength] = [reader.u16(), reader.u16()];
  const name = nameOf(reader.take(nameLength), where);
  const { size, packedSize } = widened(
    { size: sizes.size, packedSize: sizes.packedSize },
    reader.take(extraLength),
    at,
  );
  const equal = (here: number, there: number) =>
    here === there || (here === 0 && (flags & SIZES_FOLLOW) !== 0);
  const agrees =
    signature === LOCAL &&
    name === entry.name &&
    flags === entry.flags &&
    method === entry.method &&
    equal(crc, entry.crc) &&
    equal(size, entry.size) &&
    equal(packedSize, entry.packedSize);
  if (!agrees) throw damaged(at, 'the zip directory and the header of the entry differ', 'they must agree');
  return { ...checkMethod(entry, at), dataAt: reader.at };
}

function checkMethod(entry: DirectoryEntry, at: string): DirectoryEntry {
  const { flags, method, size, packedSize } = entry;
  if ((flags & ENCRYPTED) !== 0) {
    throw foreign(at, 'the entry is encrypted; it must not be. Save the file without a password.');
  }
  if (method !== STORED && method !== DEFLATED) {
    throw foreign(
      at,
      `the entry is compressed by method ${method}; it must be 0 (stored) or 8 (deflate). Save it so.`,
    );
  }
  if (method === STORED && size !== packedSize) {
    throw damaged(at, `the stored entry has ${packedSize} bytes`, `it must have ${size}`);
  }
  return entry;
}

function foreign(at: string, rest: string): UnrolledError {
  return new UnrolledError('file-foreign', `${at}: ${rest}`);
}

/** Entries that share bytes are how a small zip file unpacks to a huge one. */
function checkOverlaps(entries: readonly Entry[], directoryAt: number, where: string): void {
  const ordered = entries.toSorted((a, b) => a.headerAt - b.headerAt);
  for (const [i, { name, dataAt, packedSize }] of ordered.entries()) {
    const next = ordered[i + 1]?.headerAt ?? directoryAt;
    if (dataAt + packedSize <= next) continue;
    throw damaged(
      `${where}: ${shown(name)}`,
      `the entry ends at byte ${dataAt + packedSize}`,
      `it must end before the next one at byte ${next}`,
    );
  }
}

function checkGrowth(entries: readonly Entry[], length: number, where: string): void {
  const unpacked = entries.reduce((sum, { method, size }) => sum + (method === DEFLATED ? size : 0), 0);
  const most = MOST_GROWTH * length + FREE_BYTES;
  if (unpacked <= most) return;
  throw new UnrolledError(
    'file-large',
    `${where}: the file of ${length} bytes unpacks to ${unpacked}; at most ${most} are allowed. Save it without compression.`,
  );
}

/** The files; folders, whose names end with a slash, have no contents. */
function byName(entries: readonly Entry[], where: string): ReadonlyMap<string, Entry> {
  const files = new Map<string, Entry>();
  for (const entry of entries) {
    const { name, size } = entry;
    if (!isPlainPath(name.replace(/\/$/, ''))) {
      throw foreign(
        where,
        `the zip file has the name ${shown(name)}; names must be relative and without "..". Don't trust it.`,
      );
    }
    if (files.has(name))
      throw damaged(where, `the zip file has ${shown(name)} twice`, 'names must be unique');
    if (!name.endsWith('/') || size > 0) files.set(name, entry);
  }
  return files;
}

function missing(name: string, where: string): never {
  throw damaged(where, `the zip file has no ${shown(name)}`, 'it must have it');
}

async function contents(entry: Entry, bytes: Uint8Array, where: string): Promise<Uint8Array> {
  const at = `${where}: ${shown(entry.name)}`;
  const packed = bytes.subarray(entry.dataAt, entry.dataAt + entry.packedSize);
  const data = entry.method === STORED ? packed : await inflated(packed, entry.size, at);
  if (crc32(data) !== entry.crc) throw damaged(at, 'the contents do not match their CRC-32', 'they must');
  return data;
}
