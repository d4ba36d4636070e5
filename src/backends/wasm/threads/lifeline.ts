type Threads = typeof import('node:worker_threads');
type Port = InstanceType<Threads['MessagePort']>;

/**
 * Detects a worker's end from a thread that blocks and so receives no events. The worker holds the other end
 * of a channel, which closes with it, however it ends; and a closed port can't be sent anywhere.
 */
export class Lifeline {
  /** For the worker to hold. */
  readonly far: Port;
  readonly #receive: Threads['receiveMessageOnPort'];
  readonly #loop: { readonly out: Port; readonly back: Port };
  #near: Port;

  constructor({ MessageChannel, receiveMessageOnPort }: Threads) {
    const [line, loop] = [new MessageChannel(), new MessageChannel()];
    this.far = line.port2;
    this.#receive = receiveMessageOnPort;
    this.#loop = { out: loop.port1, back: loop.port2 };
    this.#near = line.port1;
  }

  /** Whether the worker has ended. */
  isCut(): boolean {
    // A port closes when it takes up the news that the other end has.
    this.#receive(this.#near);
    try {
      this.#loop.out.postMessage(this.#near, [this.#near]);
    } catch (error) {
      return (error as Error).name === 'DataCloneError';
    }
    this.#near = this.#receive(this.#loop.back)?.message;
    return false;
  }

  close(): void {
    this.#near.close();
    this.#loop.out.close();
  }
}
