import { request as httpRequest } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { score } from '../../../src/generation/score.ts';
import { ScoreTotals } from '../../../src/generation/score-totals.ts';
import { Suggester } from '../../../src/generation/suggest.ts';
import {
  type Answered,
  ask,
  eventsOf,
  type Json,
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
const chars = savedModel('char', 'hello world\n');
const bytes = savedModel('byte');
const odd = 'ü 100% ?#&.v2';
const { url, port, service, models, faults } = await openServer({ words, chars, bytes, [odd]: words });

const complete = (body: Json) => post(`${url}/v1/completions`, { model: 'words', ...body });
const textsOf = ({ body }: Answered): string[] => body.choices.map(({ text }: Json) => text);
const errorOf = ({ status, body }: Answered) => [status, body.error.code, body.error.param];

describe('/v1/models', () => {
  test('lists the models with what they are', async () => {
    const { status, headers, body } = await ask(`${url}/v1/models`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(body.object).toBe('list');
    expect(body.data.map(({ id }: Json) => id)).toEqual(['words', 'chars', 'bytes', odd]);
    const { vocabSize, layers, hiddenSize, cell } = bytes.model.config;
    expect(body.data[2]).toEqual({
      ...{ id: 'bytes', object: 'model', created: models[2].created, owned_by: 'unrolled' },
      ...{ cell, layers, hidden: hiddenSize, vocabulary: vocabSize, tokens: 'byte' },
      parameters: bytes.model.parameterCount,
    });
  });

  test('shows one by its name, whatever it is', async () => {
    for (const id of ['words', odd]) {
      const { status, body } = await ask(`${url}/v1/models/${encodeURIComponent(id)}`);
      expect([status, body.id]).toEqual([200, id]);
    }
  });

  test.each(['nobody', '%', '%E0%A4%A', '__proto__', 'constructor', 'words%2F', '%00', 'w'.repeat(200)])(
    'has no model named %s',
    async (name) => {
      const { status, body } = await ask(`${url}/v1/models/${name}`);
      expect([status, body.error.code, body.error.param]).toEqual([404, 'model_not_found', 'model']);
      expect(body.error.message.length).toBeLessThan(200);
    },
  );
});

describe('a path', () => {
  test.each(['/', '/v1', '/v1/', '/v1/models/', '/v1/models/words/more', '/v1/completions/', '/HEALTH'])(
    'that is none gets a 404: %s',
    async (path) => {
      const { status, body } = await ask(url + path);
      expect([status, body.error.code]).toEqual([404, 'not_found']);
      expect(body.error.message).toContain('POST /v1/completions');
    },
  );

  test.each([
    ['DELETE', '/v1/models/words', 'GET'],
    ['POST', '/v1/models', 'GET'],
    ['POST', '/health', 'GET'],
    ['GET', '/v1/completions', 'POST'],
    ['PUT', '/v1/score', 'POST'],
    ['OPTIONS', '/v1/suggest', 'POST'],
    ['HEAD', '/v1/suggest', 'POST'],
  ])('takes its own method alone: %s %s', async (method, path, allow) => {
    const { status, headers } = await ask(url + path, { method });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  test('may have a query behind it', async () => {
    expect((await ask(`${url}/v1/models?limit=2`)).body.data).toHaveLength(4);
    expect((await ask(`${url}/v1/models/words?a/b`)).body.id).toBe('words');
    const body = { model: 'words', prompt: 'the', max_tokens: 1 };
    expect((await post(`${url}/v1/completions?api-version=1`, body)).status).toBe(200);
  });

  test('tells of itself without its body where HEAD asks', async () => {
    for (const path of ['/health', '/v1/models', '/metrics']) {
      const { status, text, headers } = await ask(url + path, { method: 'HEAD' });
      expect({ status, text }).toEqual({ status: 200, text: '' });
      expect(Number(headers.get('content-length'))).toBeGreaterThan(0);
    }
  });
});

test('/health says that all is well, and what is under way', async () => {
  const { status, body } = await ask(`${url}/health`);
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok', models: ['words', 'chars', 'bytes', odd], streams: 0, queued: 0 });
  const leave = await service.admission.enter(3, new AbortController().signal);
  expect((await ask(`${url}/health`)).body.streams).toBe(3);
  leave();
});

describe('/v1/score', () => {
  const text = 'the cat sat .\nthe unicorn ran to it\n\n';

  test.each(['carry', 'line'] as const)('equals score() with the state %s', async (state) => {
    const { body } = await post(`${url}/v1/score`, { model: 'words', text, state, alternatives: 2 });
    const totals = new ScoreTotals();
    const scores: Json[] = [];
    for await (const line of score(words, text, { state, alternatives: 2 })) {
      totals.add(line);
      for (const [i, { token, bits, rank, known, alternatives }] of line.tokens.entries()) {
        const named = alternatives.map(({ id, probability }) => {
          return { token: words.vocabulary.tokenOf(id), probability };
        });
        const place = { line: line.line, position: line.position + i };
        scores.push({ ...place, token, known, bits, rank, alternatives: named });
      }
    }
    expect(scores).toHaveLength(12);
    const { bits, perplexity, bitsPerToken, bitsPerCharacter } = totals;
    const sums = { lines: 3, tokens: 12, unknownTokens: 1, characters: text.length };
    expect(body).toEqual({
      ...{ object: 'score', model: 'words', ...sums, bits, bitsPerToken, bitsPerCharacter, perplexity },
      scores,
    });
  });

  test('needs a text with a token in it', async () => {
    const ask = async (body: object) => errorOf(await post(`${url}/v1/score`, { model: 'words', ...body }));
    expect(await ask({ text: ' \t' })).toEqual([400, 'invalid_value', 'text']);
    expect(await ask({ text: 3 })).toEqual([400, 'invalid_value', 'text']);
    expect(await ask({})).toEqual([400, 'invalid_value', 'text']);
    expect(await ask({ text, state: 'gas' })).toEqual([400, 'invalid_value', 'state']);
    expect(await ask({ text, alternatives: 21 })).toEqual([400, 'invalid_value', 'alternatives']);
    expect(await ask({ text, prompt: text })).toEqual([400, 'unknown_field', 'prompt']);
  });
});

describe('/v1/suggest', () => {
  const suggest = async (body: object) =>
    (await post(`${url}/v1/suggest`, { model: 'words', ...body })).body as Json;

  test.each(['the ', 'the c', 'the cat sat on the mat .\nthe y', '', 'unicorn ', 'zzz'])(
    'equals a Suggester after %j',
    async (text) => {
      const expected = { object: 'suggestions', model: 'words', ...new Suggester(words).suggest(text, 4) };
      for (let i = 0; i < 2; i++) expect(await suggest({ text, top: 4 })).toEqual(expected);
    },
  );

  test('has 5 suggestions unless the client says how many', async () => {
    expect((await suggest({ text: 'the ' })).next).toHaveLength(5);
  });

  test('costs one step of one word for a word more', async () => {
    let read: number[] = [];
    const { model } = words;
    const [step, block] = [vi.spyOn(model, 'step'), vi.spyOn(model, 'read')];
    const costOf = async (text: string) => {
      step.mockClear();
      block.mockClear();
      await suggest({ text });
      read = block.mock.calls.flatMap(([ids]) => [...ids]);
      return [step.mock.calls.map(([ids]) => ids.length), read.length];
    };
    expect(await costOf('it ran to the old door ')).toEqual([[1], 5]);
    expect(await costOf('it ran to the old door was ')).toEqual([[1], 0]);
    expect(await costOf('it ran to the old door was late ')).toEqual([[1], 0]);
    expect(await costOf('it ran to the old door was late , and the ')).toEqual([[1], 2]);
    step.mockRestore();
    block.mockRestore();
  });
});

describe('/metrics', () => {
  test('is what Prometheus reads, and counts', async () => {
    await complete({ prompt: 'it was late', max_tokens: 9, n: 2 });
    const { headers, text } = await ask(`${url}/metrics`);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/\n$/);
    const before = samplesOf(text);
    await complete({ prompt: 'it was late', max_tokens: 9, n: 2 });
    await complete({ prompt: 'it', n: 0 });
    await ask(`${url}/no/such/path`);
    const after = samplesOf((await ask(`${url}/metrics`)).text);
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('unrolled_tokens_total{model="words"}')).toBe(18);
    expect(grown('unrolled_tokens_total{model="chars"}')).toBe(0);
    expect(grown('unrolled_steps_total{model="words"}')).toBe(9);
    expect(grown('unrolled_cache_hits_total{model="words"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="/v1/completions",status="200"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="/v1/completions",status="400"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="none",status="404"}')).toBe(1);
    const completions = 'route="/v1/completions"';
    expect(grown(`unrolled_request_seconds_count{${completions}}`)).toBe(2);
    expect(grown(`unrolled_request_seconds_bucket{${completions},le="+Inf"}`)).toBe(2);
    expect(grown('unrolled_busy_seconds_total{model="words"}')).toBeGreaterThan(0);
    expect(after.get(`unrolled_cache_entries{model="words"}`)).toBe(models[0].cache.size);
    expect(after.get('unrolled_streams')).toBe(0);
  });

  /** Reads the text format as strictly as its definition; buckets must grow with their bounds. */
  function samplesOf(text: string): Map<string, number> {
    const samples = new Map<string, number>();
    const types = new Map<string, string>();
    let helped = '';
    let bucket = { of: '', count: 0 };
    for (const line of text.trimEnd().split('\n')) {
      const [, help] = /^# HELP (\w+) \S.*$/.exec(line) ?? [];
      const [, typed, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
      const label = String.raw`\w+="(?:[^"\\\n]|\\[\\"n])*"`;
      const form = new RegExp(
        String.raw`^((\w+?)(_bucket|_sum|_count)?(?:\{${label}(?:,${label})*\})?) (\S+)$`,
      );
      const [, name, family, suffix, value] = form.exec(line) ?? [];
      if (help) helped = help;
      else if (typed) {
        expect(typed).toBe(helped);
        types.set(typed, type);
      } else {
        expect(line).toMatch(form);
        expect(types.get(family) ?? types.get(family + suffix)).toBeDefined();
        expect(samples.has(name)).toBe(false);
        samples.set(name, Number(value));
        expect(Number(value)).not.toBeNaN();
        const [of] = name.split(',le=');
        if (suffix === '_bucket' && of === bucket.of)
          expect(Number(value)).toBeGreaterThanOrEqual(bucket.count);
        bucket = { of, count: Number(value) };
      }
    }
    return samples;
  }
});

describe('a stream', () => {
  test('is server-sent events of JSON, [DONE] the last', async () => {
    const { status, headers, text } = await complete({ prompt: 'the', max_tokens: 6, stream: true, seed: 3 });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    const events = eventsOf(text);
    expect(events.pop()).toBe('[DONE]');
    const joined = events.map(({ choices }) => choices[0].text).join('');
    expect([joined]).toEqual(textsOf(await complete({ prompt: 'the', max_tokens: 6, seed: 3 })));
    expect(events.map(({ choices }) => choices[0].finish_reason)).toEqual([
      ...Array(events.length - 1).fill(null),
      'length',
    ]);
    expect(new Set(events.map(({ object }) => object))).toEqual(new Set(['text_completion']));
  });

  test('that goes wrong ends with an event that says so, for all of its texts, and no [DONE]', async () => {
    const { model } = words;
    const step = model.step.bind(model);
    const [n, most] = [100, 30];
    let calls = 0;
    // Of the 300 texts a step takes 256; those of the next one must not be written to an ended stream.
    const spy = vi.spyOn(model, 'step').mockImplementation((ids, states) => {
      if (++calls === 8) throw new Error('the model broke');
      return step(ids, states);
    });
    const asked = { prompt: ['the', 'it', 'cat'], n, max_tokens: most, stream: true };
    const wide = await openServer({ words }, { limits: { streams: 300 } });
    const { text, status } = await post(`${wide.url}/v1/completions`, asked);
    const events = eventsOf(text);
    expect(status).toBe(200);
    const { error } = events.pop();
    expect(error).toMatchObject({ type: 'server_error', code: 'internal_error' });
    expect(error.message).not.toContain('broke');
    expect(events.every(({ choices }) => choices[0].finish_reason === null)).toBe(true);
    expect(calls).toBeLessThan(12);
    expect(wide.service.admission.streams).toBe(0);
    spy.mockRestore();
    expect(wide.faults.splice(0)).toMatchObject([{ message: 'the model broke' }]);
  });

  test('that went wrong is not written to by its texts that waited for the client', async () => {
    const { model } = words;
    const read = model.read.bind(model);
    let broken = false;
    const spy = vi.spyOn(model, 'read').mockImplementation((ids, states) => {
      if (broken) throw new Error('the model broke');
      read(ids, states);
    });
    const wide = await openServer({ words }, { limits: { bodyBytes: 1e7, promptTokens: 1e6 } });
    // The first prompt has no word to read, but a text that fills the connection; the second is read for long.
    const prompt = [' '.repeat(4_000_000), 'the '.repeat(400_000)];
    const asked = { prompt, echo: true, max_tokens: 0, n: 2, stream: true };
    const unread = await fetch(`${wide.url}/v1/completions`, posting(asked));
    broken = true;
    await until(() => expect(wide.faults.splice(0)).toMatchObject([{ message: 'the model broke' }]));
    spy.mockRestore();
    const events = eventsOf(await unread.text());
    expect(events.pop().error.code).toBe('internal_error');
    expect(events.map(({ choices }) => choices[0].finish_reason)).toEqual([null, null]);
    expect((await ask(`${wide.url}/health`)).body.streams).toBe(0);
  });

  test('of many texts warns of nothing', async () => {
    const warn = vi.fn();
    process.on('warning', warn);
    const asked = { prompt: 'the', n: 60, max_tokens: 3, stream: true, logprobs: 1 };
    expect(eventsOf((await complete(asked)).text).length).toBeGreaterThan(180);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warn).not.toHaveBeenCalled();
  });
});

test('what went wrong is a 500 that tells nothing of the inside, and the next request is served', async () => {
  const spy = vi.spyOn(words.model, 'step').mockImplementation(() => {
    throw new Error('secret path');
  });
  const { status, text, body } = await complete({ prompt: 'the' });
  spy.mockRestore();
  expect([status, body.error.type]).toEqual([500, 'server_error']);
  expect(text).not.toContain('secret');
  expect(faults.splice(0)).toMatchObject([{ message: 'secret path' }]);
  expect((await complete({ prompt: 'the' })).status).toBe(200);
});

describe('a completion', () => {
  test('names the words that the vocabulary lacks, each once', async () => {
    const { body } = await complete({ prompt: ['the unicorn', 'a zebra unicorn'], max_tokens: 1 });
    expect(body.unknown.toSorted()).toEqual(['a', 'unicorn', 'zebra']);
    expect((await complete({ prompt: 'the cat', max_tokens: 1 })).body).not.toHaveProperty('unknown');
  });

  test('never writes the unknown token', async () => {
    const { body } = await complete({ prompt: 'the', max_tokens: 400, temperature: 3 });
    expect(body.choices[0].text).not.toContain('<unk>');
  });

  test('counts what of its prompt was remembered', async () => {
    const detail = ({ body }: Answered) => [
      body.usage.prompt_tokens,
      body.usage.prompt_tokens_details.cached_tokens,
    ];
    const prompt = 'it saw the old dog on the door';
    expect(detail(await complete({ prompt, max_tokens: 2 }))).toEqual([8, 0]);
    expect(detail(await complete({ prompt, max_tokens: 2 }))).toEqual([8, 7]);
    expect(detail(await complete({ prompt: `${prompt} , and`, max_tokens: 2 }))).toEqual([10, 7]);
    expect(detail(await complete({ prompt, model: odd, max_tokens: 2 }))).toEqual([8, 0]);
  });

  test('goes on from its own text without reading it again', async () => {
    const prompt = 'door mat door mat';
    const { body } = await complete({ prompt, max_tokens: 7, logprobs: 0 });
    const { usage } = (await complete({ prompt: idsOf(prompt, body), max_tokens: 1 })).body;
    expect(usage).toMatchObject({ prompt_tokens: 11, prompt_tokens_details: { cached_tokens: 10 } });

    function idsOf(text: string, { choices }: Json): number[] {
      const tokens: string[] = [...text.split(' '), ...choices[0].logprobs.tokens];
      return tokens.map((token) => words.vocabulary.idOf(token) as number);
    }
  });

  test('of a prompt that ends with a space begins without one', async () => {
    const [plain] = textsOf(await complete({ prompt: 'the old', seed: 5 }));
    expect(plain).toMatch(/^ \S/);
    expect(textsOf(await complete({ prompt: 'the old ', seed: 5 }))).toEqual([plain.slice(1)]);
    // Also where the beginning is held back for what may become a stop string.
    const stop = `${plain.slice(0, plain.indexOf(' ', 1))} never`;
    const { text } = await complete({ prompt: 'the old ', seed: 5, stop, stream: true });
    const pieces = eventsOf(text).slice(0, -1);
    expect(pieces.map(({ choices }) => choices[0].text).join('')).toBe(plain.slice(1));
  });

  test('of no prompt is the start of a line', async () => {
    const texts = textsOf(await complete({ prompt: '\n', seed: 2 }));
    for (const prompt of ['', ' ', null, [[]]])
      expect(textsOf(await complete({ prompt, seed: 2 }))).toEqual(texts);
  });

  test('needs no model where there is one alone', async () => {
    const alone = await openServer({ words });
    const { status, body } = await post(`${alone.url}/v1/completions`, { prompt: 'the' });
    expect([status, body.model]).toEqual([200, 'words']);
    expect(errorOf(await complete({ model: null }))).toEqual([400, 'invalid_value', 'model']);
    expect(errorOf(await complete({ model: 'b' }))).toEqual([404, 'model_not_found', 'model']);
  });

  test('of characters goes on within a word, and needs characters that the model knows', async () => {
    const [text] = textsOf(await complete({ model: 'chars', prompt: 'hel', max_tokens: 20 }));
    expect(text).toMatch(/^[helo wrd\n]{20}$/);
    const { status, body } = await complete({ model: 'chars', prompt: 'help' });
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toMatch(/"p".*unknown token/);
    for (const path of ['score', 'suggest'])
      expect((await post(`${url}/v1/${path}`, { model: 'chars', text: 'help' })).status).toBe(400);
  });

  test('of bytes is whole characters, streamed or not', async () => {
    // A prompt may end within a character; nothing of one that is cut is ever sent as half a surrogate.
    const prompt = [...Buffer.from('naïve 😀'.slice(0, -2)), ...Buffer.from('😀').subarray(0, 2)];
    const asked = { model: 'bytes', prompt, max_tokens: 60, seed: 4, echo: true };
    const [whole] = textsOf(await complete(asked));
    const events = eventsOf((await complete({ ...asked, stream: true })).text).slice(0, -1);
    expect(events.map(({ choices }) => choices[0].text).join('')).toBe(whole);
    expect(() => encodeURIComponent(whole)).not.toThrow();
    expect(whole.startsWith('naïve ')).toBe(true);
  });
});

describe('a connection', () => {
  test('is kept for the next request, after errors too', async () => {
    const wire = new Wire(port);
    wire.send(requestOf('/v1/completions', { model: 'words', max_tokens: 2 }));
    await wire.hears(/"total_tokens"/);
    wire.send(requestOf('/v1/completions', '{'));
    await wire.hears(/400 Bad Request.*invalid_json/s);
    wire.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await wire.hears(/"status":"ok"/);
    expect(wire.received.match(/HTTP\/1.1 /g)).toHaveLength(3);
    wire.socket.destroy();
  });

  test('may carry requests before the answers to those in front, which come in order', async () => {
    const wire = new Wire(port);
    const asked = (id: string) => requestOf('/v1/completions', { model: id, prompt: 'o', max_tokens: 3 });
    wire.send(asked('bytes') + asked('nobody') + asked('chars'));
    await wire.hears(/"model":"bytes".*model_not_found.*"model":"chars"/s);
    wire.socket.destroy();
  });

  test('that says close is closed', async () => {
    const wire = new Wire(port).send(
      requestOf('/v1/suggest', { model: 'words', text: '' }, 'connection: close'),
    );
    await wire.ends();
    expect(wire.received).toMatch(/^HTTP\/1.1 200 OK.*"suggestions"/s);
  });

  test('may ask whether to go on before it sends a body', async () => {
    const heard = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', expect: '100-continue' };
      const request = httpRequest(`${url}/v1/suggest`, { method: 'POST', headers });
      request.on('continue', () => request.end('{"model":"words","text":""}'));
      request.on('response', (response) => resolve(response.resume().statusCode));
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(heard).toBe(200);
  });
});

describe('drain()', () => {
  test('lets an answer arrive that is on its way already', async () => {
    const wide = await openServer({ words }, { limits: { bodyBytes: 1e7 } });
    const asked = { prompt: ' '.repeat(3_000_000), echo: true, max_tokens: 0, n: 8 };
    const unread = await fetch(`${wide.url}/v1/completions`, posting(asked));
    expect(wide.service.admission.streams).toBe(0);
    const drained = wide.server.drain();
    await expect(fetch(`${wide.url}/health`)).rejects.toThrow();
    const { choices } = (await unread.json()) as Json;
    expect(choices.map(({ text }: Json) => text.length)).toEqual(Array(8).fill(3_000_000));
    await drained;
  });

  test('tells connections that are kept that it is about to stop, and ends those that say nothing', async () => {
    const small = await openServer({ words });
    const wires = [0, 1, 2].map(() => new Wire(small.port));
    for (const wire of wires) {
      wire.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await wire.hears(/"ok"/);
    }
    wires[2].send('POST /v1/completions HTTP/1.1\r\nhost: localhost\r\n');
    const stream = await fetch(
      `${small.url}/v1/completions`,
      posting({ max_tokens: 1_000_000, stream: true }),
    );
    const drained = small.server.drain();
    wires[0].send(requestOf('/v1/completions', { max_tokens: 1 }));
    await wires[0].hears(/503 Service Unavailable.*connection: close.*"code":"stopping"/is);
    await stream.body?.cancel();
    await drained;
    for (const wire of wires) await wire.ends();
  });
});
