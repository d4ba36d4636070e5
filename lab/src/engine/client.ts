import type { Broadcast, Calls, EngineError } from './calls.ts';

/** The arguments of a call, and its result. */
type Argument<Name extends keyof Calls> = Parameters<Calls[Name]>;
type Result<Name extends keyof Calls> = ReturnType<Calls[Name]>;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: CallError) => void;
}

/** The error of a call: a message for people, with the code of the library's error. */
export class CallError extends Error {
  readonly code: string;

  constructor({ code, message }: EngineError) {
    super(message);
    this.code = code;
  }
}

/** The engine in its worker, as the page calls it. */
export class Engine {
  readonly #worker: Worker;
  readonly #waiting: Map<number, Waiting> = new Map();
  readonly #listeners: Set<(broadcast: Broadcast) => void> = new Set();
  #next = 0;

  /** @param onDeath called when the worker fails as a whole: the page must start another one */
  constructor(worker: Worker, onDeath: (message: string) => void) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values())
        reject(new CallError({ code: 'thread-failed', message }));
      this.#waiting.clear();
      onDeath(message);
    };
  }

  /** Calls the engine. Throws CallError. */
  call<Name extends keyof Calls>(name: Name, ...[argument]: Argument<Name>): Promise<Result<Name>> {
    return this.#send(name, argument, null);
  }

  /** Calls the engine; when the signal is aborted, the engine stops the work. Throws CallError. */
  callUntil<Name extends keyof Calls>(
    signal: AbortSignal,
    name: Name,
    ...[argument]: Argument<Name>
  ): Promise<Result<Name>> {
    return this.#send(name, argument, signal);
  }

  /** Adds a listener for what the engine tells without being asked. */
  listen(listener: (broadcast: Broadcast) => void): void {
    this.#listeners.add(listener);
  }

  #send<Name extends keyof Calls>(
    name: Name,
    argument: Argument<Name>[0],
    signal: AbortSignal | null,
  ): Promise<Result<Name>> {
    const id = this.#next++;
    signal?.addEventListener('abort', () => this.#worker.postMessage({ id, isCancelled: true }), {
      once: true,
    });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const transfer =
        argument instanceof Object && 'bytes' in argument ? [argument.bytes as ArrayBuffer] : [];
      this.#worker.postMessage({ id, name, argument }, transfer);
    });
  }

  #receive(message: { id?: number; result?: never; error?: EngineError; broadcast?: Broadcast }): void {
    if (message.broadcast) {
      for (const listener of this.#listeners) listener(message.broadcast);
      return;
    }
    const waiting = this.#waiting.get(message.id as number);
    this.#waiting.delete(message.id as number);
    if (message.error) waiting?.reject(new CallError(message.error));
    else waiting?.resolve(message.result as never);
  }
}
