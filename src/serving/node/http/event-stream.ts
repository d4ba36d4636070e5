import type { ServerResponse } from 'node:http';
import type { ApiError } from '../../api-error.ts';

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each a JSON object. */
export class EventStream {
  readonly #response: ServerResponse;
  /** What all choices of the stream wait for while the client catches up. */
  #drained: Promise<void> | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Otherwise proxies such as nginx hold events back until there are many.
      'x-accel-buffering': 'no',
    });
  }

  /** → a promise where the client reads more slowly than we write, settled when it has caught up or is gone. */
  send(data: object): undefined | Promise<void> {
    return this.#write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** The last event, which clients of OpenAI's API wait for. */
  end(): void {
    this.#response.end('data: [DONE]\n\n');
  }

  /** Ends a stream that failed: its status is sent already. */
  fail(error: ApiError): void {
    this.#response.end(`data: ${JSON.stringify(error)}\n\n`);
  }

  #write(event: string): undefined | Promise<void> {
    const response = this.#response;
    // A stream that failed has ended while other choices of it continued.
    if (response.writableEnded || response.write(event) || response.destroyed) return undefined;
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
}
