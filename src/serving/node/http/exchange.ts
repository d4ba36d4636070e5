import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, toApiError } from '../../api-error.ts';
import type { Body } from '../../fields.ts';
import type { Limits } from '../../limits.ts';
import { readBody } from './body.ts';
import { EventStream } from './event-stream.ts';
import { parseTarget } from './request-target.ts';

/** How long a client may take to read its last answer. */
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
    this.path = parseTarget(request.url ?? '').path;
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

  /** Aborted when the client is gone, the time is over, or the request is answered. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the whole answer was handed to the system; whether the client reads it is unknown. */
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
    // The rest of a slow body is not awaited.
    if (!this.request.complete && !this.response.headersSent) this.response.setHeader('connection', 'close');
    this.#controller.abort(reason);
    // Otherwise a client that reads nothing would keep its answer here for ever.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.response.destroy(), GRACE_MS);
  }

  /** Answers with an error. @returns what was thrown where it is the server's fault */
  fail(error: unknown): unknown {
    if (error instanceof ClientGone || this.response.destroyed) return undefined;
    const answer = toApiError(error);
    if (this.#stream) this.#stream.fail(answer);
    else this.send(answer.status, answer, answer.details.headers);
    return answer.status === 500 ? error : undefined;
  }

  #keepsConnection(): boolean {
    return this.response.shouldKeepAlive && this.response.getHeader('connection') !== 'close';
  }

  /**
   * Sends the last answer on a connection whose client may still send. Closing it with unread input would discard the
   * answer too (RFC 9112, 9.6), so the rest is read and dropped until the client or the time is at its end.
   */
  #linger(bytes: Buffer): void {
    this.response.flushHeaders(); // where HEAD asks, write sends nothing
    this.response.write(bytes, (error) => {
      this.#answered = !error;
      this.request.socket.end();
    });
    this.request.once('end', () => this.request.socket.destroySoon()).resume();
  }
}

/** The client has closed the connection. */
class ClientGone extends Error {}

function tooSlow({ seconds }: Limits): ApiError {
  return new ApiError(
    503,
    'timeout',
    `The request took longer than ${seconds} seconds. Ask for less at once.`,
  );
}
