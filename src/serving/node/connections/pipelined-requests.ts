import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Approximate bytes of a request and its unsent response, without headers and body. */
const REQUEST_BYTES = 4096;
/** Approximate bytes of a header name or value, without its characters. */
const HEADER_BYTES = 64;

/** Requests that wait until an earlier one of their connection is answered (pipelining), with their estimated memory. */
export class PipelinedRequests {
  readonly #most: number;
  /** Estimated bytes of each waiting request, by connection. */
  readonly #waiting: Map<Socket, Map<IncomingMessage, number>> = new Map();
  #bytes = 0;

  /** @param most estimated bytes above which connections are closed */
  constructor(most: number) {
    this.#most = most;
  }

  /** Number of waiting requests. */
  get count(): number {
    return [...this.#waiting.values()].reduce((count, { size }) => count + size, 0);
  }

  /** Adds a request. If the requests then use too much memory, the connections that use most are closed. */
  add(request: IncomingMessage): void {
    const { socket } = request;
    if (socket.destroyed) {
      release(request);
      return;
    }
    const bytes = bytesOf(request);
    const own = this.#waiting.get(socket) ?? new Map<IncomingMessage, number>();
    this.#waiting.set(socket, own.set(request, bytes));
    this.#bytes += bytes;
    while (this.#bytes > this.#most) this.#closeLargest();
  }

  /** A waiting request has its turn. */
  start(request: IncomingMessage): void {
    const own = this.#waiting.get(request.socket);
    this.#bytes -= own?.get(request) ?? 0;
    own?.delete(request);
    if (own?.size === 0) this.#waiting.delete(request.socket);
  }

  /** Forgets the requests of a closed connection. */
  forget(socket: Socket): void {
    const own = this.#waiting.get(socket);
    this.#bytes -= sum(own);
    this.#waiting.delete(socket);
    for (const request of own?.keys() ?? []) release(request);
  }

  #closeLargest(): void {
    let [largest, most] = [null as Socket | null, -1];
    for (const [socket, own] of this.#waiting) {
      const bytes = sum(own);
      if (bytes > most) [largest, most] = [socket, bytes];
    }
    if (!largest) return;
    this.forget(largest);
    largest.destroy();
  }
}

function bytesOf({ rawHeaders, headers, readableHighWaterMark }: IncomingMessage): number {
  const lines = rawHeaders.reduce((bytes, text) => bytes + HEADER_BYTES + text.length, 0);
  // The rest of a longer body stays with the system until the request is read.
  const isChunked = headers['transfer-encoding'] !== undefined;
  const body = isChunked ? readableHighWaterMark : Number(headers['content-length'] ?? 0);
  return REQUEST_BYTES + lines + Math.min(body, readableHighWaterMark);
}

/** Node keeps the unanswered requests of a connection as long as anything holds the first one. */
function release(request: IncomingMessage): void {
  request.rawHeaders.length = 0;
}

function sum(own: ReadonlyMap<IncomingMessage, number> = new Map()): number {
  let bytes = 0;
  for (const one of own.values()) bytes += one;
  return bytes;
}
