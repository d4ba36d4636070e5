import type { Writable } from 'node:stream';
import { nextTurn } from '../../../yield-timer.ts';

/** Length of the chunks of a long response, in characters: a client that does not read holds about one of them in memory. */
export const CHUNK = 16_384;
/** Chunks written in one turn of the event loop, so that a long response does not delay the others. */
const CHUNKS_PER_TURN = 4;

/** Writes to a response, or to what compresses it, no faster than the client reads. */
export class ResponseWriter {
  readonly #response: Writable;
  /** Settles when the client has caught up. */
  #drained: Promise<void> | null = null;

  constructor(response: Writable) {
    this.#response = response;
  }

  /** Writes a text. @returns a promise when the client reads too slowly, settled when it has caught up or disconnected */
  write(text: string): undefined | Promise<void> {
    const response = this.#response;
    if (this.#isClosed || response.write(text) || response.destroyed) return undefined;
    this.#drained ??= new Promise((resolve) => {
      const settle = () => {
        response.off('drain', settle);
        response.off('close', settle);
        this.#drained = null;
        resolve();
      };
      response.on('drain', settle);
      response.on('close', settle);
    });
    return this.#drained;
  }

  /** Writes chunks, which are created as the client reads. Ends when the client disconnects. */
  async writeChunks(chunks: Iterable<string>): Promise<void> {
    let count = 0;
    for (const chunk of chunks) {
      await this.write(chunk);
      if (this.#isClosed) return;
      if (++count % CHUNKS_PER_TURN === 0) await nextTurn();
    }
  }

  /** Whether what is written is discarded. */
  get #isClosed(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }
}
