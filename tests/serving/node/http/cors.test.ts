import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Cors, checkOrigin } from '../../../../src/serving/node/http/cors.ts';

const page = 'https://page.example';

/** The status and headers that a request is answered with, as far as it is about origins. */
function answerOf(origins: readonly string[], method: string, headers: IncomingHttpHeaders) {
  const answer = { status: null as number | null, ended: false, headers: {} as Record<string, string> };
  const request = { method, headers } as IncomingMessage;
  const setHeader = (name: string, value: string) => {
    answer.headers[name] = value;
  };
  const response = {
    setHeader,
    appendHeader: setHeader,
    writeHead: (status: number, more: Record<string, string>) => {
      answer.status = status;
      Object.assign(answer.headers, more);
    },
    end: () => {
      answer.ended = true;
    },
  } as unknown as ServerResponse;
  const cors = new Cors(origins);
  cors.mark(request, response);
  expect(cors.answer(request, response)).toBe(answer.ended);
  return answer;
}

const exposed = 'x-request-id, retry-after, x-unrolled-ignored';
const nothing = { status: null, ended: false, headers: {} };

describe('pages of other origins', () => {
  test('may not read responses by default', () => {
    expect(answerOf([], 'POST', { origin: page })).toEqual(nothing);
    expect(answerOf([], 'OPTIONS', { origin: page })).toEqual(nothing);
  });

  test('may read responses if their exact origin is allowed', () => {
    const origins = ['https://one.example', page];
    expect(answerOf(origins, 'POST', { origin: page }).headers).toEqual({
      vary: 'origin',
      'access-control-allow-origin': page,
      'access-control-expose-headers': exposed,
    });
    for (const origin of [
      'https://page.example.evil',
      'http://page.example',
      `${page}:8443`,
      'null',
      'https://page',
    ]) {
      expect(answerOf(origins, 'POST', { origin }).headers).toEqual({ vary: 'origin' });
    }
    expect(answerOf(origins, 'POST', {}).headers).toEqual({ vary: 'origin' });
  });

  test('may all read responses with *', () => {
    expect(answerOf(['*'], 'GET', { origin: page }).headers['access-control-allow-origin']).toBe('*');
  });

  test('get the allowed methods and headers in a preflight response', () => {
    const asked = { origin: page, 'access-control-request-headers': 'authorization, content-type' };
    expect(answerOf([page], 'OPTIONS', asked)).toEqual({
      status: 204,
      ended: true,
      headers: {
        vary: 'origin',
        'access-control-allow-origin': page,
        'access-control-expose-headers': exposed,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '600',
      },
    });
    const stranger = answerOf([page], 'OPTIONS', { ...asked, origin: 'https://evil.example' });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('are answered as usual without a preflight request', () => {
    expect(answerOf([page], 'POST', { origin: page })).toMatchObject({ status: null, ended: false });
  });
});

describe('an origin', () => {
  test.each(['*', 'https://example.org', 'http://localhost:3000', 'http://[::1]:8080'])(
    'is what a browser names as one: %s',
    (origin) => {
      expect(() => checkOrigin(origin)).not.toThrow();
    },
  );

  test.each([
    ['https://example.org/', ' Use https://example.org.'],
    ['https://Example.org:443', ' Use https://example.org.'],
    ['http://user@localhost:3000/a?b', ' Use http://localhost:3000.'],
    ['https://example.org\n', ' Use https://example.org.'],
    ['example.org', ''],
    ['null', ''],
    ['file:///page.html', ''],
    ['https://*.example.org', ''],
  ])('is not %j', (given, advice) => {
    expect(() => checkOrigin(given)).toThrow(
      `corsOrigins: got ${JSON.stringify(given)}; it must be * or an origin such as https://example.org.${advice}`,
    );
    expect(() => new Cors([page, given])).toThrow(expect.objectContaining({ code: 'option-value' }));
  });
});
