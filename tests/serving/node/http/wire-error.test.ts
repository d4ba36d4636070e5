import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../../src/serving/api-error.ts';
import { serialized, wireError } from '../../../../src/serving/node/http/wire-error.ts';

const error = (code: string) => Object.assign(new Error('Parse Error'), { code });

describe('what Node finds wrong with a connection', () => {
  test.each([
    ['HPE_INVALID_METHOD', 400, 'invalid_http'],
    ['HPE_HEADER_OVERFLOW', 431, 'headers_too_large'],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413, 'body_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request_timeout'],
  ])('is told with its status, and the connection closed: %s', (code, status, own) => {
    expect(wireError(error(code))).toMatchObject({
      ...{ status, code: own },
      details: { headers: { connection: 'close' } },
    });
  });

  test('is told to nobody where nobody is there any more', () => {
    for (const code of ['ECONNRESET', 'EPIPE', '']) expect(wireError(error(code))).toBeNull();
  });
});

test('an error as it goes over a connection has its headers, and as many bytes as it says', () => {
  const told = new ApiError(405, 'no', 'nö', { headers: { allow: 'GET' } });
  const body = JSON.stringify(told);
  expect(serialized(told)).toBe(
    `HTTP/1.1 405 Method Not Allowed\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 1}\r\nallow: GET\r\n\r\n${body}`,
  );
});
