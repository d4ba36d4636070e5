import { UnrolledError } from '../../errors.ts';
import type { Memory } from '../../tensor/arena.ts';

const PAGE = 65536;
/** In pages; the first is 4 GiB, all that a 32-bit pointer reaches. A system that reserves no more gives less. */
const MAXIMA = [65536, 32768, 16384, 8192, 4096];

/** A WebAssembly memory; shared, so that several threads compute in it, or this thread's own. */
export class WasmMemory implements Memory {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;

  /** @throws UnrolledError when the system reserves no address space at all */
  constructor(shared: boolean) {
    [this.memory, this.#maximum] = reserve(shared);
  }

  /** Why it can't grow to what others can, in words; null when it can. */
  get obstacle(): string | null {
    if (this.#maximum === MAXIMA[0]) return null;
    return `memory up to ${gibibytes(this.#maximum)}: the system reserves no more address space`;
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
      const needed = gibibytes(Math.ceil(bytes / PAGE));
      throw new UnrolledError(
        'memory',
        `wasm: the model needs ${needed}; this WebAssembly memory holds up to ${gibibytes(this.#maximum)} and the ` +
          'machine may give less. Use a smaller vocabulary, hidden size, batch or time.',
      );
    }
  }
}

function reserve(shared: boolean): [WebAssembly.Memory, maximum: number] {
  for (const maximum of MAXIMA) {
    try {
      return [new WebAssembly.Memory({ initial: 1, maximum, shared }), maximum];
    } catch {}
  }
  throw new UnrolledError(
    'memory',
    'wasm: the system reserves no address space for a WebAssembly memory; Node needs about 10 GB of it, used or not. ' +
      'Raise the limit (ulimit -v), or start node with --disable-wasm-trap-handler.',
  );
}

function gibibytes(pages: number): string {
  return `${Number(((pages * PAGE) / 2 ** 30).toFixed(2))} GiB`;
}
