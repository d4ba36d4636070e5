import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnrolledError } from '../../../errors.ts';
import { ApiError, badRequest } from '../api-error.ts';
import type { Body } from '../fields.ts';
import type { Limits } from '../limits.ts';
import { readBody } from './body.ts';
import { EventStream } from './event-stream.ts';

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without what stands behind a `?`. */
  readonly path: string;
  readonly #limits: Limits;
  readonly #controller: AbortController = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #stream: EventStream | null = null;

  constructor(request: IncomingMessage, response: ServerResponse, limits: Limits) {
    this.request = request;
    this.response = response;
    this.path = (request.url ?? '').split('?')[0];
    this.#limits = limits;
    // Each text of a request listens; Node warns of more than ten.
    setMaxListeners(0, this.signal);
    this.#timer = setTimeout(() => this.#controller.abort(tooSlow(limits)), 1000 * limits.seconds);
    response.on('close', () => {
      clearTimeout(this.#timer);
      this.#controller.abort(new ClientGone());
    });
  }

  /** Aborted when the client is gone, the time is over, or all is said. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The request's JSON object. */
  json(): Promise<Body> {
    return readBody(this.request, this.#limits.bodyBytes);
  }

  send(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): void {
    const isText = typeof body === 'string';
    const bytes = Buffer.from(isText ? body : JSON.stringify(body));
    this.response.writeHead(status, {
      'content-type': isText ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json',
      'content-length': bytes.length,
      ...headers,
    });
    this.response.end(bytes);
  }

  /** The answer becomes a stream of events. */
  stream(): EventStream {
    this.#stream = new EventStream(this.response);
    return this.#stream;
  }

  /** Tells the client what went wrong. @returns the error where it is no mistake of a client's */
  fail(error: unknown): unknown {
    if (error instanceof ClientGone || this.response.destroyed) return undefined;
    const told = toApiError(error);
    if (this.#stream) this.#stream.fail(told);
    else this.send(told.status, told, told.details.headers);
    // A client that reads nothing would else keep what it is owed for ever.
    if (told.code === 'timeout') setTimeout(() => this.response.destroy(), 1000).unref();
    return told.status === 500 ? error : undefined;
  }
}

/** Nobody is there any more to be told anything. */
class ClientGone extends Error {}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnrolledError) return badRequest(error.message);
  return new ApiError(500, 'internal_error', 'The server made a mistake; its operator finds it in the log.');
}

function tooSlow({ seconds }: Limits): ApiError {
  return new ApiError(
    503,
    'timeout',
    `The request took longer than ${seconds} seconds; ask for less at once.`,
  );
}
