import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ApiError } from '../../api-error.ts';
import { type Exchange, GRACE_MS } from '../http/exchange.ts';
import { serialized } from '../http/wire-error.ts';

/** Idle timeout: a new connection that has sent nothing for this long may be evicted for another one. */
const SILENCE_MS = 1000;

/** Maximum pipelined requests: a client that sends more is not reading its responses. */
const MAX_REQUESTS = 64;

/** A client connection, with its active requests and parse error. */
export class Connection {
  readonly #socket: Socket;
  /** When it became idle or was accepted. */
  #since: number = performance.now();
  /** Number of unanswered requests; HTTP allows several (pipelining). */
  #requests = 0;
  /** The first unanswered request. */
  #exchange: Exchange | null = null;
  #answered = false;
  #broken: ApiError | null = null;
  readonly #refused: (status: number, seconds: number) => void;

  /** @param refused called for an error response without a request */
  constructor(socket: Socket, refused: (status: number, seconds: number) => void) {
    this.#socket = socket;
    this.#refused = refused;
  }

  /** Whether the connection is idle and may be evicted. */
  get isIdle(): boolean {
    const isKnown = this.#answered || performance.now() - this.#since > SILENCE_MS;
    return this.#requests === 0 && isKnown;
  }

  /** Counts a new request. @returns false when there are too many and the connection was closed */
  receive(): boolean {
    this.#requests++;
    if (this.#requests <= MAX_REQUESTS) return true;
    this.close();
    return false;
  }

  /** The response to the request is starting. */
  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#settle();
  }

  /** The response is complete. */
  end(): void {
    this.#requests--;
    this.#answered = true;
    this.#exchange = null;
    this.#since = performance.now();
    this.#settle();
  }

  /**
   * Handles a parse error: sends it after the responses to earlier requests and closes. Later errors are ignored.
   */
  break(error: ApiError): void {
    this.#broken ??= error;
    this.#settle();
  }

  /** Handles CONNECT. Node has detached the socket, so an active response would stall. */
  refuseTunnel(error: ApiError): void {
    if (this.#requests > 0) this.close();
    else this.break(error);
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #settle(): void {
    if (!this.#broken) return;
    if (this.#requests === 0) this.#refuse(this.#broken);
    else if (this.#exchange && !this.#exchange.request.complete) this.#exchange.interrupt(this.#broken);
  }

  /** Sends an error. Closing with unread input would discard it, so input is read and discarded for a while. */
  #refuse(error: ApiError): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    this.#refused(error.status, (performance.now() - this.#since) / 1000);
    socket.end(serialized(error, randomUUID()));
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), GRACE_MS);
    socket.once('close', () => clearTimeout(timer));
  }
}
