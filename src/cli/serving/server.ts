import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Doorway } from './doorway.ts';
import { Cors } from './http/cors.ts';
import { Exchange } from './http/exchange.ts';
import { Gate } from './http/gate.ts';
import { type Route, routeOf } from './routes/routes.ts';
import type { Service } from './service.ts';

/** So long may a client take to send its headers, and all of its request. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Connections beside those whose requests write or wait: for /health, and to be told of a full queue. */
const SPARE_CONNECTIONS = 256;

/** What a request counts as whose client left before the end; the number is nginx's. */
const GONE = 499;

export interface ServerOptions {
  /** The address that it listens to; its own machine alone is `127.0.0.1`. */
  readonly host: string;
  readonly keys: readonly string[];
  /** Pages of these origins may read the answers. */
  readonly origins: readonly string[];
  /** Told of each connection. */
  readonly doorway: Doorway;
  /** Told of what was a mistake of ours. */
  readonly report: (error: unknown) => void;
}

/** HTTP around a service. */
export class Server {
  readonly #service: Service;
  readonly #http: HttpServer;
  readonly #cors: Cors;
  readonly #report: (error: unknown) => void;
  readonly #host: string;
  readonly #gate: Gate;
  #underWay = 0;
  #onQuiet: () => void = () => {};

  constructor(service: Service, { host, keys, origins, doorway, report }: ServerOptions) {
    this.#service = service;
    this.#cors = new Cors(origins);
    this.#report = report;
    this.#host = host;
    this.#gate = new Gate({ keys, host });
    this.#http = createServer(
      { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS },
      (request, response) => {
        if (response.socket) void this.#answer(request, response);
        // Sent before the one in front was answered: it has no socket yet, and would not hear of its end.
        else response.once('socket', () => queueMicrotask(() => void this.#answer(request, response)));
      },
    );
    const { streams, queue } = service.limits;
    this.#http.maxConnections = streams + queue + SPARE_CONNECTIONS;
    this.#http.on('connection', () => doorway.enter());
  }

  /** @returns the port, which the system chooses where it is 0. Throws what the system says. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      // A burst of connections longer than the system's usual 511 waits instead of being refused.
      this.#http.listen({ port, host: this.#host, backlog: 4096 }, () => resolve());
    });
    return (this.#http.address() as AddressInfo).port;
  }

  /** Takes no new requests; settled when all that were taken are answered. */
  async drain(): Promise<void> {
    this.#service.admission.close();
    // Not close() of http: it cuts off what is written but has not left yet, and stops the clock of half a request.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(this.#http, () => resolve());
    });
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const exchange = new Exchange(request, response, this.#service.limits);
    this.#underWay++;
    let route: Route | undefined;
    response.once('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const status = exchange.answered ? response.statusCode : GONE;
      this.#service.metrics.count(route?.path ?? 'none', status, seconds);
      if (--this.#underWay === 0) this.#onQuiet();
    });
    try {
      if (!this.#service.admission.isOpen) response.setHeader('connection', 'close');
      this.#gate.checkHost(request);
      this.#cors.mark(request, response);
      if (this.#cors.answer(request, response)) return;
      route = routeOf(request.method ?? '', exchange.path);
      if (!route.open) this.#gate.checkKey(request);
      await route.run(exchange, this.#service);
    } catch (error) {
      const ours = exchange.fail(error);
      if (ours !== undefined) this.#report(ours);
    }
  }
}
