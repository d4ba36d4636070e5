import type { ServerResponse } from 'node:http';
import type { ApiError } from '../../api-error.ts';

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each a JSON object. */
export class EventStream {
  readonly #response: ServerResponse;
  /** Settles when the client has caught up; all choices of the stream wait for it. */
  #drained: Promise<void> | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Stops proxies such as nginx from buffering events.
      'x-accel-buffering': 'no',
    });
  }

  /** Sends an event. @returns a promise when the client reads too slowly, settled when it has caught up or disconnected */
  send(data: object): undefined | Promise<void> {
    return this.#write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends the last event, which OpenAI clients expect. */
  end(): void {
    this.#response.end('data: [DONE]\n\n');
  }

  /** Ends a failed stream with an error event, since the status has already been sent. */
  fail(error: ApiError): void {
    this.#response.end(`data: ${JSON.stringify(error)}\n\n`);
  }

  #write(event: string): undefined | Promise<void> {
    const response = this.#response;
    // A failed stream has ended, but other choices may still send.
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
