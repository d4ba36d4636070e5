import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../../src/serving/api-error.ts';
import { serialized, wireError } from '../../../../src/serving/node/http/wire-error.ts';

const error = (code: string) => Object.assign(new Error('Parse Error'), { code });

describe('a parse error of Node', () => {
  test.each([
    ['HPE_INVALID_METHOD', 400, 'invalid_http'],
    ['HPE_HEADER_OVERFLOW', 431, 'headers_too_large'],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413, 'body_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request_timeout'],
  ])('is answered with its status, and the connection is closed: %s', (code, status, own) => {
    expect(wireError(error(code))).toMatchObject({
      ...{ status, code: own },
      details: { headers: { connection: 'close' } },
    });
  });

  test('is ignored if the connection is broken', () => {
    for (const code of ['ECONNRESET', 'EPIPE', '']) expect(wireError(error(code))).toBeNull();
  });
});

test('a raw error response has its headers and the right content-length', () => {
  const told = new ApiError(405, 'no', 'nö', { headers: { allow: 'GET' } });
  const body = JSON.stringify(told);
  expect(serialized(told, 'id-1')).toBe(
    `HTTP/1.1 405 Method Not Allowed\r\nx-request-id: id-1\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 1}\r\nallow: GET\r\n\r\n${body}`,
  );
});
