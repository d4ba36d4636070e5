import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { pipeline } from 'node:stream';
import { ApiError } from '../api-error.ts';
import { AccessCheck } from './http/access-check.ts';
import { parseTarget } from './http/request-target.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/** Isolated, so that the page may use threads, and without sources elsewhere. */
const HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** A file on disk, or its contents. */
export type StaticFile = { readonly path: string } | { readonly text: string };

/** Serves named files of a page to this machine: nothing else can be requested, whatever the path. */
export class StaticServer {
  readonly #files: ReadonlyMap<string, StaticFile>;
  readonly #host: string;
  readonly #accessCheck: AccessCheck;
  readonly #http: HttpServer;

  /** @param files the files by the path of their address, such as `/index.html`, which also answers `/` */
  constructor(host: string, files: ReadonlyMap<string, StaticFile>) {
    this.#files = files;
    this.#host = host;
    this.#accessCheck = new AccessCheck({ host, keys: [], allowedHosts: [] });
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts listening. @param port 0 for any free port @returns the port. Throws the system's error. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen({ port, host: this.#host }, () => resolve());
    });
    return (this.#http.address() as AddressInfo).port;
  }

  /** Stops, and cuts off what is being sent. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      this.#accessCheck.checkHost(request);
      await this.#send(request, response);
    } catch (error) {
      const { status, message } = error instanceof ApiError ? error : unreadable(error);
      response.writeHead(status, { 'content-type': TYPES['.txt'] }).end(`${message}\n`);
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      throw new ApiError(
        405,
        'method_not_allowed',
        `The method is ${method}; only GET and HEAD are answered.`,
      );
    }
    const target = parseTarget(url).path;
    const path = target === '/' ? '/index.html' : target;
    const file = this.#files.get(path);
    if (!file) throw new ApiError(404, 'not_found', 'There is no such file here.');
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    if ('text' in file) {
      response.end(method === 'HEAD' ? undefined : file.text);
      return;
    }
    response.setHeader('content-length', (await stat(file.path)).size);
    if (method === 'HEAD') response.end();
    else pipeline(createReadStream(file.path), response, () => {});
  }
}

/** A file that was there when the server started. */
function unreadable(error: unknown): { readonly status: number; readonly message: string } {
  return { status: 500, message: `The file can't be read: ${(error as Error).message}.` };
}
