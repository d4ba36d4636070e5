import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** As strict as a page can be: WebAssembly needs the one exception. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; base-uri 'none'";

/** What lets a page share memory between threads. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface ServeOptions {
  readonly isolated: boolean;
  /** The content security policy. Default: as strict as can be. */
  readonly policy?: string;
  /** Whether pages of other origins may read the files. */
  readonly cors?: boolean;
}

/** Serves a folder, and beside it `extra` files by their path, on 127.0.0.1 under a strict policy. */
export async function serve(
  folder: string,
  extra: ReadonlyMap<string, Uint8Array>,
  { isolated, policy = POLICY, cors = false }: ServeOptions,
): Promise<{ server: Server; origin: string }> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path === '/' ? '/index.html' : path;
    const body = extra.get(file) ?? (await readFile(join(folder, file)).catch(() => null));
    response.writeHead(body === null ? 404 : 200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      ...(isolated && ISOLATED),
      ...(cors && { 'access-control-allow-origin': '*' }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
