type Threads = typeof import('node:worker_threads');
type Port = InstanceType<Threads['MessagePort']>;

/**
 * Detects the end of a worker from a thread that blocks and therefore receives no events. The worker holds one port of a
 * channel, which closes when the worker ends for any reason; posting a closed port then throws.
 */
export class Lifeline {
  /** The port that the worker holds. */
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
    // A port closes when it receives the close message of the other end.
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
