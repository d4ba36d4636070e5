import type { Broadcast, Calls, EngineError } from './calls.ts';

/** The arguments of a call, and its result. */
type Argument<Name extends keyof Calls> = Parameters<Calls[Name]>;
type Result<Name extends keyof Calls> = ReturnType<Calls[Name]>;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: CallError) => void;
}

/** Why an engine ended: an error of its own, a file that could not be loaded, or the browser ended it. */
export type EngineEnd =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'unloadable' | 'ended' };

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
  readonly #onEnd: (end: EngineEnd) => void;
  #end: EngineEnd | null = null;
  #next = 0;

  /** @param onEnd called when the engine fails as a whole: the page must start another one */
  constructor(worker: Worker, onEnd: (end: EngineEnd) => void) {
    this.#worker = worker;
    this.#onEnd = onEnd;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onmessageerror = () => this.end({ kind: 'error', message: 'a message that could not be read' });
    // A file that can't be loaded gives an event without a message.
    worker.onerror = ({ message }) => this.end(message ? { kind: 'error', message } : { kind: 'unloadable' });
  }

  /** Ends the engine when a lock is free that its worker holds: nothing else tells that a browser has ended a worker. */
  watch(lock: string): void {
    void navigator.locks?.request(lock, () => this.end({ kind: 'ended' }));
  }

  /** Ends the engine: the calls that are under way fail, and so do later ones. */
  end(end: EngineEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(stopped(end));
    this.#waiting.clear();
    this.#onEnd(end);
  }

  /** Calls the engine. Throws CallError. */
  call<Name extends keyof Calls>(name: Name, ...[argument]: Argument<Name>): Promise<Result<Name>> {
    return this.#send(name, argument);
  }

  /** Calls the engine; when the signal is aborted, the engine stops the work. Throws CallError. */
  async callUntil<Name extends keyof Calls>(
    signal: AbortSignal,
    name: Name,
    ...[argument]: Argument<Name>
  ): Promise<Result<Name>> {
    signal.throwIfAborted();
    const id = this.#next;
    const cancel = () => this.#worker.postMessage({ id, isCancelled: true });
    signal.addEventListener('abort', cancel);
    try {
      return await this.#send(name, argument);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Adds a listener for what the engine tells without being asked. */
  listen(listener: (broadcast: Broadcast) => void): void {
    this.#listeners.add(listener);
  }

  #send<Name extends keyof Calls>(name: Name, argument: Argument<Name>[0]): Promise<Result<Name>> {
    if (this.#end) return Promise.reject(stopped(this.#end));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, argument });
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

function stopped(end: EngineEnd): CallError {
  const reason = end.kind === 'error' ? `: ${end.message}` : '';
  return new CallError({
    code: 'thread-failed',
    message: `the engine has stopped${reason}. Start it again.`,
  });
}
