import { UnrolledError } from '../../errors.ts';
import type { Memory } from '../../tensor/arena.ts';

const PAGE = 65536;
/** 4 GiB: all that a 32-bit pointer reaches. */
const MAXIMUM_PAGES = 65536;

/** A WebAssembly memory; shared, so that several threads compute in it, or this thread's own. */
export class WasmMemory implements Memory {
  readonly memory: WebAssembly.Memory;

  constructor(shared: boolean) {
    this.memory = shared
      ? new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared })
      : new WebAssembly.Memory({ initial: 1 });
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
      const gigabytes = (bytes / 2 ** 30).toFixed(1);
      throw new UnrolledError(
        'memory',
        `wasm: the model needs ${gigabytes} GiB; a WebAssembly memory holds up to 4 GiB and this machine gave less. ` +
          'Use a smaller vocabulary, hidden size, batch or time.',
      );
    }
  }
}
