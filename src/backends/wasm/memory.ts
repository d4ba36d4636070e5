import { UnrolledError } from '../../errors.ts';
import type { Memory } from '../../tensor/arena.ts';

const PAGE = 65536;
/** Maximum sizes in pages: 4 GiB, the limit of 32-bit pointers, and smaller ones for systems that reserve less. */
const MAXIMA = [65536, 32768, 16384, 8192, 4096, 2048];

/** A WebAssembly memory, shared between threads or for one thread. */
export class WasmMemory implements Memory {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;

  /**
   * @param bytes the maximum reservation; default: no limit
   * @throws {UnrolledError} code `memory` if the system reserves no address space
   */
  constructor(shared: boolean, bytes: number = Number.POSITIVE_INFINITY) {
    [this.memory, this.#maximum] = reserve(shared, bytes);
  }

  /** Why it can't grow to 4 GiB, in words; null if it can. */
  get obstacle(): string | null {
    if (this.#maximum === MAXIMA[0]) return null;
    return `at most ${sizeOf(this.#maximum)} of memory: the system reserves no more for this process`;
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  ensure(bytes: number): void {
    const missing = Math.ceil((bytes - this.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch {
      const needed = sizeOf(Math.ceil(bytes / PAGE));
      throw new UnrolledError(
        'memory',
        `wasm: the model needs ${needed}; this WebAssembly memory holds at most ${sizeOf(this.#maximum)} and the ` +
          'machine may give less. Use a smaller vocabulary, hidden size, batch or time.',
      );
    }
  }
}

function reserve(shared: boolean, bytes: number): [WebAssembly.Memory, maximum: number] {
  for (const maximum of MAXIMA) {
    if (maximum * PAGE > bytes) continue;
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum, shared });
      // An engine may reserve only the first page at first, and fail here.
      memory.grow(1);
      return [memory, maximum];
    } catch {}
  }
  throw new UnrolledError(
    'memory',
    'wasm: the system reserves no address space for a WebAssembly memory; Node needs 10 GB, most of it unused. ' +
      'Raise the limit (ulimit -v), or start node with --disable-wasm-trap-handler, which needs less.',
  );
}

function sizeOf(pages: number): string {
  const mebibytes = Math.ceil((pages * PAGE) / 2 ** 20);
  return mebibytes < 1024 ? `${mebibytes} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
