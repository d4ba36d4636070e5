import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readCompletion } from '../../../src/cli/serving/completions/request.ts';
import { Random } from '../../../src/tensor/random.ts';
import {
  type Answered,
  ask,
  eventsOf,
  type Json,
  type Opened,
  openServer,
  post,
  posting,
  requestOf,
  savedModel,
  tale,
  until,
  Wire,
} from '../../support/server.ts';

const words = savedModel('word', tale, { unknown: '<unk>' });
/** With words this long, an answer soon holds more than a connection takes. */
const long = savedModel('word', Array.from({ length: 6 }, (_, i) => String(i).repeat(50_000)).join(' '));
const endless = 1_000_000;
const completions = '/v1/completions';

const { url, port, service, models } = await openServer({ words });

const codeOf = ({ status, body }: Answered): [number, string] => [status, body.error.code];
const complete = (body: unknown, at = url): Promise<Answered> => post(at + completions, body);

/** The server must be as it was: nobody's place is taken, and it writes. */
async function isWell(
  { service: { admission }, url: at }: Pick<Opened, 'service' | 'url'> = { service, url },
) {
  await until(() => expect([admission.streams, admission.queued]).toEqual([0, 0]));
  const { status, body } = await complete({ prompt: 'the', max_tokens: 2, seed: 1 }, at);
  expect([status, body.usage.completion_tokens]).toEqual([200, 2]);
}

describe('over a limit is', () => {
  const lengthy = JSON.stringify({ prompt: 'the '.repeat(6000) });

  const tooLong = /^HTTP\/1.1 413 .*\r\nconnection: close\r\n.*"body_too_large".*\}$/s;
  const announcing = (length: number) =>
    requestOf(completions, '').replace('content-length: 0', `content-length: ${length}`);
  const unannounced = requestOf(completions, '').replace('content-length: 0', 'transfer-encoding: chunked');
  const megabyte = Buffer.alloc(1 << 20, ' ');

  test('a body that is too long, however much, announced or not; the answer comes all the same', async () => {
    expect(codeOf(await complete(lengthy))).toEqual([413, 'body_too_large']);
    for (const megabytes of [2, 40]) {
      const init: RequestInit & { duplex: 'half' } = {
        ...posting(''),
        body: Readable.toWeb(Readable.from(Array(megabytes).fill(megabyte))) as NonNullable<
          RequestInit['body']
        >,
        duplex: 'half',
      };
      const answer = await ask(url + completions, init);
      expect(codeOf(answer)).toEqual([413, 'body_too_large']);
      expect(answer.headers.get('connection')).toBe('close');
    }
    await isWell();
  });

  test('a body of a client that sends all before it listens', async () => {
    const [head, tail] = ['100000\r\n', '\r\n'];
    const chunk = Buffer.concat([Buffer.from(head), megabyte, Buffer.from(tail)]);
    const bodies: [string, Buffer][] = [
      [announcing(40 << 20), megabyte],
      [unannounced, chunk],
    ];
    for (const [request, piece] of bodies) {
      const wire = new Wire(port, true);
      wire.socket.pause();
      wire.send(request);
      for (let i = 0; i < 40; i++) await wire.sends(piece);
      await wire.sends(request === unannounced ? '0\r\n\r\n' : '');
      wire.socket.resume();
      await wire.hears(tooLong);
      wire.socket.end();
      await wire.ends();
    }
    await isWell();
  });

  test('a body that never ends: the answer comes at once, and when its time is over the connection is cut', async () => {
    const hasty = await openServer({ words }, { limits: { seconds: 0.2 } });
    for (const request of [announcing(99999999999), unannounced]) {
      const wire = new Wire(hasty.port, true).send(request).send(`5001\r\n${' '.repeat(0x5001)}\r\n`);
      await wire.hears(tooLong);
      expect(wire.closed).toBe(false);
      const sending = setInterval(() => wire.send('1\r\n \r\n'), 20);
      await wire.ends();
      clearInterval(sending);
    }
    await isWell(hasty);
    const counts = hasty.service.metrics.toString();
    expect(counts).toContain('{route="/v1/completions",status="413"} 2\n');
  });

  test('a prompt or a text with too many tokens', async () => {
    const prompt = 'the '.repeat(201);
    const ids = Array(201).fill(1);
    for (const body of [{ prompt }, { prompt: ids }, { prompt: ['the', prompt] }]) {
      const answer = await complete(body);
      expect(codeOf(answer)).toEqual([400, 'context_length_exceeded']);
      expect(answer.body.error).toMatchObject({
        param: 'prompt',
        message: 'prompt has 201 tokens; this server reads 200 at most. Shorten it.',
      });
    }
    for (const path of ['score', 'suggest']) {
      const answer = await post(`${url}/v1/${path}`, { text: prompt });
      expect(codeOf(answer)).toEqual([400, 'context_length_exceeded']);
    }
    expect((await complete({ prompt: ids.slice(1), max_tokens: 1 })).status).toBe(200);
  });

  test('what asks for too many tokens or texts', async () => {
    expect(codeOf(await complete({ max_tokens: endless + 1 }))).toEqual([400, 'invalid_value']);
    expect(codeOf(await complete({ n: 65 }))).toEqual([400, 'too_many_choices']);
    expect(codeOf(await complete({ prompt: ['a', 'b', 'c'], n: 22 }))).toEqual([400, 'too_many_choices']);
    expect((await complete({ n: 64, max_tokens: 1 })).status).toBe(200);
    const small = await openServer({ words }, { limits: { maxTokens: 4 } });
    expect((await complete({}, small.url)).body.usage.completion_tokens).toBe(4);
  });
});

