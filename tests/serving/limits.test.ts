import { describe, expect, test, vi } from 'vitest';
import { readCompletion } from '../../src/serving/completions/request.ts';
import type { Body } from '../../src/serving/fields.ts';
import { codeOf, completer, completions, endless, isWell, words } from '../support/completions.ts';
import { ask, eventsOf, openServer, post, requestOf, until, Wire } from '../support/server.ts';

const open = await openServer({ words });
const { url, service, models } = open;
const complete = completer(url);

describe('over a limit is', () => {
  test('a prompt or a text with too many tokens', async () => {
    const prompt = 'the '.repeat(201);
    const ids = Array(201).fill(1);
    for (const body of [{ prompt }, { prompt: ids }, { prompt: ['the', prompt] }]) {
      const answer = await complete(body);
      expect(codeOf(answer)).toEqual([400, 'context_length_exceeded']);
      expect(answer.body.error).toMatchObject({
        param: 'prompt',
        message: 'prompt has 201 tokens; the limit is 200. Shorten it.',
      });
    }
    for (const path of ['score', 'suggest']) {
      const answer = await post(`${url}/v1/${path}`, { text: prompt });
      expect(codeOf(answer)).toEqual([400, 'context_length_exceeded']);
    }
    expect((await complete({ prompt: ids.slice(1), max_tokens: 1 })).status).toBe(200);
  });

  test('a request for too many tokens or texts', async () => {
    expect(codeOf(await complete({ max_tokens: endless + 1 }))).toEqual([400, 'invalid_value']);
    expect(codeOf(await complete({ n: 65 }))).toEqual([400, 'too_many_choices']);
    expect(codeOf(await complete({ prompt: ['a', 'b', 'c'], n: 22 }))).toEqual([400, 'too_many_choices']);
    expect((await complete({ n: 64, max_tokens: 1 })).status).toBe(200);
    const small = await openServer({ words }, { limits: { maxTokens: 4 } });
    expect((await complete({}, small.url)).body.usage.completion_tokens).toBe(4);
  });
});

describe('a response that would be too large is refused before anything is read:', () => {
  const limits = { ...service.limits, promptTokens: 1000, answerBytes: 100_000 };
  const text = 'the '.repeat(500);
  const read = (body: object) => () => readCompletion(body as Body, models, limits);

  test.each<[string, object, object]>([
    ['the prompt, in each text', { prompt: 'e'.repeat(2001), echo: true, n: 50 }, { n: 49 }],
    ['its bytes', { prompt: 'ü'.repeat(1001), echo: true, n: 50 }, { prompt: 'u'.repeat(1001) }],
    ['all prompts', { prompt: Array(3).fill('e'.repeat(2000)), echo: true, n: 20 }, { n: 16 }],
    ['probabilities of the prompt', { prompt: text, echo: true, logprobs: 3 }, { logprobs: 1 }],
    ['probabilities of the text', { max_tokens: 100, logprobs: 20 }, { max_tokens: 90 }],
  ])('%s', (_, body, less) => {
    expect(read(body)).toThrow(expect.objectContaining({ status: 400, code: 'answer_too_large' }));
    expect(read({ ...body, ...less })).not.toThrow();
  });

  test('for a stream, only what is sent before the first token counts', () => {
    expect(read({ max_tokens: 100, logprobs: 20, stream: true })).not.toThrow();
    expect(read({ prompt: text, echo: true, logprobs: 3, stream: true })).toThrow('about 1 MB');
  });

  test('also for a score', async () => {
    const small = await openServer({ words }, { limits: { answerBytes: 10_000 } });
    const answer = await post(`${small.url}/v1/score`, { text: 'the '.repeat(50), alternatives: 3 });
    expect(codeOf(answer)).toEqual([400, 'answer_too_large']);
    expect((await post(`${small.url}/v1/score`, { text: 'the' })).status).toBe(200);
  });
});

test('requests for more texts than slots are refused before reading', () => {
  const tokenize = vi.spyOn(words.tokenizer, 'tokenize');
  const prompt = Array(33).fill('the');
  const tooMany = () => readCompletion({ prompt, n: 2 }, models, service.limits);
  expect(tooMany).toThrow(expect.objectContaining({ status: 400, code: 'too_many_choices' }));
  expect(tokenize).not.toHaveBeenCalled();
  tokenize.mockRestore();
});

test('the repetition window is limited by the length of a text, since it is allocated', () => {
  const { sampling } = readCompletion({ repetition_window: 2 ** 31 - 1 }, models, service.limits);
  const { promptTokens, maxTokens } = service.limits;
  expect(sampling.options.repetitionWindow).toBe(promptTokens + maxTokens);
});

test('a full queue gets 429 with retry-after, and waiting requests are served', async () => {
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

describe('at the timeout', () => {
  test('a complete response is a 503, a stream ends with an error, and waiting requests get a 503', async () => {
    const hasty = await openServer({ words }, { limits: { seconds: 0.4, streams: 2 } });
    const asked = { prompt: 'the', max_tokens: endless };
    const [whole, stream] = await Promise.all([
      complete(asked, hasty.url),
      complete({ ...asked, stream: true }, hasty.url),
    ]);
    expect(codeOf(whole)).toEqual([503, 'timeout']);
    expect(whole.body.error.message).toContain('the timeout of 0.4 seconds');
    const events = eventsOf(stream.text);
    expect(events.pop().error.code).toBe('timeout');
    expect(events.length).toBeGreaterThan(0);
    const leave = await hasty.service.admission.enter(2, new AbortController().signal);
    expect(codeOf(await complete(asked, hasty.url))).toEqual([503, 'timeout']);
    leave();
    await isWell(hasty);
  });

  test('a missing body is a 503 too, and closes the connection', async () => {
    const hasty = await openServer({ words }, { limits: { seconds: 0.2 } });
    const whole = requestOf(completions, { prompt: 'the' });
    const chunked = whole
      .replace(/content-length: \d+/, 'transfer-encoding: chunked')
      .replace('{', '1\r\n{\r\n');
    for (const request of [whole.slice(0, -3), chunked.slice(0, -'"prompt":"the"}'.length)]) {
      const wire = new Wire(hasty.port).send(request);
      await wire.ends();
      expect(wire.received).toMatch(/^HTTP\/1.1 503 .*\r\nconnection: close\r\n.*"code":"timeout"\}\}$/is);
    }
    const counted = '{route="/v1/completions",status="503"} 2\n';
    await until(() => expect(hasty.service.metrics.toString()).toContain(counted));
    await isWell(hasty);
  });

  test('a client that reads nothing is disconnected', async () => {
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
