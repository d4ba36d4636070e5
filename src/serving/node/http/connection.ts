import type { Socket } from 'node:net';
import type { ApiError } from '../../api-error.ts';
import { type Exchange, GRACE_MS } from './exchange.ts';
import { written } from './wire-error.ts';

/** So long is waited for the first word of a connection, where others want its place. */
const PATIENCE_MS = 1000;

/** So many requests may come before the first is answered: whoever sends more reads no answers, and they would pile up. */
const MOST_REQUESTS = 64;

/** A client's connection: what of it is under way, and what of it can't be read. */
export class Connection {
  readonly #socket: Socket;
  /** Since when nothing is under way, or since it is there. */
  #since: number = performance.now();
  /** Requests that are not answered yet; a client may send them before the answers to those in front. */
  #requests = 0;
  /** The first of these. */
  #exchange: Exchange | null = null;
  #answered = false;
  #broken: ApiError | null = null;
  readonly #refused: (status: number, seconds: number) => void;

  /** @param refused told of an answer that belongs to no request */
  constructor(socket: Socket, refused: (status: number, seconds: number) => void) {
    this.#socket = socket;
    this.#refused = refused;
  }

  /** Whether nothing is under way, nor about to be as far as one can know. */
  get isIdle(): boolean {
    const isKnown = this.#answered || performance.now() - this.#since > PATIENCE_MS;
    return this.#requests === 0 && isKnown;
  }

  /** The headers of a request were read. @returns whether it has a turn; else the connection is cut */
  receive(): boolean {
    this.#requests++;
    if (this.#requests <= MOST_REQUESTS) return true;
    this.close();
    return false;
  }

  /** The request has its turn. */
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

  /** What came can't be read: says so when what was read before is answered, and closes. Only the first error counts. */
  break(error: ApiError): void {
    this.#broken ??= error;
    this.#settle();
  }

  /** Asked to be no connection of HTTP any more: Node has let go of it, so that an answer under way would stall. */
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

  /** To close on what is unread would take the words along, so the rest is read and thrown away for a while. */
  #refuse(error: ApiError): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    this.#refused(error.status, (performance.now() - this.#since) / 1000);
    socket.end(written(error));
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), GRACE_MS);
    socket.once('close', () => clearTimeout(timer));
  }
}
