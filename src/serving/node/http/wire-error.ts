import { STATUS_CODES } from 'node:http';
import { ApiError } from '../../api-error.ts';
import { REQUEST_ID } from './request-id.ts';

/** Timeouts for the headers of a request, and for the whole request. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 30_000;

/** After such an error, the start of the next request is unknown. */
const close = { headers: { connection: 'close' } };

/** The response to a request that Node could not parse; null when the connection broke. */
export function wireError({ code = '' }: NodeJS.ErrnoException): ApiError | null {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError(
      431,
      'headers_too_large',
      'The headers are longer than 16 KB. Send fewer or shorter ones.',
      close,
    );
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new ApiError(413, 'body_too_large', 'The chunk extensions are too long. Send none.', close);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const [headers, all] = [HEADERS_MS / 1000, REQUEST_MS / 1000];
    const message = `The request timed out. Send the headers within ${headers} seconds, and everything within ${all}.`;
    return new ApiError(408, 'request_timeout', message, close);
  }
  if (!code.startsWith('HPE_')) return null;
  return new ApiError(400, 'invalid_http', `Malformed HTTP/1.1 request (${code}).`, close);
}

/** The most header lines of a request. Browsers and proxies send fewer than 100. */
const MAX_HEADERS = 200;

/** The response to a request with too many header lines; undefined for others. */
export function tooManyHeaders(lines: number): ApiError | undefined {
  if (lines <= MAX_HEADERS) return undefined;
  const message = `The request has ${lines} header lines; the limit is ${MAX_HEADERS}. Send fewer.`;
  return new ApiError(431, 'headers_too_large', message, close);
}

/** The response to an `Expect` other than `100-continue`. */
export function unexpected(expect: string): ApiError {
  const message = `expect is ${JSON.stringify(expect.slice(0, 80))}; this server supports only 100-continue. Leave it out.`;
  return new ApiError(417, 'unknown_expectation', message, close);
}

/** The response to a transfer coding other than `chunked` (RFC 9112, 6); undefined if there is none. */
export function unknownCoding(given: string | undefined): ApiError | undefined {
  if (given === undefined) return undefined;
  const codings = given.split(',').map((coding) => coding.trim().toLowerCase());
  if (codings.join() === 'chunked') return undefined;
  const message =
    `transfer-encoding is ${JSON.stringify(given.slice(0, 80))}; this server supports only chunked. ` +
    'Send compressed bodies with Content-Encoding.';
  // Without a final chunk, the end of the request is unknown.
  if (codings.at(-1) !== 'chunked') return new ApiError(400, 'invalid_http', message, close);
  return new ApiError(501, 'unknown_transfer_coding', message, close);
}

/** The response to CONNECT. */
export function noProxy(): ApiError {
  return new ApiError(405, 'method_not_allowed', 'This server is not a proxy. Use GET or POST.', {
    headers: { ...close.headers, allow: 'GET, POST' },
  });
}

/** An error as a raw HTTP response, for a connection without a request. */
export function serialized(error: ApiError, id: string): string {
  const body = JSON.stringify(error);
  const length = { 'content-length': Buffer.byteLength(body) };
  const headers = { [REQUEST_ID]: id, 'content-type': 'application/json', ...length };
  const lines = Object.entries({ ...headers, ...error.details.headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', body].join('\r\n');
}
