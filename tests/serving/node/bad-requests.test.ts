import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/tensor/random.ts';
import { codeOf, completer, completions, isWell, words } from '../../support/completions.ts';
import { ask, eventsOf, openServer, posting, requestOf, until, Wire } from '../../support/server.ts';

const open = await openServer({ words });
const { url, port } = open;
const complete = completer(url);

describe('an invalid request', () => {
  test.each([
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['{"prompt": "the"} x', 'invalid_json'],
    ["{'prompt': 'the'}", 'invalid_json'],
    ['{"max_tokens": NaN}', 'invalid_json'],
    ['null', 'invalid_value'],
    ['[]', 'invalid_value'],
    ['"the"', 'invalid_value'],
    ['17', 'invalid_value'],
    ['{"__proto__": {"max_tokens": 1}}', 'unknown_field'],
    ['{"constructor": 1}', 'unknown_field'],
    ['{"stream_options": [true]}', 'invalid_value'],
    ['{"stream_options": {}}', 'invalid_value'],
    ['{"stream": true, "stream_options": {"foo": 1}}', 'unknown_field'],
    ['{"prompt": []}', 'invalid_value'],
    ['{"prompt": [1, "the"]}', 'invalid_value'],
    ['{"prompt": [[1, -1]]}', 'invalid_value'],
    ['{"prompt": [1.5]}', 'invalid_value'],
    ['{"prompt": [1e400]}', 'invalid_value'],
    ['{"max_tokens": 1e400}', 'invalid_value'],
    ['{"max_tokens": 1e308}', 'invalid_value'],
    ['{"max_tokens": "9"}', 'invalid_value'],
    ['{"temperature": -1}', 'invalid_value'],
    ['{"seed": 1e300}', 'invalid_value'],
    ['{"seed": 0.5}', 'invalid_value'],
    ['{"top_k": -2}', 'invalid_value'],
    ['{"stop": ""}', 'invalid_value'],
    ['{"stop": [1]}', 'invalid_value'],
    ['{"logprobs": true}', 'invalid_value'],
    ['{"logit_bias": {"50256": -100}}', 'invalid_value'],
    ['{"logit_bias": []}', 'invalid_value'],
    ['{"presence_penalty": 3}', 'invalid_value'],
    ['{"n": 3, "best_of": 2}', 'invalid_value'],
    ['{"suffix": "end"}', 'unsupported'],
    ['{"model": {}}', 'invalid_value'],
  ])('gets a 400: %s', async (body, code) => {
    expect(codeOf(await complete(body))).toEqual([400, code]);
  });

  test('may have invalid UTF-8, and a byte order mark is accepted', async () => {
    const send = (bytes: Uint8Array<ArrayBuffer>) => ask(url + completions, { ...posting(''), body: bytes });
    const [head, tail] = ['{"prompt":"the', '","max_tokens":1}'].map((part) => Buffer.from(part));
    expect(codeOf(await send(Buffer.concat([head, Buffer.from([0xff, 0xc3]), tail])))).toEqual([
      400,
      'invalid_json',
    ]);
    expect((await send(Buffer.concat([Buffer.from('\ufeff'), head, tail]))).status).toBe(200);
    expect((await send(Buffer.concat([head, Buffer.from('\\ud800 ü'), tail]))).status).toBe(200);
  });

  test.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'x/y; application/json',
  ])('includes another content type: %s', async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const body = new TextEncoder().encode('{"max_tokens":1}');
    const answer = await ask(url + completions, { method: 'POST', headers, body });
    expect(codeOf(answer)).toEqual([415, 'unsupported_media_type']);
  });

  test('does not include equivalent forms of the content type', async () => {
    for (const type of ['Application/JSON', 'application/json ; charset=utf-8']) {
      const answer = await ask(url + completions, {
        ...posting({ max_tokens: 1 }),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(200);
    }
  });

  test('may be deeply nested', async () => {
    const deep = await openServer({ words }, { limits: { bodyBytes: 1e6 } });
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    for (const field of [
      'max_tokens',
      'prompt',
      'stop',
      'stream',
      'model',
      'logit_bias',
      'stream_options',
      'best_of',
    ]) {
      const { status } = await complete(`{"${field}":${nested(30_000)}}`, deep.url);
      expect([field, status]).toEqual([field, 400]);
    }
    const { status } = await complete(`{"metadata":${nested(30_000)},"max_tokens":1}`, deep.url);
    expect(status).toBe(200);
  });

  test('uses the last of repeated fields, and accepts numbers at their limits', async () => {
    const { body } = await complete('{"max_tokens":7,"max_tokens":2}');
    expect(body.usage.completion_tokens).toBe(2);
    for (const extreme of [
      { temperature: 5e-324 },
      { temperature: 1e-9 },
      { temperature: 100 },
      { top_p: 0 },
      { top_p: 5e-324 },
      { typical_p: 0 },
      { min_p: 1 },
      { top_k: 2 ** 31 - 1 },
      { repetition_penalty: 100, repetition_window: 2 ** 31 - 1, n: 64 },
      { repetition_penalty: 0.01 },
      { seed: Number.MAX_SAFE_INTEGER },
      { seed: Number.MIN_SAFE_INTEGER, n: 2 },
    ]) {
      const { status } = await complete({ prompt: 'the', max_tokens: 3, ...extreme });
      expect([extreme, status]).toEqual([extreme, 200]);
    }
  });

  const healthy = 'GET /health HTTP/1.1\r\nhost: localhost\r\n';
  const posted = 'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  const chunked = `${posted}transfer-encoding: chunked\r\n`;

  test.each<[string, number, string, string | Uint8Array]>([
    ['no line of HTTP', 400, 'invalid_http', 'NONSENSE\r\n\r\n'],
    ['another version', 400, 'invalid_http', 'GET / HTTP/9.9\r\n\r\n'],
    ['no host', 400, 'missing_host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['two hosts', 400, 'invalid_host', `${healthy}host: localhost\r\n\r\n`],
    ['a host that is none', 400, 'invalid_host', 'GET /health HTTP/1.1\r\nhost: a b\r\n\r\n'],
    [
      'a body that is compressed on the way',
      501,
      'unknown_transfer_coding',
      `${posted}transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'the same without a body',
      501,
      'unknown_transfer_coding',
      `${healthy}transfer-encoding: foo\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a coding without an end', 400, 'invalid_http', `${posted}transfer-encoding: gzip\r\n\r\n{}`],
    ['a header that is none', 400, 'invalid_http', `${healthy}bad header\r\n\r\n`],
    ['a header too long', 431, 'headers_too_large', `${healthy}x: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['two lengths', 400, 'invalid_http', `${posted}content-length: 3\r\ncontent-length: 4\r\n\r\n{}`],
    ['a length below 0', 400, 'invalid_http', `${posted}content-length: -1\r\n\r\n{}`],
    ['two ways to say a length', 400, 'invalid_http', `${chunked}content-length: 2\r\n\r\n{}`],
    ['a chunk that is none', 400, 'invalid_http', `${chunked}\r\nzz\r\n`],
    ['a chunk that is none behind one', 400, 'invalid_http', `${chunked}\r\n1\r\n{\r\nzz\r\n`],
    ['chunks with too much to say', 413, 'body_too_large', `${chunked}\r\n1;${'x'.repeat(20_000)}\r\n{\r\n`],
    ['what nobody can promise', 417, 'unknown_expectation', `${posted}expect: foo\r\n\r\n`],
    [
      'a way to somewhere else',
      405,
      'method_not_allowed',
      'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n',
    ],
    ['TLS', 400, 'invalid_http', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
  ])('over a connection ends it with an error that says so: %s', async (_, status, code, bytes) => {
    const { metrics } = open.service;
    const before = metrics.requests;
    const wire = new Wire(port).send(bytes);
    await wire.ends();
    const [head, body] = wire.received.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nconnection: close(\r\n|$)`, 'i'));
    expect(head).toMatch(/\r\ncontent-type: application\/json\r\n/);
    expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
    const type = status < 500 ? 'invalid_request_error' : 'server_error';
    expect(JSON.parse(body).error).toMatchObject({ type, code });
    await until(() => expect(metrics.requests).toBe(before + 1));
    expect(metrics.toString()).toMatch(new RegExp(`_total\\{route="[^"]+",status="${status}"\\} `));
    await isWell(open);
  });

  test('after other requests is answered in order', async () => {
    const wire = new Wire(port);
    const asked = requestOf(completions, { prompt: 'the', max_tokens: 3 });
    wire.send(`${asked}${asked}NONSENSE\r\n\r\n${asked}`);
    await wire.ends();
    const statuses = wire.received.match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(wire.received).toMatch(/"total_tokens":4.*"total_tokens":4.*"code":"invalid_http"/s);
  });

  test('within the body of a request is the response to it', async () => {
    const wire = new Wire(port);
    wire.send(`${requestOf(completions, { prompt: 'the', max_tokens: 3 })}${chunked}\r\nzz\r\n`);
    await wire.ends();
    expect(wire.received).toMatch(
      /^HTTP\/1\.1 200 .*"total_tokens":4.*HTTP\/1\.1 400 .*"invalid_http"\}\}$/s,
    );
    expect(wire.received.match(/HTTP\/1\.1 \d/g)).toHaveLength(2);
  });

  test('from a client that never stops sending closes the connection', async () => {
    const wire = new Wire(port, true).send('NONSENSE\r\n\r\n');
    await wire.hears(/"invalid_http"/);
    const sending = setInterval(() => wire.send('NONSENSE\r\n\r\n'), 20);
    await wire.ends();
    clearInterval(sending);
    expect(wire.received.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  });
});

test('a mutated request is answered, or refused with a client error', async () => {
  const random = new Random(20);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)];
  const valid = JSON.stringify({
    ...{ model: 'words', prompt: ['the cat', 'it'], max_tokens: 3, temperature: 0.9, top_p: 0.5, n: 2 },
    ...{
      stop: ['dog', '\n'],
      seed: 17,
      logprobs: 2,
      echo: true,
      stream: false,
      stream_options: null,
      top_k: 4,
    },
    ...{ min_p: 0.1, typical_p: 0.9, repetition_penalty: 1.2, repetition_window: 8, user: 'me', best_of: 2 },
  });
  const values = [
    'null',
    'true',
    '-1',
    '0',
    '1e9',
    '1e-9',
    '""',
    '"é"',
    '[]',
    '{}',
    '[[]]',
    '"\\ud800"',
    '[0]',
    '3',
  ];
  const changes: ((text: string) => string)[] = [
    (text) => {
      const at = below(text.length);
      return text.slice(0, at) + text.slice(at + below(3));
    },
    (text) => text.replace(/:[^,{}[\]]+/g, (value) => (below(16) === 0 ? `:${pick(values)}` : value)),
    (text) => text.replace(/:[^:]+(?=,")/g, (value) => (below(16) === 0 ? `:${pick(values)}` : value)),
    (text) =>
      text.replace(/"(\w+)":/g, (name) => (below(40) === 0 ? pick(['"__proto__":', '"n":', '"":']) : name)),
    (text) => text.replace(/[\d.]+/g, (digits) => (below(20) === 0 ? pick(values) : digits)),
    (text) => {
      const at = below(text.length);
      return text.slice(0, at) + pick([...'{}[]",:\\\0\n-.e09ü😀']) + text.slice(at + below(2));
    },
  ];
  const seen = new Map<number, number>();
  for (let round = 0; round < 8; round++) {
    const bodies = Array.from({ length: 20 }, () => {
      let body = valid;
      for (let i = 0; i <= below(3); i++) body = pick(changes)(body);
      return body;
    });
    const answers = await Promise.all(bodies.map((body) => complete(body)));
    for (const [i, { status, headers, body, text }] of answers.entries()) {
      seen.set(status, (seen.get(status) ?? 0) + 1);
      const isStream = headers.get('content-type')?.startsWith('text/event-stream');
      const fine = isStream
        ? eventsOf(text).at(-1) === '[DONE]'
        : status === 200
          ? body.choices
          : body.error.message;
      if (!fine || ![200, 400, 404].includes(status)) throw new Error(`${status} for ${bodies[i]}: ${text}`);
    }
  }
  // Both kinds came often enough for this to say something.
  expect(seen.get(200)).toBeGreaterThan(20);
  expect(seen.get(400)).toBeGreaterThan(50);
  await isWell(open);
});
