import { request as httpRequest } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { Random } from '../../../src/tensor/random.ts';
import { savedModel, tale } from '../../support/served.ts';
import {
  ask,
  eventsOf,
  type Json,
  type Opened,
  openServer,
  post,
  posting,
  until,
} from '../../support/server.ts';

const words = savedModel('word', tale, { unknown: '<unk>' });

describe('with API keys', async () => {
  const keys = ['first-key', 'second-key'];
  const { url } = await openServer({ words }, { keys });
  const closed = [
    '/v1/models',
    '/v1/models/words',
    '/metrics',
    '/v1/completions',
    '/v1/score',
    '/v1/suggest',
  ];
  const with_ = (authorization?: string): RequestInit =>
    authorization === undefined ? {} : { headers: { authorization } };

  test('each key is accepted', async () => {
    for (const key of keys) {
      for (const form of [`Bearer ${key}`, `bearer  ${key}`])
        expect((await ask(`${url}/v1/models`, with_(form))).status).toBe(200);
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      expect((await post(`${url}/v1/completions`, { max_tokens: 1 }, { headers })).status).toBe(200);
    }
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer first',
    'Bearer first-key2',
    'Bearer first-key,second-key',
    'first-key',
    'Basic first-key',
    'Bearer FIRST-KEY',
  ])('anything else is refused: %s', async (authorization) => {
    const { status, headers, body } = await ask(`${url}/v1/models`, with_(authorization));
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(body.error).toMatchObject({ type: 'authentication_error', code: 'invalid_api_key' });
    expect(JSON.stringify(body)).not.toContain('first');
  });

  test('all endpoints except /health need a key', async () => {
    for (const path of closed) {
      const method = path.startsWith('/v1/models') || path === '/metrics' ? 'GET' : 'POST';
      const { status } = await ask(url + path, method === 'GET' ? {} : posting({ text: 'the' }));
      expect([path, status]).toEqual([path, 401]);
    }
    expect((await ask(`${url}/health`)).status).toBe(200);
    expect((await ask(`${url}/v1/models?api_key=first-key`)).status).toBe(401);
  });

  test('the key is checked before the body is read', async () => {
    const { status } = await post(`${url}/v1/completions`, 'no JSON');
    expect(status).toBe(401);
  });
});

describe('a page of another origin', async () => {
  const { port, url } = await openServer({ words });
  const asked = (host: string, path = '/v1/models', at = port): Promise<[number, Json]> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', path, headers: { host } }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode ?? 0, JSON.parse(text)]);
      });
      request.on('error', reject);
      request.end();
      expect(at).toBe(port);
    });

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.evil.example:80',
    '1270.0.0.1',
    '[::2]',
    'localhost:80:80',
  ])("can't use another host name: %s", async (host) => {
    for (const path of ['/v1/models', '/health', '/none']) {
      const [status, { error }] = await asked(host, path);
      expect([status, error.code]).toEqual([403, 'wrong_host']);
    }
  });

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '127.8.9.10:8080', '[::1]', '[::1]:8080'])(
    'is none at the address %s',
    async (host) => {
      expect((await asked(host))[0]).toBe(200);
    },
  );

  test('may use any host name if the server accepts other machines', async () => {
    const wide = await openServer({ words }, { host: '0.0.0.0' });
    const { status } = await ask(`${wide.url}/v1/models`, { headers: { host: 'models.example' } });
    expect(status).toBe(200);
  });

  test("can't read responses", async () => {
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const { headers: got, status } = await ask(`${url}/v1/models`, { method, headers });
      expect([...got.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(status).toBe(method === 'GET' ? 200 : 405);
    }
  });

  test('can read responses, including errors, if its origin is allowed', async () => {
    const origins = ['https://one.example', 'http://localhost:3000'];
    const some = await openServer({ words }, { corsOrigins: origins, keys: ['key'] });
    const vary = 'accept-encoding, origin';
    const from = async (origin: string, init: RequestInit = {}) => {
      const { status, headers } = await ask(`${some.url}/v1/models`, {
        ...init,
        headers: { ...init.headers, origin },
      });
      return [status, headers.get('access-control-allow-origin'), headers.get('vary')];
    };
    const authorized = { headers: { authorization: 'Bearer key' } };
    for (const origin of origins) {
      expect(await from(origin, authorized)).toEqual([200, origin, vary]);
      expect(await from(origin)).toEqual([401, origin, vary]);
      expect(await from(origin, { method: 'OPTIONS' })).toEqual([204, origin, vary]);
    }
    for (const origin of [
      'https://two.example',
      'https://one.example.org',
      'http://one.example',
      'null',
      '*',
    ]) {
      expect(await from(origin, authorized)).toEqual([200, null, vary]);
      expect(await from(origin, { method: 'OPTIONS' })).toEqual([204, null, vary]);
    }
  });

  test('may send its preflighted request if its origin is allowed', async () => {
    const all = await openServer({ words }, { corsOrigins: ['*'] });
    const headers = {
      origin: 'https://any.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-os',
    };
    const { status, headers: got } = await ask(`${all.url}/v1/completions`, { method: 'OPTIONS', headers });
    expect(status).toBe(204);
    expect(got.get('access-control-allow-origin')).toBe('*');
    expect(got.get('access-control-allow-methods')).toContain('POST');
    expect(got.get('access-control-allow-headers')).toBe('authorization,content-type,x-stainless-os');
  });
});

