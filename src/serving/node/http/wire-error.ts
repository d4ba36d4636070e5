import { STATUS_CODES } from 'node:http';
import { ApiError } from '../../api-error.ts';

/** So long may a client take to send its headers, and all of its request. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 30_000;

/** Behind such an answer nobody could tell where the next request begins. */
const close = { headers: { connection: 'close' } };

/** What Node found wrong with what came over a connection, as its client is told; null where nobody is there any more. */
export function wireError({ code = '' }: NodeJS.ErrnoException): ApiError | null {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError(431, 'headers_too_large', 'The headers are longer than 16 KB; send less.', close);
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new ApiError(413, 'body_too_large', 'The extensions of a chunk are too long; send none.', close);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const [headers, all] = [HEADERS_MS / 1000, REQUEST_MS / 1000];
    const message = `The request is too slow; its headers must come within ${headers} seconds, all of it within ${all}.`;
    return new ApiError(408, 'request_timeout', message, close);
  }
  if (!code.startsWith('HPE_')) return null; // the connection itself broke
  return new ApiError(400, 'invalid_http', `What came is no request of HTTP/1.1 (${code}).`, close);
}

/** That of an `Expect` which asks for something else than `100-continue`. */
export function unexpected(expect: string): ApiError {
  const message = `expect is ${JSON.stringify(expect.slice(0, 80))}; this server knows 100-continue. Leave it out.`;
  return new ApiError(417, 'unknown_expectation', message, close);
}

/** That of CONNECT. */
export function noProxy(): ApiError {
  return new ApiError(405, 'method_not_allowed', 'This server is no proxy; it takes GET and POST.', {
    headers: { ...close.headers, allow: 'GET, POST' },
  });
}

/** The answer as it goes over a connection on which there is no request to respond to. */
export function written(error: ApiError): string {
  const body = JSON.stringify(error);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries({ ...headers, ...error.details.headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', body].join('\r\n');
}
