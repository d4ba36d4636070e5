import type { Socket } from 'node:net';
import type { ApiError } from '../../api-error.ts';
import { type Exchange, GRACE_MS } from './exchange.ts';
import { serialized } from './wire-error.ts';

/** Idle timeout: a new connection that has sent nothing for this long may be evicted for another one. */
const SILENCE_MS = 1000;

/** Maximum requests that wait for their answers: a client that sends more reads no answers, and they would pile up. */
const MOST_REQUESTS = 64;

/** A client's connection: its active requests, and what of it can't be parsed. */
export class Connection {
  readonly #socket: Socket;
  /** Since when no request is active, or since it was accepted. */
  #since: number = performance.now();
  /** Requests without an answer; a client may send several before the first is answered. */
  #requests = 0;
  /** The first of these. */
  #exchange: Exchange | null = null;
  #answered = false;
  #broken: ApiError | null = null;
  readonly #refused: (status: number, seconds: number) => void;

  /** @param refused called for an answer that belongs to no request */
  constructor(socket: Socket, refused: (status: number, seconds: number) => void) {
    this.#socket = socket;
    this.#refused = refused;
  }

  /** Whether no request is active or expected. */
  get isIdle(): boolean {
    const isKnown = this.#answered || performance.now() - this.#since > SILENCE_MS;
    return this.#requests === 0 && isKnown;
  }

  /** The headers of a request were read. @returns whether it is taken; else the connection is closed */
  receive(): boolean {
    this.#requests++;
    if (this.#requests <= MOST_REQUESTS) return true;
    this.close();
    return false;
  }

  /** The request is being answered. */
  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#settle();
  }

  /** The request is answered. */
  end(): void {
    this.#requests--;
    this.#answered = true;
    this.#exchange = null;
    this.#since = performance.now();
    this.#settle();
  }

  /**
   * The input can't be parsed: sends the error after the answers to earlier requests, and closes. First error
   * only.
   */
  break(error: ApiError): void {
    this.#broken ??= error;
    this.#settle();
  }

  /** The client sent CONNECT: Node has detached the socket, so that an active answer would stall. */
  refuseTunnel(error: ApiError): void {
    if (this.#requests > 0) this.close();
    else this.break(error);
  }

  close(): void {
    this.#socket.destroy();
  }

  #settle(): void {
    if (!this.#broken) return;
    if (this.#requests === 0) this.#refuse(this.#broken);
    else if (this.#exchange && !this.#exchange.request.complete) this.#exchange.interrupt(this.#broken);
  }

  /** Closing with unread input would discard the answer too, so the rest is read and dropped for a while. */
  #refuse(error: ApiError): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    this.#refused(error.status, (performance.now() - this.#since) / 1000);
    socket.end(serialized(error));
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), GRACE_MS);
    socket.once('close', () => clearTimeout(timer));
  }
}
