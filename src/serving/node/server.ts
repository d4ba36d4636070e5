import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { ApiError } from '../api-error.ts';
import { stopping } from '../scheduling/admission.ts';
import type { Service } from '../service.ts';
import { AcceptFailures } from './accept-failures.ts';
import type { AcceptLoop } from './accept-loop.ts';
import { Connections } from './connections/connections.ts';
import { probeHalfClosed } from './connections/half-closed.ts';
import { PipelinedRequests } from './connections/pipelined-requests.ts';
import { AccessCheck } from './http/access-check.ts';
import { Cors } from './http/cors.ts';
import { Exchange } from './http/exchange.ts';
import { REQUEST_ID } from './http/request-id.ts';
import {
  HEADERS_MS,
  noProxy,
  REQUEST_MS,
  tooManyHeaders,
  unexpected,
  unknownCoding,
  wireError,
} from './http/wire-error.ts';
import type { Route, RouteSettings } from './route.ts';
import { routeOf } from './routes.ts';

/** Interval of the check for timed-out requests, in milliseconds. */
const CHECK_MS = 1000;
/**
 * Connections in addition to those of active and waiting requests, for /health and 429 responses. When half of them are in
 * use, a new connection evicts an idle one.
 */
const SPARE_CONNECTIONS = 256;

/** How much is buffered per connection before writing waits for the client, in bytes. Newer versions of Node have 65,536. */
const HIGH_WATER_MARK = 16_384;

/** Default keep-alive timeout, in seconds: longer than the 60 s of common proxies, which reuse connections. */
export const KEEP_ALIVE_SECONDS = 75;

/** How long `drain` waits for the client of a request whose body is incomplete, in milliseconds. */
const DRAIN_MS = 500;

/** Share of the memory of all requests for pipelined ones that wait behind an unanswered request. */
const PIPELINED_SHARE = 1 / 8;

/** Status in metrics for a request whose client disconnected early, as in nginx. */
const CLIENT_CLOSED = 499;

/** Options of `Server`. */
export interface ServerOptions {
  /** The address to bind; `127.0.0.1` accepts connections from this machine only. */
  readonly host: string;
  /** Accepted API keys; when empty, no key is needed. */
  readonly keys: readonly string[];
  /** Origins whose pages may read responses, such as `https://example.org`; `*` allows all. */
  readonly corsOrigins: readonly string[];
  /** Host names that are accepted while bound to a loopback address, for a reverse proxy. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Maximum number of connections. Default: those of active and waiting requests, and 256 more. */
  readonly maxConnections?: number;
  /** Keep-alive timeout of idle connections, in seconds. Default 75. */
  readonly keepAliveSeconds?: number;
  /** The version of the package, for /version. */
  readonly version: string;
  /** Whether fields that are unknown or not supported are ignored, and named in a header. Default false. */
  readonly lenient?: boolean;
  /** Counts accepted connections. */
  readonly acceptLoop: AcceptLoop;
  /** Receives each error that was answered with status 500, and the id of its request. */
  readonly report: (error: unknown, requestId: string) => void;
  /** Receives a sentence when connections can't be accepted, once per reason. */
  readonly warn: (message: string) => void;
}

/** The HTTP server of a service. */
export class Server {
  readonly #service: Service;
  readonly #http: HttpServer;
  readonly #connections: Connections;
  readonly #cors: Cors;
  readonly #report: ServerOptions['report'];
  readonly #failures: AcceptFailures;
  readonly #host: string;
  readonly #accessCheck: AccessCheck;
  readonly #settings: RouteSettings;
  /** Unanswered requests that have their turn on their connection. */
  readonly #active: Set<Exchange> = new Set();
  readonly #pipelined: PipelinedRequests;
  #onIdle: () => void = () => {};

