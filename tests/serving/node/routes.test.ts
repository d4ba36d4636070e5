import { describe, expect, test, vi } from 'vitest';
import { score } from '../../../src/generation/scoring/score.ts';
import { ScoreTotals } from '../../../src/generation/scoring/score-totals.ts';
import { Suggester } from '../../../src/generation/suggestions/suggest.ts';
import { completer, errorOf, words } from '../../support/completions.ts';
import { savedModel } from '../../support/served.ts';
import { ask, type Json, openServer, post } from '../../support/server.ts';

const chars = savedModel('char', 'hello world\n');
const bytes = savedModel('byte');
const odd = 'ü 100% ?#&.v2';
const aliases = { words: ['gpt-3.5-turbo-instruct', 'davinci'] };
const { url, service, models } = await openServer({ words, chars, bytes, [odd]: words }, { aliases });

const complete = completer(url, { model: 'words' });

describe('/v1/models', () => {
  test('lists the models with their facts', async () => {
    const { status, headers, body } = await ask(`${url}/v1/models`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(body.object).toBe('list');
    expect(body.data.map(({ id }: Json) => id)).toEqual(['words', ...aliases.words, 'chars', 'bytes', odd]);
    const { vocabSize, layers, hiddenSize, cell } = bytes.model.config;
    expect(body.data[4]).toEqual({
      ...{ id: 'bytes', object: 'model', created: models[2].created, owned_by: 'unrolled' },
      ...{ cell, layers, hidden: hiddenSize, vocabulary: vocabSize, tokens: 'byte' },
      parameters: bytes.model.parameterCount,
    });
  });

  test('shows a model by name', async () => {
    for (const id of ['words', odd, 'davinci']) {
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
  test.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/models//',
    '/v1/models/words/more',
    '/v1/completions//',
    '//',
    '/HEALTH',
  ])('that does not exist gets a 404: %s', async (path) => {
    const { status, body } = await ask(url + path);
    expect([status, body.error.code]).toEqual([404, 'not_found']);
    expect(body.error.message).toContain('POST /v1/completions');
  });

  test.each([
    ['DELETE', '/v1/models/words', 'GET'],
    ['POST', '/v1/models', 'GET'],
    ['POST', '/health', 'GET'],
    ['GET', '/v1/completions', 'POST'],
    ['PUT', '/v1/score', 'POST'],
    ['OPTIONS', '/v1/suggest', 'POST'],
    ['HEAD', '/v1/suggest', 'POST'],
  ])('accepts only its own method: %s %s', async (method, path, allow) => {
    const { status, headers } = await ask(url + path, { method });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  test('may end with a slash', async () => {
    expect((await ask(`${url}/v1/models/`)).body.data).toHaveLength(6);
    expect((await ask(`${url}/v1/models/words/`)).body.id).toBe('words');
    expect((await post(`${url}/v1/completions/?x`, { model: 'words', max_tokens: 1 })).status).toBe(200);
  });

  test('may have a query', async () => {
    expect((await ask(`${url}/v1/models?limit=2`)).body.data).toHaveLength(6);
    expect((await ask(`${url}/v1/models/words?a/b`)).body.id).toBe('words');
    const body = { model: 'words', prompt: 'the', max_tokens: 1 };
    expect((await post(`${url}/v1/completions?api-version=1`, body)).status).toBe(200);
  });

  test('answers HEAD without a body', async () => {
    for (const path of ['/health', '/v1/models', '/metrics']) {
      const { status, text, headers } = await ask(url + path, { method: 'HEAD' });
      expect({ status, text }).toEqual({ status: 200, text: '' });
      expect(Number(headers.get('content-length'))).toBeGreaterThan(0);
    }
  });
});

test('answers repeat the alias that a request uses, and the model works under all its names', async () => {
  const asked = { prompt: 'the old', max_tokens: 5, seed: 1 };
  const { body } = await complete({ ...asked, model: 'davinci' });
  expect(body.model).toBe('davinci');
  expect(body.choices).toEqual((await complete(asked)).body.choices);
  expect((await post(`${url}/v1/score`, { model: 'davinci', text: 'the' })).body.model).toBe('davinci');
  expect((await ask(`${url}/metrics`)).text).not.toContain('davinci');
});

test('/version reports the version', async () => {
  expect((await ask(`${url}/version`)).body).toEqual({ version: '1.2.3' });
});

test.each(['/v1/chat/completions', '/v1/responses'])('%s names the endpoint to use', async (path) => {
  const { status, body } = await post(url + path, { messages: [{ role: 'user', content: 'hello' }] });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({
    type: 'invalid_request_error',
    code: 'chat_not_supported',
    param: null,
  });
  expect(body.error.message).toContain('/v1/completions');
});

describe('a lenient server', async () => {
  const lenient = await openServer({ words }, { lenient: true });
  const header = async (path: string, body: object) => {
    const { status, headers } = await post(`${lenient.url}/v1/${path}`, body);
    return [status, headers.get('x-unrolled-ignored')];
  };

  test('ignores unknown and unsupported fields, and names them', async () => {
    const asked = { max_tokens: 1, guided_json: {}, suffix: 'x', user: 'somebody' };
    expect(await header('completions', asked)).toEqual([200, 'guided_json, suffix']);
    expect(await header('completions', { ...asked, stream: true })).toEqual([200, 'guided_json, suffix']);
    expect(await header('score', { text: 'the', prompt: 'the' })).toEqual([200, 'prompt']);
    expect(await header('suggest', { text: 'the' })).toEqual([200, null]);
    expect(await header('completions', { n: 0, foo: 1 })).toEqual([400, 'foo']);
  });

  test('bounds the header, and writes only plain characters', async () => {
    const names = [
      'a\r\nb: c',
      'é,"',
      '',
      'x'.repeat(500),
      ...Array.from({ length: 200 }, (_, i) => `f${i}`),
    ];
    const body = { text: 'the', ...Object.fromEntries(names.map((name) => [name, 1])) };
    const [status, named] = await header('suggest', body);
    expect(status).toBe(200);
    expect(named).toBe(`a??b??c, ???, ?, ${'x'.repeat(64)}, ${names.slice(4, 16).join(', ')}, ...`);
  });
});

test('/health reports the status and active requests', async () => {
  const { status, body } = await ask(`${url}/health`);
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok', models: ['words', 'chars', 'bytes', odd], streams: 0, queued: 0 });
  expect((await ask(`${url}/v1/health`)).body).toEqual(body);
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
      for (const [i, { token, bits, rank, known, alternatives, text }] of line.tokens.entries()) {
        const named = alternatives.map(({ id, probability }) => {
          return { token: words.vocabulary.tokenOf(id), probability };
        });
        const place = { line: line.line, position: line.position + i };
        scores.push({ ...place, token, known, bits, rank, alternatives: named, text });
      }
    }
    expect(scores).toHaveLength(12);
    const { bits, perplexity, bitsPerToken, bitsPerCharacter } = totals;
    const { bytes, bitsPerByte, words: count, perWordPerplexity } = totals;
    const sums = { lines: 3, tokens: 12, unknownTokens: 1, characters: text.length };
    expect(body).toEqual({
      ...{ object: 'score', model: 'words', ...sums, bits, bitsPerToken, bitsPerCharacter, perplexity },
      ...{ bytes, bitsPerByte, words: count, perWordPerplexity },
      scores,
    });
  });

  test('needs a text with a token', async () => {
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

  test('costs one step for another word or letter', async () => {
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
    expect(await costOf('it ran to the old door wa')).toEqual([[1], 0]);
    expect(await costOf('it ran to the old door was ')).toEqual([[1], 0]);
    expect(await costOf('it ran to the old door was late ')).toEqual([[1], 0]);
    expect(await costOf('it ran to the old door was late , and the ')).toEqual([[1], 2]);
    step.mockRestore();
    block.mockRestore();
  });
});

describe('/metrics', () => {
  test('is in the Prometheus format, and counts', async () => {
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
    expect(grown('unrolled_tokens_total{model_name="words"}')).toBe(18);
    expect(grown('unrolled_tokens_total{model_name="chars"}')).toBe(0);
    expect(grown('unrolled_steps_total{model_name="words"}')).toBe(9);
    expect(grown('unrolled_cache_hits_total{model_name="words"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="/v1/completions",status="200"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="/v1/completions",status="400"}')).toBe(1);
    expect(grown('unrolled_requests_total{route="none",status="404"}')).toBe(1);
    const completions = 'route="/v1/completions"';
    expect(grown(`unrolled_request_seconds_count{${completions}}`)).toBe(2);
    expect(grown(`unrolled_request_seconds_bucket{${completions},le="+Inf"}`)).toBe(2);
    expect(grown('unrolled_busy_seconds_total{model_name="words"}')).toBeGreaterThan(0);
    expect(after.get(`unrolled_cache_entries{model_name="words"}`)).toBe(models[0].cache.size);
    expect(after.get('unrolled_streams')).toBe(0);
    expect(after.get('unrolled_memory_bytes')).toBeGreaterThan(1e6);
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
