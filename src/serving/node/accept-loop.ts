import { setImmediate } from 'node:timers/promises';

/** Maximum turns of the event loop in one pause, however many connections come in. */
const MOST_TURNS = 256;

/**
 * The pause between two steps of a model, in which sockets are read and written. A turn of the event loop accepts only
 * one connection (libuv since 1.45), so that of many that come at once each would wait for as many steps as there are
 * others before it; so the pause lasts until a turn accepts none.
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