  constructor(service: Service, options: ServerOptions) {
    const { host, keys, corsOrigins, acceptLoop, report } = options;
    const { keepAliveSeconds = KEEP_ALIVE_SECONDS, allowedHosts = [], version, lenient = false } = options;
    this.#settings = { version, lenient };
    this.#service = service;
    this.#cors = new Cors(corsOrigins);
    this.#report = report;
    this.#host = host;
    this.#accessCheck = new AccessCheck({ keys, host, allowedHosts });
    const { limits, metrics } = service;
    this.#failures = new AcceptFailures(metrics, options.warn);
    const busy = limits.streams + limits.queue;
    const most = Math.min(busy + SPARE_CONNECTIONS, options.maxConnections ?? Number.POSITIVE_INFINITY);
    this.#connections = new Connections({
      most: Math.max(most - SPARE_CONNECTIONS / 2, Math.ceil(most / 2)),
      refused: (status, seconds) => metrics.count('none', status, seconds),
    });
    this.#pipelined = new PipelinedRequests(PIPELINED_SHARE * limits.memoryBytes);
    this.#http = createServer({
      requestTimeout: REQUEST_MS,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: 1000 * keepAliveSeconds,
      highWaterMark: HIGH_WATER_MARK,
      requireHostHeader: false, // the access check has an error for it
    });
    // Missing in Node's types: a client that closes its side after a request still gets the response.
    Object.assign(this.#http, { httpAllowHalfOpen: true });
    this.#http.maxHeadersCount = 0; // Node would drop the rest; `tooManyHeaders` refuses them
    this.#http.maxConnections = most;
    this.#listen(acceptLoop);
  }

  /** Starts listening. @param port 0 for any free port @returns the port. Throws the system's error. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      // Queues larger bursts of connections than the default of 511.
      this.#http.listen({ port, host: this.#host, backlog: 4096 }, () => resolve());
    });
    this.#http.removeAllListeners('error').on('error', (error) => this.#failures.fail(error));
    return (this.#http.address() as AddressInfo).port;
  }

  /** Stops accepting requests; resolves when all accepted requests are answered. */
  async drain(): Promise<void> {
    this.#service.admission.close();
    // Not http's close(), which cuts off unsent responses and stops the request timeout.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(this.#http, () => resolve());
    });
    for (const exchange of this.#active) {
      if (!exchange.request.complete) exchange.interrupt(stopping(), DRAIN_MS);
    }
    if (!this.#isIdle) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  get #isIdle(): boolean {
    return this.#active.size === 0 && this.#pipelined.count === 0;
  }

  #listen(acceptLoop: AcceptLoop): void {
    this.#http.on('connection', (socket: Socket) => {
      acceptLoop.enter();
      this.#connections.add(socket);
      socket.once('close', () => {
        this.#pipelined.forget(socket);
        if (this.#isIdle) this.#onIdle();
      });
    });
    this.#http.on('drop', () => {
      this.#failures.drop(this.#http.maxConnections);
      this.#connections.evictIdle(); // for the next connection
    });
    this.#http.on('request', (request, response) => {
      this.#receive(request, response, refusalOf(request));
    });
    this.#http.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      this.#receive(request, response, unexpected(request.headers.expect ?? ''));
    });
    this.#http.on('connect', ({ socket }) => this.#connections.of(socket)?.refuseTunnel(noProxy()));
    this.#http.on('clientError', (error, socket: Socket) => {
      const answer = wireError(error);
      if (answer) this.#connections.of(socket)?.break(answer);
      else socket.destroy(error);
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse, refusal?: ApiError): void {
    if (this.#connections.of(request.socket)?.receive() === false) return;
    const answer = () => void this.#answer(request, response, refusal);
    if (response.socket) {
      answer();
      return;
    }
    // A pipelined request has no socket until the one before it is answered, and can't detect a disconnect.
    if (tooManyHeaders(request.rawHeaders.length / 2)) request.socket.destroy();
    this.#pipelined.add(request);
    response.once('socket', () =>
      queueMicrotask(() => {
        answer();
        this.#pipelined.start(request);
      }),
    );
  }

  async #answer(request: IncomingMessage, response: ServerResponse, refusal?: ApiError): Promise<void> {
    const began = performance.now();
    const exchange = new Exchange(request, response, this.#service.limits);
    this.#active.add(exchange);
    response.setHeader(REQUEST_ID, exchange.id);
    response.setHeader('vary', 'accept-encoding');
    this.#connections.of(request.socket)?.begin(exchange);
    probeHalfClosed(request, response);
    let route: Route | undefined;
    response.once('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const status = exchange.answered ? response.statusCode : CLIENT_CLOSED;
      this.#service.metrics.count(route?.path ?? 'none', status, seconds);
      this.#connections.end(request.socket);
      this.#active.delete(exchange);
      if (this.#isIdle) this.#onIdle();
    });
    try {
      if (refusal) throw refusal;
      if (!this.#service.admission.isOpen) response.setHeader('connection', 'close');
      this.#accessCheck.checkHost(request);
      this.#cors.mark(request, response);
      if (this.#cors.answer(request, response)) return;
      route = routeOf(request.method ?? '', exchange.path);
      if (!route.open) exchange.keyDigest = this.#accessCheck.checkKey(request);
      await route.run(exchange, this.#service, this.#settings);
    } catch (error) {
      const fault = exchange.fail(error);
      if (fault !== undefined) this.#report(fault, exchange.id);
    }
  }
}

/** Why a request can't be answered, by its headers; undefined if it can. */
function refusalOf(request: IncomingMessage): ApiError | undefined {
  // Not by request.headers, which Node makes from the lines when it is first read.
  return tooManyHeaders(request.rawHeaders.length / 2) ?? unknownCoding(request.headers['transfer-encoding']);
}
