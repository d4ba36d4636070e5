import type { Memory } from './arena.ts';

/** Memory that grows by doubling, for backends that run in plain JavaScript. */
export class PlainMemory implements Memory {
  buffer: ArrayBuffer = new ArrayBuffer(1 << 16);

  ensure(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    const grown = new ArrayBuffer(Math.max(bytes, 2 * this.buffer.byteLength));
    new Uint8Array(grown).set(new Uint8Array(this.buffer));
    this.buffer = grown;
  }
}
