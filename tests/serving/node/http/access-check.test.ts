import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { AccessCheck } from '../../../../src/serving/node/http/access-check.ts';

/** As Node gives it: of several Host headers the first, and all of them. */
const request = (headers: IncomingHttpHeaders, more: Partial<IncomingMessage> = {}) => {
  const headersDistinct = headers.host === undefined ? {} : { host: [headers.host] };
  return { headers, headersDistinct, httpVersion: '1.1', ...more } as IncomingMessage;
};
const rest = { keys: [], allowedHosts: [] };
const open = new AccessCheck({ ...rest, host: '0.0.0.0' });
const home = new AccessCheck({ ...rest, host: '127.0.0.1' });
const locked = new AccessCheck({ ...rest, keys: ['first', 'second'], host: '0.0.0.0' });

describe('a server bound to a loopback address', () => {
  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:1',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]',
    '[::1]:8080',
  ])('answers as %s', (host) => {
    expect(() => home.checkHost(request({ host }))).not.toThrow();
  });

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'evil.localhost.example:80',
    '127.evil.example',
    '127.0.0.1.evil.example:8080',
    '127.0.0.evil.example',
    '10.0.0.1',
    '[::2]',
    '',
  ])('does not as %s, whose DNS may point here', (host) => {
    const check = () => home.checkHost(request({ host }));
    expect(check).toThrow(expect.objectContaining({ status: 403, code: 'wrong_host' }));
    expect(() => open.checkHost(request({ host }))).not.toThrow();
  });

  test('accepts HTTP/1.0 without a Host header, which no browser sends', () => {
    expect(() => home.checkHost(request({}, { httpVersion: '1.0' }))).not.toThrow();
  });

  test('refuses a missing Host header in HTTP/1.1, on any address', () => {
    for (const accessCheck of [home, open]) {
      const check = () => accessCheck.checkHost(request({}));
      expect(check).toThrow(expect.objectContaining({ status: 400, code: 'missing_host' }));
    }
  });

  test('uses the host of an absolute target instead of the Host header', () => {
    const asked = (url: string, host: string) => () => home.checkHost(request({ host }, { url }));
    expect(asked('http://localhost:8080/health', 'evil.example')).not.toThrow();
    expect(asked('HTTP://127.0.0.1/health', 'evil.example')).not.toThrow();
    const wrong = expect.objectContaining({ status: 403, code: 'wrong_host' });
    expect(asked('http://evil.example/health', 'localhost')).toThrow(wrong);
  });

  test.each([
    ['two hosts', ['localhost', 'localhost'], '/health'],
    ['two in one', ['localhost, evil.example'], '/health'],
    ['a user', ['me@localhost'], '/health'],
    ['a path', ['localhost/x'], '/health'],
    ['a user in the target', ['localhost'], 'http://me@localhost/health'],
    ['no host in the target', ['localhost'], 'http:///health'],
  ])('answers nobody who names %s, wherever it listens', (_, host, url) => {
    for (const accessCheck of [home, open]) {
      const check = () =>
        accessCheck.checkHost(request({ host: host[0] }, { headersDistinct: { host }, url }));
      expect(check).toThrow(expect.objectContaining({ status: 400, code: 'invalid_host' }));
    }
  });

  test('accepts allowed names, with any port, and no others', () => {
    const behind = new AccessCheck({ ...rest, host: '127.0.0.1', allowedHosts: ['Models.example', 'b'] });
    for (const host of ['models.EXAMPLE', 'models.example:443', 'b:80', 'localhost']) {
      expect(() => behind.checkHost(request({ host }))).not.toThrow();
    }
    for (const host of ['evil.example', 'x.models.example', 'models.example.evil', 'b.', '']) {
      expect(() => behind.checkHost(request({ host }))).toThrow(/accepts only localhost/);
    }
  });

  test.each(['https://a.example', 'a.example:80', '', '*', 'a b', '*.example', '[::1]'])(
    'refuses to allow what is not a host name: %j',
    (name) => {
      const wrong = () => new AccessCheck({ ...rest, host: 'localhost', allowedHosts: [name] });
      expect(wrong).toThrow(expect.objectContaining({ code: 'option-value' }));
    },
  );

  test('truncates the host in messages', () => {
    const host = `${'x'.repeat(5000)}.example`;
    expect(() => home.checkHost(request({ host }))).toThrow(/^.{0,200}$/s);
  });
});

describe('keys', () => {
  test('are required if there are any', () => {
    expect(() => open.checkKey(request({}))).not.toThrow();
    for (const authorization of ['Bearer first', 'Bearer second', 'bearer  second']) {
      expect(() => locked.checkKey(request({ authorization }))).not.toThrow();
    }
  });

  test.each([
    undefined,
    '',
    'first',
    'Bearer',
    'Bearer ',
    'Bearer firs',
    'Bearer firstx',
    'Bearer FIRST',
    'Bearer first second',
    'Basic first',
    'xBearer first',
    'Bearer first,second',
  ])('are not %j', (authorization) => {
    const check = () => locked.checkKey(request(authorization === undefined ? {} : { authorization }));
    expect(check).toThrow(
      expect.objectContaining({
        status: 401,
        code: 'invalid_api_key',
        details: { headers: { 'www-authenticate': 'Bearer' } },
      }),
    );
  });

  test('are never revealed', () => {
    expect(() => locked.checkKey(request({ authorization: 'Bearer secret-attempt' }))).toThrow(
      /^(?!.*(secret-attempt|first|second)).*$/,
    );
  });
});
