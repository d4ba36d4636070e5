import type { Socket } from 'node:net';
import { Connection } from './connection.ts';

export interface ConnectionsOptions {
  /** With this many, a new connection evicts an idle one. */
  readonly most: number;
  /** Called for an answer that belongs to no request. */
  readonly refused: (status: number, seconds: number) => void;
}

/** All connections that are open. */
export class Connections {
  readonly #options: ConnectionsOptions;
  /** In the order in which they became idle, as far as they are. */
  readonly #all: Map<Socket, Connection> = new Map();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** A connection was accepted. */
  add(socket: Socket): void {
    if (this.#all.size >= this.#options.most) this.#closeIdle();
    this.#all.set(socket, new Connection(socket, this.#options.refused));
    socket.once('close', () => this.#all.delete(socket));
    // Where Node removes its own listener, as it does for CONNECT, an error would end the process.
    socket.on('error', () => {});
  }

  /** undefined once it is closed. */
  of(socket: Socket): Connection | undefined {
    return this.#all.get(socket);
  }

  /** A request of this connection is answered. */
  end(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (!connection) return;
    this.#all.delete(socket);
    this.#all.set(socket, connection);
    connection.end();
  }

  #closeIdle(): void {
    for (const [socket, connection] of this.#all) {
      if (!connection.isIdle) continue;
      this.#all.delete(socket);
      connection.close();
      return;
    }
  }
}
