import type { Socket } from 'node:net';
import { Connection } from './connection.ts';

export interface ConnectionsOptions {
  /** Number of connections above which a new one evicts an idle one. */
  readonly most: number;
  /** Called for an error response without a request. */
  readonly refused: (status: number, seconds: number) => void;
}

/** All open connections. */
export class Connections {
  readonly #options: ConnectionsOptions;
  /** Ordered by when they became idle. */
  readonly #all: Map<Socket, Connection> = new Map();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Adds an accepted connection. */
  add(socket: Socket): void {
    this.evictIdle();
    this.#all.set(socket, new Connection(socket, this.#options.refused));
    socket.once('close', () => this.#all.delete(socket));
    // Node removes its own listener for CONNECT; an unhandled error would end the process.
    socket.on('error', () => {});
  }

  /** The connection of a socket; undefined once it is closed. */
  of(socket: Socket): Connection | undefined {
    return this.#all.get(socket);
  }

  /** A response on this connection is complete. */
  end(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (!connection) return;
    this.#all.delete(socket);
    this.#all.set(socket, connection);
    connection.end();
  }

  /** Closes connections that have been idle longest, as long as there are too many. */
  evictIdle(): void {
    for (const [socket, connection] of this.#all) {
      if (this.#all.size < this.#options.most) return;
      if (!connection.isIdle) continue;
      this.#all.delete(socket);
      connection.close();
    }
  }
}