test('a window on repetition is no longer than a text can be, since each text has memory for it', () => {
  const { drawing } = readCompletion({ repetition_window: 2 ** 31 - 1 }, models, service.limits);
  const { promptTokens, maxTokens } = service.limits;
  expect(drawing.repetitionWindow).toBe(promptTokens + maxTokens);
});

test('a full queue answers at once, when to try again, and those who wait have their turn', async () => {
  const narrow = await openServer({ words }, { limits: { streams: 2, queue: 2 } });
  const { admission } = narrow.service;
  const leave = await admission.enter(2, new AbortController().signal);
  const waiting = [complete({ max_tokens: 1 }, narrow.url), post(`${narrow.url}/v1/score`, { text: 'the' })];
  await until(() => expect(admission.queued).toBe(2));
  for (const path of ['completions', 'score', 'suggest']) {
    const { status, headers, body } = await post(
      `${narrow.url}/v1/${path}`,
      path === 'completions' ? {} : { text: 'the' },
    );
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    expect(body.error).toMatchObject({ type: 'rate_limit_error', code: 'queue_full' });
  }
  expect((await ask(`${narrow.url}/health`)).body).toMatchObject({ streams: 2, queued: 2 });
  leave();
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
  await isWell(narrow);
});

describe('when the time is over', () => {
  test('a whole answer is a 503, a stream ends with an error, and who waits is told', async () => {
    const hasty = await openServer({ words }, { limits: { seconds: 0.4, streams: 2 } });
    const asked = { prompt: 'the', max_tokens: endless };
    const [whole, stream] = await Promise.all([
      complete(asked, hasty.url),
      complete({ ...asked, stream: true }, hasty.url),
    ]);
    expect(codeOf(whole)).toEqual([503, 'timeout']);
    expect(whole.body.error.message).toContain('longer than 0.4 seconds');
    const events = eventsOf(stream.text);
    expect(events.pop().error.code).toBe('timeout');
    expect(events.length).toBeGreaterThan(0);
    const leave = await hasty.service.admission.enter(2, new AbortController().signal);
    expect(codeOf(await complete(asked, hasty.url))).toEqual([503, 'timeout']);
    leave();
    await isWell(hasty);
  });

  test('a client that reads nothing is let go, whatever it waits for', async () => {
    const hasty = await openServer(
      { words },
      { limits: { seconds: 0.2, bodyBytes: 3e6, promptTokens: 1e6 } },
    );
    const prompt = ' '.repeat(2_500_000);
    const asked = [
      { prompt, echo: true, max_tokens: 0, n: 8, stream: true },
      { prompt, echo: true, max_tokens: 0, n: 8 },
    ];
    for (const [i, body] of asked.entries()) {
      const wire = new Wire(hasty.port).send(requestOf(completions, body));
      wire.socket.pause();
      await until(() => expect(hasty.service.metrics.requests).toBe(i + 1));
      wire.socket.destroy();
    }
    await isWell(hasty);
  });
});

describe('a client that reads slowly', () => {
  test('has its text set aside while others go on, and gets all of it once it reads', async () => {
    const slow = await openServer({ words, long });
    const at = slow.url + completions;
    const [, { batcher }] = slow.models;
    const asked = { model: 'long', prompt: '', max_tokens: 300, n: 2, seed: 3 };
    const unread = await fetch(at, posting({ ...asked, stream: true }));
    const written = await settled(() => batcher.totals.tokens);
    expect(written).toBeLessThan(500);
    expect(slow.service.admission.streams).toBe(2);
    for (const model of ['words', 'long']) {
      const { body } = await post(at, { model, max_tokens: 5 });
      expect(body.usage.completion_tokens).toBe(5);
    }
    expect(batcher.totals.tokens).toBe(written + 5);
    const texts = ['', ''];
    for (const { choices } of eventsOf(await unread.text()).slice(0, -1))
      texts[choices[0].index] += choices[0].text;
    const { body: whole } = await post(at, asked);
    expect(whole.choices.map(({ text }: Json) => text.length)).toEqual(texts.map(({ length }) => length));
    expect(whole.choices.every(({ text }: Json, i: number) => text === texts[i])).toBe(true);
    await until(() => expect(slow.service.admission.streams).toBe(0));
  });

  /** The number once it has stopped growing. */
  async function settled(number: () => number): Promise<number> {
    for (;;) {
      const before = number();
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (before > 0 && number() === before) return before;
    }
  }
});

const small = await openServer({ words }, { limits: { streams: 4 } });

