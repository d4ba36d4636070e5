import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, toApiError } from '../../api-error.ts';
import type { Body } from '../../fields.ts';
import type { Limits } from '../../limits.ts';
import { readBody } from './body.ts';
import { EventStream } from './event-stream.ts';

/** So long may a client take to read that its time is over. */
export const GRACE_MS = 1000;

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without what stands behind a `?`. */
  readonly path: string;
  readonly #limits: Limits;
  readonly #controller: AbortController = new AbortController();
  #timer: NodeJS.Timeout;
  #stream: EventStream | null = null;
  #answered = false;
  #over = false;

  constructor(request: IncomingMessage, response: ServerResponse, limits: Limits) {
    this.request = request;
    this.response = response;
    this.path = (request.url ?? '').split('?')[0];
    this.#limits = limits;
    this.#timer = setTimeout(() => this.interrupt(tooSlow(limits)), 1000 * limits.seconds);
    response.on('finish', () => {
      // Node says so too of an answer that it throws away with its connection.
      this.#answered = !this.request.socket.destroyed;
    });
    response.on('close', () => {
      this.#over = true;
      clearTimeout(this.#timer);
      this.#controller.abort(new ClientGone());
    });
  }

  /** Aborted when the client is gone, the time is over, something went wrong, or all is said. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the whole answer has left for the client; what it then leaves unread in its socket, nobody hears of. */
  get answered(): boolean {
    return this.#answered;
  }

  /** The request's JSON object. */
  json(): Promise<Body> {
    return readBody(this.request, this.#limits.bodyBytes, this.signal);
  }

  /** Keeps slots until the answer is over, because what of it the client has not read is still here. */
  hold(release: () => void): void {
    if (this.#over) release();
    else this.response.once('close', release);
  }

  send(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): void {
    const isText = typeof body === 'string';
    const bytes = Buffer.from(isText ? body : JSON.stringify(body));
    const type = isText ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json';
    const all = { 'content-type': type, 'content-length': bytes.length, ...headers };
    for (const [name, value] of Object.entries(all)) this.response.setHeader(name, value);
    this.response.writeHead(status);
    if (this.request.complete || this.#keepsConnection()) this.response.end(bytes);
    else this.#linger(bytes);
  }

  /** The answer becomes a stream of events. */
  stream(): EventStream {
    this.#stream = new EventStream(this.response);
    return this.#stream;
  }

  /** Ends with an error what is not answered yet. */
  interrupt(reason: ApiError): void {
    // What is left of a slow body is not waited for.
    if (!this.request.complete && !this.response.headersSent) this.response.setHeader('connection', 'close');
    this.#controller.abort(reason);
    // A client that reads nothing would else keep for ever what it is owed.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.response.destroy(), GRACE_MS);
  }

  /** Tells the client what went wrong. @returns the error where it is no mistake of a client's */
  fail(error: unknown): unknown {
    if (error instanceof ClientGone || this.response.destroyed) return undefined;
    this.#controller.abort(error); // other texts of the request end with it
    const told = toApiError(error);
    if (this.#stream) this.#stream.fail(told);
    else this.send(told.status, told, told.details.headers);
    return told.status === 500 ? error : undefined;
  }

  #keepsConnection(): boolean {
    return this.response.shouldKeepAlive && this.response.getHeader('connection') !== 'close';
  }

  /**
   * Says the last words on a connection whose client may still send. To close it on what is unread would take the
   * words along (RFC 9112, 9.6), so the rest is read and thrown away until the client or the time is at its end.
   */
  #linger(words: Buffer): void {
    this.response.flushHeaders(); // where HEAD asks, write sends nothing
    this.response.write(words, (error) => {
      this.#answered = !error;
      this.request.socket.end();
    });
    this.request.once('end', () => this.request.socket.destroySoon()).resume();
  }
}

/** Nobody is there any more to be told anything. */
class ClientGone extends Error {}

function tooSlow({ seconds }: Limits): ApiError {
  return new ApiError(
    503,
    'timeout',
    `The request took longer than ${seconds} seconds; ask for less at once.`,
  );
}