interface Asked {
  readonly path: string;
  readonly body: Json;
  /** After so many events, the client leaves. */
  readonly leaves: number | null;
}

/** Requests that begin alike and run into each other, with a seed wherever something is drawn. */
function randomRequests(seed: number, count: number): Asked[] {
  const random = new Random(seed);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const vocabulary = tale.split(/\s+/).slice(0, 12);
  const text = () => Array.from({ length: below(7) }, () => vocabulary[below(1 + below(12))]).join(' ');
  const completion = (): Asked => {
    const stream = below(2) === 0;
    const choice = [{}, { temperature: 0 }, { top_p: 0.8 }, { top_k: 3, repetition_penalty: 1.4 }][below(4)];
    const more = [{}, { stop: 'the' }, { logprobs: 2 }, { echo: true }][below(4)];
    const body = {
      prompt: below(3) === 0 ? [text(), text()] : text(),
      max_tokens: below(25),
      n: 1 + below(3),
    };
    const leaves = stream && below(4) === 0 ? 1 + below(4) : null;
    // Of many texts, whose piece comes first is nobody's business.
    const alone = leaves === null ? {} : { prompt: text(), n: 1 };
    const drawn = { seed: below(50), ...choice };
    return { path: 'completions', body: { ...body, ...drawn, stream, ...more, ...alone }, leaves };
  };
  return Array.from({ length: count }, () => {
    const kind = below(5);
    if (kind === 0) return { path: 'suggest', body: { text: `${text()} `, top: 4 }, leaves: null };
    if (kind === 1) return { path: 'score', body: { text: `the ${text()}` }, leaves: null };
    return completion();
  });
}

/** What the client heard, without what may differ: names, times, and what was remembered. */
async function heard({ url }: Pick<Opened, 'url'>, { path, body, leaves }: Asked): Promise<Json> {
  const controller = new AbortController();
  const init = { ...posting(body), signal: controller.signal };
  const response = await fetch(`${url}/v1/${path}`, init);
  const isStream = body.stream === true && response.status === 200;
  if (leaves !== null && isStream) {
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk);
      if (text.split('\n\n').length > leaves) break;
    }
    controller.abort();
    const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
    return eventsOf(whole)
      .slice(0, leaves)
      .map((event) => (event === '[DONE]' ? event : plain(event)));
  }
  const text = await response.text();
  return isStream ? byChoice(eventsOf(text).slice(0, -1)) : [response.status, plain(JSON.parse(text))];
}

function plain({ id, created, ...rest }: Json): Json {
  const { usage } = rest;
  return usage ? { ...rest, usage: { ...usage, prompt_tokens_details: null } } : rest;
}

/** The pieces of each text in their order. */
function byChoice(events: readonly Json[]): Json {
  const lists: Json[][] = [];
  for (const event of events) {
    const { index } = event.choices[0];
    lists[index] = [...(lists[index] ?? []), plain(event)];
  }
  return lists;
}

describe('no request affects another', async () => {
  const wasm = await openBackend('wasm', { threads: 1 });

  test.each([
    [40, 'the reference', undefined, 11],
    [90, 'wasm', wasm, 12],
  ] as const)('%i of them at once are answered as each alone, on %s', async (count, _, backend, seed) => {
    const open = () => savedModel('word', tale, { unknown: '<unk>', ...(backend && { backend }) });
    const saved = open();
    // Few places and little memory, so that requests wait, and states come and go.
    const shared = await openServer(
      { words: saved },
      { limits: { streams: 24, queue: 300 }, cacheBytes: 20_000 },
    );
    const requests = randomRequests(seed, count);
    const random = new Random(seed);
    const answers = await Promise.all(
      requests.map(async (one) => {
        for (let turns = 200 * random.uniform(); turns > 0; turns--) await setImmediate();
        return heard(shared, one);
      }),
    );
    await until(() => expect(shared.service.admission.streams).toBe(0));
    expect(shared.models[0].cache.totals.hits).toBeGreaterThan(count / 10);
    expect(shared.models[0].batcher.totals.tokens).toBeGreaterThan(
      1.5 * shared.models[0].batcher.totals.steps,
    );
    const lonely = await openServer({ words: saved }, { cacheBytes: 0 });
    for (const [i, one] of requests.entries()) {
      const alone = await heard(lonely, one);
      expect({ seed, i, one, heard: answers[i] }).toEqual({ seed, i, one, heard: alone });
    }
  });
});