describe('a client that goes', () => {
  const { admission } = small.service;
  const written = () => small.models[0].batcher.totals.tokens;
  const asked = { prompt: 'the', max_tokens: endless, n: 4 };

  test.each([true, false])(
    'while its text is written gives its places back, streamed: %s',
    async (stream) => {
      const before = written();
      const wire = new Wire(small.port).send(requestOf(completions, { ...asked, stream }));
      await until(() => expect(written()).toBeGreaterThan(before + 40));
      wire.socket.destroy();
      await until(() => expect(admission.streams).toBe(0));
      const after = written();
      await isWell(small);
      // Its texts did not take part in the steps of the next request.
      expect(written()).toBe(after + 2);
    },
  );

  test('without having taken its answer counts as gone, streamed or not', async () => {
    const { port, service, models } = await openServer({ long });
    const { totals } = models[0].batcher;
    for (const [stream, enough] of [
      [false, 600],
      [true, 620],
    ] as const) {
      const asked = { prompt: '', max_tokens: 600, stream };
      const wire = new Wire(port).send(requestOf(completions, asked));
      wire.socket.pause();
      await until(() => expect(totals.tokens).toBeGreaterThanOrEqual(enough));
      if (!stream) await until(() => expect(service.admission.streams).toBe(0));
      wire.socket.destroy();
    }
    await until(() => expect(service.metrics.requests).toBe(2));
    expect(service.metrics.toString()).toContain('{route="/v1/completions",status="499"} 2\n');
  });

  test('while it waits for its turn leaves the queue', async () => {
    const leave = await admission.enter(4, new AbortController().signal);
    const wires = [1, 2, 3].map((n) => new Wire(small.port).send(requestOf(completions, { ...asked, n })));
    await until(() => expect(admission.queued).toBe(3));
    for (const { socket } of wires) socket.destroy();
    await until(() => expect(admission.queued).toBe(0));
    leave();
    await isWell(small);
  });

  test('while it sends its request leaves nothing behind', async () => {
    const request = requestOf(completions, asked);
    for (const end of [1, 30, request.length - 1]) {
      const wire = new Wire(small.port).send(request.slice(0, end));
      await new Promise((resolve) => wire.socket.once('connect', resolve));
      wire.socket.end();
      await wire.ends();
      wire.socket.destroy();
    }
    await isWell(small);
  });

  test('with requests behind the one that is answered takes them along', async () => {
    const before = written();
    const request = requestOf(completions, { ...asked, n: 1, stream: true });
    const wire = new Wire(small.port).send(request.repeat(3));
    await until(() => expect(written()).toBeGreaterThan(before + 10));
    wire.socket.destroy();
    await isWell(small);
  });
});

describe('what is no request', () => {
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
    ['{"top_k": 0}', 'invalid_value'],
    ['{"stop": ""}', 'invalid_value'],
    ['{"stop": [1]}', 'invalid_value'],
    ['{"logprobs": true}', 'invalid_value'],
    ['{"logit_bias": {"50256": -100}}', 'unsupported'],
    ['{"presence_penalty": 0.5}', 'unsupported'],
    ['{"best_of": 3}', 'invalid_value'],
    ['{"model": {}}', 'invalid_value'],
  ])('gets a 400: %s', async (body, code) => {
    expect(codeOf(await complete(body))).toEqual([400, code]);
  });

  test('is also what is no UTF-8, and a byte order mark does no harm', async () => {
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
  ])('is also what says that it is no JSON: %s', async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const body = new TextEncoder().encode('{"max_tokens":1}');
    const answer = await ask(url + completions, { method: 'POST', headers, body });
    expect(codeOf(answer)).toEqual([415, 'unsupported_media_type']);
  });

  test('is not what says it in another way', async () => {
    for (const type of ['Application/JSON', 'application/json ; charset=utf-8']) {
      const answer = await ask(url + completions, {
        ...posting({ max_tokens: 1 }),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(200);
    }
  });

  test('may be nested as deeply as it likes', async () => {
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

  test('with a field twice counts the last, and numbers as large or small as allowed are taken', async () => {
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

  const posted = 'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

  test.each<[string, string | Uint8Array]>([
    ['no line of HTTP', 'NONSENSE\r\n\r\n'],
    ['another version', 'GET / HTTP/9.9\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['a header that is none', 'GET /health HTTP/1.1\r\nhost: localhost\r\nbad header\r\n\r\n'],
    ['a header too long', `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['two lengths', `${posted}content-length: 3\r\ncontent-length: 4\r\n\r\n{}`],
    ['two ways to say a length', `${posted}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`],
    ['a chunk that is none', `${posted}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
  ])('over a connection ends it with the status of a mistake of the client: %s', async (_, bytes) => {
    const wire = new Wire(port).send(bytes);
    await wire.ends();
    expect(wire.received).toMatch(/^(HTTP\/1.1 4\d\d |$)/);
    await isWell();
  });
});

test('whatever a request is changed to, it is answered, or refused as a mistake of the client', async () => {
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
      stream_options: {},
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
  for (let round = 0; round < 15; round++) {
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
  expect(seen.get(200)).toBeGreaterThan(40);
  expect(seen.get(400)).toBeGreaterThan(100);
  await isWell();
});
