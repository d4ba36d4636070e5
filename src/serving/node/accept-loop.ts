import { setImmediate } from 'node:timers/promises';

/** So many turns at most let connections in, whoever goes on knocking. */
const MOST_TURNS = 256;

/**
 * The pause between two steps of a model, in which sockets are read and written. A turn of the event loop accepts
 * one connection and no more (libuv since 1.45), so that of many who come at once each would wait for as many steps
 * as there are others before it; so turns go on until nobody more comes in.
 */
export class AcceptLoop {
  #entered = 0;

  /** A connection was accepted. */
  enter(): void {
    this.#entered++;
  }

  async pause(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < MOST_TURNS && this.#entered !== before; turn++) {
      before = this.#entered;
      await setImmediate();
    }
  }
}
