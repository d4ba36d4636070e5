import type { ServerResponse } from 'node:http';
import type { ApiError } from '../../api-error.ts';
import { chunksOf, isLong, jsonPieces } from '../../json/json-pieces.ts';
import { CHUNK, ResponseWriter } from './response-writer.ts';

/** Interval of the comments in a stream that waits, in milliseconds: shorter than the idle timeouts of clients and proxies. */
export const WAITING_MS = 5000;

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each a JSON object. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #writer: ResponseWriter;
  /** Settles when a long event is written; other events wait for it. */
  #long: Promise<void> | null = null;
  #failed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#writer = new ResponseWriter(response);
    response.once('close', () => clearInterval(this.#timer));
  }

  /** Whether the status has been sent. */
  get isOpen(): boolean {
    return this.#response.headersSent;
  }

  /**
   * Sends comments at intervals until the stream starts. The status is sent with the first one, so that a request that is rejected
   * earlier has the status of its error.
   */
  wait(): void {
    this.#timer = setInterval(() => {
      this.#open();
      void this.#writer.write(': waiting\n\n');
    }, WAITING_MS);
  }

  /** Sends the status: events may follow. */
  start(): void {
    clearInterval(this.#timer);
    this.#open();
  }

  /** Sends an event. @returns a promise when the client reads too slowly, settled when it has caught up or disconnected */
  send(data: object): undefined | Promise<void> {
    if (this.#failed) return undefined;
    if (this.#long) return this.#long.then(() => this.send(data));
    if (!isLong(data)) return this.#writer.write(`data: ${JSON.stringify(data)}\n\n`);
    this.#long = this.#sendLong(data);
    return this.#long;
  }

  /** Sends the last event, which OpenAI clients expect. */
  end(): void {
    this.#response.end('data: [DONE]\n\n');
  }

  /** Ends a failed stream with an error event, since the status has already been sent. */
  fail(error: ApiError): void {
    this.#failed = true;
    clearInterval(this.#timer);
    const end = () => void this.#response.end(`data: ${JSON.stringify(error)}\n\n`);
    if (this.#long) void this.#long.then(end);
    else end();
  }

  #open(): void {
    if (this.isOpen) return;
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Stops proxies such as nginx from buffering events.
      'x-accel-buffering': 'no',
    });
  }

  async #sendLong(data: object): Promise<void> {
    function* pieces() {
      yield 'data: ';
      yield* jsonPieces(data);
      yield '\n\n';
    }
    try {
      await this.#writer.writeChunks(chunksOf(pieces(), CHUNK));
    } finally {
      this.#long = null;
    }
  }
}
