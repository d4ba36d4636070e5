import { setImmediate } from 'node:timers/promises';

/** Maximum turns of the event loop in one pause. */
const MAX_TURNS = 256;

/**
 * The pause between two steps of a model, in which sockets are read and written. A turn of the event loop accepts only
 * one connection (libuv since 1.45), so in a burst each connection would wait for one step per connection before it.
 * Therefore the pause lasts until a turn accepts no connection.
 */
export class AcceptLoop {
  #entered = 0;

  /** Records an accepted connection. */
  enter(): void {
    this.#entered++;
  }

  /** Yields to the event loop until no more connections are accepted. */
  async pause(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < MAX_TURNS && this.#entered !== before; turn++) {
      before = this.#entered;
      await setImmediate();
    }
  }
}
