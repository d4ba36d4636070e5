import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, toApiError } from '../../api-error.ts';
import type { Body } from '../../fields.ts';
import { chunksOf, jsonPieces } from '../../json/json-pieces.ts';
import type { Limits } from '../../limits.ts';
import type { Admission } from '../../scheduling/admission.ts';
import { readBody } from './body.ts';
import { EventStream } from './event-stream.ts';
import { requestIdOf } from './request-id.ts';
import { parseTarget } from './request-target.ts';
import { codedBytes, codedOutput, type ResponseCoding, responseCoding } from './response-coding.ts';
import { CHUNK, ResponseWriter } from './response-writer.ts';

/** How long a client may take to read the last response before its connection is closed. */
export const GRACE_MS = 1000;

/** One request and its response. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path without the query and a slash at its end. */
  readonly path: string;
  /** Its `x-request-id`. */
  readonly id: string;
  /** The parameters of the query. */
  readonly query: URLSearchParams;
  /** A digest of the request's API key; null without keys. */
  keyDigest: string | null = null;
  readonly #limits: Limits;
  readonly #controller: AbortController = new AbortController();
  #timer: NodeJS.Timeout;
  #stream: EventStream | null = null;
  #answered = false;
  #closed = false;

  constructor(request: IncomingMessage, response: ServerResponse, limits: Limits) {
    this.request = request;
    this.response = response;
    this.id = requestIdOf(request);
    const { path, query } = parseTarget(request.url ?? '');
    this.path = path;
    this.query = new URLSearchParams(query);
    this.#limits = limits;
    this.#timer = setTimeout(() => this.interrupt(timedOut(limits)), 1000 * limits.seconds);
    response.on('finish', () => {
      // Node emits `finish` also for a response that it discards with its connection.
      this.#answered = !this.request.socket.destroyed;
    });
    response.on('close', () => {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#controller.abort(clientDisconnected);
    });
  }

  /** Aborted when the client disconnects, on timeout, or when the response is complete. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the complete response was handed to the operating system. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Reads the JSON object in the body. */
  async json(admission: Admission): Promise<Body> {
    const reading = admission.read(this.client, (error) => this.#controller.abort(error));
    try {
      return await readBody(this.request, this.#limits.bodyBytes, this.signal, (bytes) =>
        reading.grow(bytes),
      );
    } finally {
      reading.end();
    }
  }

  /** Whose request it is: the digest of the API key or, without keys, the client's address. */
  get client(): string {
    return this.keyDigest ?? this.request.socket.remoteAddress ?? '';
  }

  /** Keeps slots until the response is complete, because unread output is still in memory. */
  hold(release: () => void): void {
    if (this.#closed) release();
    else this.response.once('close', release);
  }

  /** Sends a response. @returns a promise that settles when it is written, or when the client has disconnected */
  async send(
    status: number,
    body: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const isText = typeof body === 'string';
    const type = isText ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json';
    for (const [name, value] of Object.entries({ 'content-type': type, ...headers })) {
      this.response.setHeader(name, value);
    }
    const chunks = chunksOf(isText ? [body] : jsonPieces(body), CHUNK);
    const [first, second] = [chunks.next().value ?? '', chunks.next()];
    const coding = responseCoding(this.request);
    if (!second.done) await this.#sendChunks(status, coding, [first, second.value], chunks);
    else this.#sendBytes(status, await codedBytes(this.response, coding, Buffer.from(first)));
  }

  /** Answers with a stream of events, which waits for its start. */
  stream(): EventStream {
    this.#stream = new EventStream(this.response);
    this.#stream.wait();
    return this.#stream;
  }

  /** Aborts the request with an error. @param graceMs how long the client may take to read the response */
  interrupt(reason: ApiError, graceMs: number = GRACE_MS): void {
    // Don't wait for the rest of a slow body.
    if (!this.request.complete && !this.response.headersSent) this.response.setHeader('connection', 'close');
    this.#controller.abort(reason);
    // Closes the connection of a client that doesn't read.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.response.destroy(), graceMs);
  }

  /** Sends an error response. @returns the thrown value if it is a server error */
  fail(error: unknown): unknown {
    if (error === clientDisconnected || this.response.destroyed) return undefined;
    const answer = toApiError(error);
    if (this.#stream?.isOpen) this.#stream.fail(answer);
    else void this.send(answer.status, answer, answer.details.headers);
    return answer.status === 500 ? error : undefined;
  }

  #sendBytes(status: number, bytes: Buffer): void {
    this.response.setHeader('content-length', bytes.length);
    this.response.writeHead(status);
    if (this.request.complete || this.#keepsConnection()) this.response.end(bytes);
    else this.#linger(bytes);
  }

  /** Sends a response without creating all of it at once: its length is unknown. */
  async #sendChunks(
    status: number,
    coding: ResponseCoding | null,
    ...chunks: readonly Iterable<string>[]
  ): Promise<void> {
    const output = codedOutput(this.response, coding);
    const writer = new ResponseWriter(output);
    this.response.writeHead(status);
    for (const some of chunks) await writer.writeChunks(some);
    output.end();
  }

  #keepsConnection(): boolean {
    return this.response.shouldKeepAlive && this.response.getHeader('connection') !== 'close';
  }

  /**
   * Sends the last response on a connection whose client may still be sending. Closing with unread input would discard the
   * response (RFC 9112, 9.6), so input is read and discarded until the client closes or the timeout expires.
   */
  #linger(bytes: Buffer): void {
    this.response.flushHeaders(); // for HEAD, write sends nothing
    this.response.write(bytes, (error) => {
      this.#answered = !error;
      this.request.socket.end();
    });
    this.request.once('end', () => this.request.socket.destroySoon()).resume();
  }
}

/** One for all connections, because the stack of an error would hold the connection as long as someone holds the error. */
const clientDisconnected: Error = new Error('The client closed the connection.');

function timedOut({ seconds }: Limits): ApiError {
  return new ApiError(
    503,
    'timeout',
    `The request exceeded the timeout of ${seconds} seconds. Send a smaller request.`,
  );
}
