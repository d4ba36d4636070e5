import { UnrolledError } from '../../errors.ts';
import type { Memory } from '../../tensor/arena.ts';

const PAGE = 65536;
/** In pages. The first is 4 GiB, all that a 32-bit pointer reaches; the others are for systems that reserve less. */
const MAXIMA = [65536, 32768, 16384, 8192, 4096, 2048];

/** A WebAssembly memory; shared, so that several threads compute in it, or this thread's own. */
export class WasmMemory implements Memory {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;

  /**
   * @param bytes how many it may reserve; default: all that it can use
   * @throws UnrolledError when the system reserves no address space at all
   */
  constructor(shared: boolean, bytes: number = Number.POSITIVE_INFINITY) {
    [this.memory, this.#maximum] = reserve(shared, bytes);
  }

  /** Why it can't grow to what others can, in words; null when it can. */
  get obstacle(): string | null {
    if (this.#maximum === MAXIMA[0]) return null;
    return `memory up to ${sizeOf(this.#maximum)}: the system reserves no more for this process`;
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
        `wasm: the model needs ${needed}; this WebAssembly memory holds up to ${sizeOf(this.#maximum)} and the ` +
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
      // An engine may have reserved the first page alone, and tell only now.
      memory.grow(1);
      return [memory, maximum];
    } catch {}
  }
  throw new UnrolledError(
    'memory',
    'wasm: the system reserves no address space for a WebAssembly memory; Node needs 10 GB of it, most of it never used. ' +
      'Raise the limit (ulimit -v), or start node with --disable-wasm-trap-handler, which needs less.',
  );
}

function sizeOf(pages: number): string {
  const mebibytes = Math.ceil((pages * PAGE) / 2 ** 20);
  return mebibytes < 1024 ? `${mebibytes} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
