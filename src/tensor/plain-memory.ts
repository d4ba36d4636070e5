import { UnrolledError } from '../errors.ts';
import type { Memory } from './arena.ts';

/** Memory that grows by doubling, for backends that run in plain JavaScript. */
export class PlainMemory implements Memory {
  buffer: ArrayBuffer = new ArrayBuffer(1 << 16);

  ensure(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    const grown = bufferOf(Math.max(bytes, 2 * this.buffer.byteLength)) ?? bufferOf(bytes);
    if (grown === null) {
      throw new UnrolledError(
        'memory',
        `Memory: the model needs ${(bytes / 2 ** 30).toFixed(1)} GiB; this machine gave less. ` +
          'Use a smaller vocabulary, hidden size, batch or time.',
      );
    }
    new Uint8Array(grown).set(new Uint8Array(this.buffer));
    this.buffer = grown;
  }
}

/** Null where the engine or the machine has no such buffer. */
function bufferOf(bytes: number): ArrayBuffer | null {
  try {
    // An engine's typed arrays may be shorter than its buffers.
    return new Uint8Array(bytes).buffer;
  } catch {
    return null;
  }
}
