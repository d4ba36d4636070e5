import { UnsuitableLibrary } from './library-search.ts';

/** The file system, as Node's module has it; a page has none. */
export interface Files {
  statSync(
    file: string,
    options: { throwIfNoEntry: false },
  ): { readonly size: number; isFile(): boolean } | undefined;
  openSync(file: string, flags: 'r'): number;
  readSync(fd: number, into: Uint8Array, at: number, bytes: number, position: number): number;
  closeSync(fd: number): void;
}

/** What a library must be built for, in Node's names. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** Positions in the header of a 64-bit ELF file, and in an entry of its program header. */
const MACHINE = 18;
const [SEGMENTS, SEGMENT_SIZE, SEGMENT_COUNT, HEADER_BYTES] = [32, 54, 56, 64];
const [SEGMENT_OFFSET, SEGMENT_FILE_BYTES] = [8, 32];
/** A segment that is mapped into memory. */
const LOAD = 1;
/** The number of each architecture in an ELF file. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * Checks a library file on Linux before the system's loader opens it. The loader waits forever for a pipe, and maps a file
 * without looking at its size: a truncated library ends the process with SIGBUS. A name without a folder is left to the
 * loader, as is everything that is no 64-bit ELF file.
 * @throws {UnsuitableLibrary} for a file that is not regular, is truncated, or is built for another architecture
 */
export function checkLibraryFile(file: string, fs: Files, { platform, arch }: Machine): void {
  if (platform !== 'linux' || !file.includes('/')) return;
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isFile()) throw new UnsuitableLibrary('it is not a regular file');
  const fd = fs.openSync(file, 'r');
  try {
    checkElf((at, bytes) => readAt(fs, fd, at, bytes), found.size, arch);
  } finally {
    fs.closeSync(fd);
  }
}

function checkElf(read: (at: number, bytes: number) => DataView, size: number, arch: string): void {
  const header = read(0, HEADER_BYTES);
  if (!isElf64(header)) return;
  const machine = machines[arch];
  if (machine !== undefined && header.getUint16(MACHINE, true) !== machine) {
    throw new UnsuitableLibrary(`it is not built for ${arch}`);
  }
  const [start, step] = [Number(header.getBigUint64(SEGMENTS, true)), header.getUint16(SEGMENT_SIZE, true)];
  const segments = read(start, step * header.getUint16(SEGMENT_COUNT, true));
  let end = start + step * header.getUint16(SEGMENT_COUNT, true);
  for (let at = 0; at + SEGMENT_FILE_BYTES + 8 <= segments.byteLength; at += Math.max(1, step)) {
    if (segments.getUint32(at, true) !== LOAD) continue;
    const [offset, bytes] = [SEGMENT_OFFSET, SEGMENT_FILE_BYTES].map((field) =>
      Number(segments.getBigUint64(at + field, true)),
    );
    end = Math.max(end, offset + bytes);
  }
  if (end > size) throw new UnsuitableLibrary(`it is truncated: ${size} bytes of at least ${end}`);
}

/** Whether it is a little-endian 64-bit ELF file. */
function isElf64(header: DataView): boolean {
  return (
    header.byteLength === HEADER_BYTES && header.getUint32(0) === 0x7f454c46 && header.getUint16(4) === 0x0201
  );
}

/** The bytes that the file has there. */
function readAt(fs: Files, fd: number, at: number, bytes: number): DataView {
  const buffer = new Uint8Array(bytes);
  return new DataView(buffer.buffer, 0, bytes === 0 ? 0 : fs.readSync(fd, buffer, 0, bytes, at));
}
