import { describe, expect, test, vi } from 'vitest';
import { requestIdOf } from '../../../../src/serving/node/http/request-id.ts';
import { completions, words } from '../../../support/completions.ts';
import { ask, openServer, post, posting, requestOf, Wire } from '../../../support/server.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const idOf = (given?: string) =>
  requestIdOf({ headers: given === undefined ? {} : { 'x-request-id': given } });

describe('the id of a request', () => {
  test.each(['a', 'req_1.B-9', 'x'.repeat(128)])('is the one that the client sent: %s', (id) => {
    expect(idOf(id)).toBe(id);
  });

  test.each([undefined, '', 'x'.repeat(129), 'a b', 'a, b', 'a\tb', 'é', '"', '<b>', '\x1b[31m'])(
    'is random if that is missing or unsafe in a log: %j',
    (id) => {
      expect(idOf(id)).toMatch(UUID);
      expect(idOf(id)).not.toBe(idOf(id));
    },
  );
});

describe('every response has it:', async () => {
  const origin = 'https://a.example';
  const open = await openServer({ words }, { keys: ['key'], corsOrigins: [origin] });
  const { url, port } = open;
  const headers = {
    'content-type': 'application/json',
    'x-request-id': 'mine.1',
    authorization: 'Bearer key',
    origin,
  };

  test.each<[number, string, RequestInit]>([
    [200, '/v1/models', {}],
    [200, '/metrics', { method: 'HEAD' }],
    [200, completions, posting({ max_tokens: 1 })],
    [200, completions, posting({ max_tokens: 1, stream: true })],
    [204, completions, { method: 'OPTIONS' }],
    [400, '/v1/score', posting('{')],
    [401, '/v1/models', { headers: { ...headers, authorization: '' } }],
    [404, '/none', {}],
    [405, '/health', { method: 'DELETE' }],
  ])('%i %s', async (status, path, init) => {
    const heard = await ask(url + path, { ...init, headers: { ...headers, ...init.headers } });
    expect([heard.status, heard.headers.get('x-request-id')]).toEqual([status, 'mine.1']);
    if (status === 204) return;
    const exposed = heard.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after']));
  });

  test.each([
    ['no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['two Host lines', 'GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n', 405],
    ['an unknown expectation', requestOf(completions, {}, 'expect: miracles'), 417],
    [
      'an unknown coding',
      'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
      501,
    ],
  ])('malformed: %s', async (_, text, status) => {
    const wire = new Wire(port).send(text);
    await wire.hears(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\n\\r\\n`, 's'));
    expect(/\r\nx-request-id: (.*)\r\n/.exec(wire.received)?.[1]).toMatch(UUID);
    wire.socket.destroy();
  });

  test('a failure, which is logged with it', async () => {
    const spy = vi.spyOn(words.model, 'step').mockImplementation(() => {
      throw new Error('the model broke');
    });
    const heard = await post(url + completions, { prompt: 'the cat' }, { headers });
    spy.mockRestore();
    expect([heard.status, heard.headers.get('x-request-id')]).toEqual([500, 'mine.1']);
    expect([open.faults.splice(0), open.faultIds]).toMatchObject([
      [{ message: 'the model broke' }],
      ['mine.1'],
    ]);
  });
});
