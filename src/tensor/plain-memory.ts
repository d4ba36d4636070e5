import { UnrolledError } from '../errors.ts';
import type { Memory } from './arena.ts';

/** A JavaScript buffer that grows by doubling, for backends without WebAssembly. */
export class PlainMemory implements Memory {
  buffer: ArrayBuffer = new ArrayBuffer(1 << 16);

  ensure(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    const grown = bufferOf(Math.max(bytes, 2 * this.buffer.byteLength)) ?? bufferOf(bytes);
    if (grown === null) {
      throw new UnrolledError(
        'memory',
        `Memory: the model needs ${(bytes / 2 ** 30).toFixed(1)} GiB; this machine has less. ` +
          'Use a smaller vocabulary, hidden size, batch size or time.',
      );
    }
    new Uint8Array(grown).set(new Uint8Array(this.buffer));
    this.buffer = grown;
  }
}

/** Null if the engine or the machine can't allocate that much. */
function bufferOf(bytes: number): ArrayBuffer | null {
  try {
    // The limit of typed arrays may be below that of buffers.
    return new Uint8Array(bytes).buffer;
  } catch {
    return null;
  }
}
