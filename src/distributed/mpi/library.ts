import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { LibraryHandle } from 'koffi';
import { checkLibraryFile } from '../../native/library-file.ts';
import { type Abi, mpich, openMpi, standard } from './abi.ts';

type Koffi = typeof import('koffi');

/**
 * Loads koffi, the package that calls native code.
 * @throws if it is not installed
 */
export function loadKoffi(): Koffi {
  return createRequire(import.meta.url)('koffi');
}

/**
 * The calls of MPI that we use; each returns 0, or the process ends. Addresses are numbers. A handle is the number of `abi`;
 * a request is 8 bytes at an address, which the caller provides.
 */
export interface MpiLibrary {
  readonly file: string;
  readonly abi: Abi;
  /** The first line of MPI_Get_library_version. */
  readonly version: string;
  /** The address of an array in shared memory, which stays where it is. */
  addressOf(numbers: ArrayBufferView): number;
  init(): void;
  finalize(): void;
  abort(status: number): void;
  rank(into: number): void;
  size(into: number): void;
  /** One byte as the unit of all counts and displacements, which are addresses of R integers. */
  ialltoallv(
    from: number,
    counts: number,
    at: number,
    to: number,
    toCounts: number,
    toAt: number,
    request: number,
  ): void;
  iallgatherv(from: number, count: number, to: number, counts: number, at: number, request: number): void;
  /** As `iallgatherv`; the own part is already in its place. */
  iallgathervInPlace(to: number, counts: number, at: number, request: number): void;
  ibcast(bytes: number, count: number, root: number, request: number): void;
  ibarrier(request: number): void;
  isend(bytes: number, count: number, to: number, tag: number, request: number): void;
  /** Receives a message that has arrived. */
  receive(bytes: number, count: number, from: number, tag: number): void;
  /** Whether a message has arrived: writes 1 or 0. */
  iprobe(from: number, tag: number, flag: number): void;
  /** Whether a request is complete: writes 1 or 0. */
  test(request: number, flag: number): void;
}

/**
 * Loads an MPI library; nothing is initialised.
 * @throws if the file can't be loaded, or is not an MPI
 */
export function loadMpi(file: string, koffi: Koffi = loadKoffi()): MpiLibrary {
  checkLibraryFile(file, fs, process);
  const library = koffi.load(file);
  const version = versionOf(library, koffi);
  const abi = abiOf(library, koffi);
  const { handle: H, world, byte, ignoreStatus, inPlace } = abi;
  const call = (name: string, types: string) =>
    library.func(`int MPI_${name}(${types})`) as unknown as (...values: number[]) => number;
  const [P, I] = ['uintptr_t', 'int'];
  const list = (...types: string[]) => types.map((type, i) => `${type} a${i}`).join(', ');
  const init = call('Init_thread', list(P, P, I, P));
  const alltoall = call('Ialltoallv', list(P, P, P, H, P, P, P, H, H, P));
  const allgather = call('Iallgatherv', list('intptr_t', I, H, P, P, P, H, H, P));
  const bcast = call('Ibcast', list(P, I, H, I, H, P));
  const barrier = call('Ibarrier', list(H, P));
  const send = call('Isend', list(P, I, H, I, I, H, P));
  const receive = call('Recv', list(P, I, H, I, I, H, P));
  const probe = call('Iprobe', list(I, I, H, P, P));
  const test = call('Test', list(P, P, P));
  const [rank, size] = [call('Comm_rank', list(H, P)), call('Comm_size', list(H, P))];
  const [abort, finalize] = [call('Abort', list(H, I)), call('Finalize', '')];
  const scratch = new Int32Array(new SharedArrayBuffer(8));
  const addressOf = (numbers: ArrayBufferView) =>
    Number(koffi.address(new Uint8Array(numbers.buffer))) + numbers.byteOffset;
  return {
    file,
    abi,
    version,
    addressOf,
    // All calls come from the thread that initialises, and 0 is the least that every implementation gives.
    init: () => void init(0, 0, 0, addressOf(scratch)),
    finalize: () => void finalize(),
    abort: (status) => void abort(world, status),
    rank: (into) => void rank(world, into),
    size: (into) => void size(world, into),
    ialltoallv: (from, counts, at, to, toCounts, toAt, request) =>
      void alltoall(from, counts, at, byte, to, toCounts, toAt, byte, world, request),
    iallgatherv: (from, count, to, counts, at, request) =>
      void allgather(from, count, byte, to, counts, at, byte, world, request),
    iallgathervInPlace: (to, counts, at, request) =>
      void allgather(inPlace, 0, byte, to, counts, at, byte, world, request),
    ibcast: (bytes, count, root, request) => void bcast(bytes, count, byte, root, world, request),
    ibarrier: (request) => void barrier(world, request),
    isend: (bytes, count, to, tag, request) => void send(bytes, count, byte, to, tag, world, request),
    receive: (bytes, count, from, tag) => void receive(bytes, count, byte, from, tag, world, ignoreStatus),
    iprobe: (from, tag, flag) => void probe(from, tag, world, flag, ignoreStatus),
    test: (request, flag) => void test(request, flag, ignoreStatus),
  };
}

function versionOf(library: LibraryHandle, koffi: Koffi): string {
  const version = library.func('int MPI_Get_library_version(uintptr_t text, uintptr_t length)');
  const [text, length] = [
    new Uint8Array(new SharedArrayBuffer(8192)),
    new Int32Array(new SharedArrayBuffer(4)),
  ];
  version(Number(koffi.address(text)), Number(koffi.address(length)));
  const whole = new TextDecoder().decode(text.slice(0, length[0]));
  return whole.split(/\n|, /)[0].replace(/\s+/g, ' ').replace('\0', '').trim();
}

/** Open MPI has variables for its handles; MPI_Abi_get_version gives −1 where the interface is not the standard one. */
function abiOf(library: LibraryHandle, koffi: Koffi): Abi {
  const has = (find: () => unknown) => {
    try {
      return find();
    } catch {
      return null;
    }
  };
  const addressOf = (name: string) => Number(koffi.address(library.symbol(name, 'void')));
  if (has(() => library.symbol('ompi_mpi_comm_world', 'void')) !== null) return openMpi(addressOf);
  const abiVersion = has(() => library.func('int MPI_Abi_get_version(uintptr_t major, uintptr_t minor)'));
  if (abiVersion === null) return mpich;
  const found = new Int32Array(new SharedArrayBuffer(8));
  const at = Number(koffi.address(found));
  (abiVersion as (major: number, minor: number) => number)(at, at + 4);
  return found[0] >= 1 ? standard : mpich;
}
