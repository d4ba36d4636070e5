import OpenAI from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { savedModel } from '../../support/served.ts';
import { openServer, until } from '../../support/server.ts';

const model = 'a tale (2)';
const saved = savedModel('word');
const { url, service, models, faults } = await openServer({ [model]: saved });
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
const { completions } = client;
const [{ batcher }] = models;

const request = { model, prompt: 'the old cat', max_tokens: 12, seed: 7 };
const textOf = async (options: Partial<OpenAI.CompletionCreateParamsNonStreaming>): Promise<string> =>
  (await completions.create({ ...request, ...options })).choices[0].text;

/** Resolves when nobody's text is under way any more. */
const idle = () => until(() => expect(service.admission.streams).toBe(0));

async function streamed(options: Partial<OpenAI.CompletionCreateParamsStreaming> = {}) {
  const texts: string[] = [];
  const chunks: OpenAI.Completion[] = [];
  for await (const chunk of await completions.create({ ...request, ...options, stream: true })) {
    chunks.push(chunk);
    for (const { index, text } of chunk.choices) texts[index] = (texts[index] ?? '') + text;
  }
  return { texts, chunks };
}

describe('models', () => {
  test('are listed', async () => {
    const list = await client.models.list();
    expect(list.data).toMatchObject([{ id: model, object: 'model', owned_by: 'unrolled' }]);
  });

  test('are retrieved by any name', async () => {
    const { id, created } = await client.models.retrieve(model);
    expect(id).toBe(model);
    expect(created).toBe(models[0].created);
    await expect(client.models.retrieve('another/one')).rejects.toThrow(OpenAI.NotFoundError);
  });
});

describe('a completion', () => {
  test('has the format that the client expects', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { id, object, created, choices, usage, model: named } = await completions.create(request);
    expect({ object, named }).toEqual({ object: 'text_completion', named: model });
    expect(id).toMatch(/^cmpl-./);
    expect(created).toBeGreaterThanOrEqual(before);
    const [{ text }] = choices;
    expect(choices).toEqual([{ index: 0, text, logprobs: null, finish_reason: 'length' }]);
    expect(text).not.toBe('');
    expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 12, total_tokens: 15 });
  });

  test('has 16 tokens unless the client says how many', async () => {
    const { usage } = await completions.create({ model, prompt: 'the' });
    expect(usage?.completion_tokens).toBe(16);
  });

  test('is the same for the same seed, and another for another', async () => {
    const texts = await Promise.all([7, 7, 8, 9].map((seed) => textOf({ seed })));
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBe(3);
    expect(await textOf({ temperature: 0, seed: 1 })).toBe(await textOf({ temperature: 0, seed: 2 }));
  });

  test('of a list of prompts equals each alone, choice i with the seed + i', async () => {
    const prompt = ['the old cat', 'it was', ''];
    const { choices, usage } = await completions.create({ ...request, prompt, n: 2 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 72 });
    for (const { index, text } of choices) {
      const alone = { prompt: prompt[Math.floor(index / 2)], seed: request.seed + index };
      expect(text).toBe(await textOf(alone));
    }
  });

  test('of token ids is that of their text', async () => {
    const ids = ['the', 'old', 'cat'].map((word) => saved.vocabulary.idOf(word) as number);
    expect(await textOf({ prompt: ids })).toBe(await textOf({}));
    const { choices } = await completions.create({ ...request, prompt: [ids, [ids[0]]] });
    expect(choices.map(({ text }) => text)).toEqual([
      await textOf({}),
      await textOf({ prompt: 'the', seed: 8 }),
    ]);
  });

  test('ends before a stop string', async () => {
    const whole = await textOf({});
    const [, , third] = whole.trim().split(/\s+/);
    const { choices } = await completions.create({ ...request, stop: ['never to come', third] });
    expect(choices[0]).toMatchObject({
      text: whole.slice(0, whole.indexOf(third)),
      finish_reason: 'stop',
    });
    expect(whole.indexOf(third)).toBeGreaterThan(0);
  });

  test('echoes its prompt, with the log-probability of each token', async () => {
    const { choices } = await completions.create({ ...request, echo: true, logprobs: 2 });
    const [{ text, logprobs }] = choices;
    const written = await textOf({});
    expect(text).toBe(`the old cat${written}`);
    const { tokens = [], token_logprobs = [], top_logprobs = [], text_offset = [] } = logprobs ?? {};
    expect(tokens.slice(0, 3)).toEqual(['the', ' old', ' cat']);
    expect(tokens.join('')).toBe(text);
    for (const list of [tokens, token_logprobs, top_logprobs, text_offset]) expect(list).toHaveLength(15);
    expect(text_offset).toEqual(tokens.map((_, i) => tokens.slice(0, i).join('').length));
    for (const [i, likely] of top_logprobs.entries()) {
      expect(likely[tokens[i]]).toBe(token_logprobs[i]);
      expect([2, 3]).toContain(Object.keys(likely).length);
    }
  });

  test('reads its tokens again as likely as they were when they were written', async () => {
    const ask = async (prompt: number[], max_tokens: number) =>
      (await completions.create({ ...request, prompt, max_tokens, echo: true, logprobs: 2 })).choices[0]
        .logprobs;
    const start = [...Corpus.encode('\nthe old cat', saved).ids];
    const { tokens = [], token_logprobs = [] } = (await ask(start, 12)) ?? {};
    const spelled = tokens.map((token) => (token === '\n' ? token : ` ${token.trim()} `)).join('');
    const ids = [...Corpus.encode(spelled, saved).ids];
    const again = (await ask(ids, 0))?.token_logprobs ?? [];
    expect(again).toHaveLength(16);
    expect([token_logprobs[0], again[0]]).toEqual([null, null]);
    for (let i = 1; i < 16; i++) expect(token_logprobs[i]).toBeCloseTo(again[i], 9);
  });
});

describe('a stream', () => {
  test('is the same text for the same seed, in pieces', async () => {
    const { texts, chunks } = await streamed({ n: 2 });
    expect(texts).toEqual([await textOf({}), await textOf({ seed: 8 })]);
    expect(chunks.length).toBeGreaterThan(12);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    const finished = chunks.flatMap(({ choices }) => choices).filter(({ finish_reason }) => finish_reason);
    expect(finished.map(({ index }) => index).toSorted()).toEqual([0, 1]);
  });

  test('ends with the usage if requested', async () => {
    const { chunks } = await streamed({ stream_options: { include_usage: true } });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 12 } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    const counted = { include_usage: true, continuous_usage_stats: true };
    const { chunks: each } = await streamed({ n: 2, stream_options: counted });
    const counts = each.map(({ usage }) => usage!.completion_tokens);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect([counts[0], counts.at(-2), counts.at(-1)]).toEqual([1, 24, 24]);
    for (const { usage } of each) expect(usage!.total_tokens).toBe(3 + usage!.completion_tokens);
    const without = await streamed();
    expect(without.chunks.every(({ usage }) => usage === undefined)).toBe(true);
  });

  test('holds back stop strings, and starts with the prompt if echoed', async () => {
    const whole = await textOf({});
    const [, , third] = whole.trim().split(/\s+/);
    const { texts } = await streamed({ stop: third, echo: true });
    expect(texts).toEqual([`the old cat${whole.slice(0, whole.indexOf(third))}`]);
  });

  test('is cancelled on the server when the client breaks out of it', async () => {
    let heard = 0;
    for await (const _ of await completions.create({ ...request, max_tokens: 1_000_000, stream: true })) {
      if (++heard === 5) break;
    }
    await idle();
    expect(batcher.totals.tokens).toBeLessThan(1_000_000);
  });
});

test('requests that the client aborts are cancelled on the server', async () => {
  for (const stream of [true, false]) {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const asked = { ...request, max_tokens: 1_000_000 };
    const before = batcher.totals.tokens;
    const under = stream
      ? completions.create({ ...asked, stream }, options).then(async (chunks) => {
          for await (const _ of chunks);
          throw new OpenAI.APIUserAbortError(); // the client ends an aborted stream in silence
        })
      : completions.create(asked, options);
    const failed = expect(under).rejects.toThrow(OpenAI.APIUserAbortError);
    await until(() => expect(batcher.totals.tokens).toBeGreaterThan(before + 20));
    controller.abort();
    await failed;
    await idle();
  }
});

describe('errors are the client’s own', () => {
  test('for invalid requests', async () => {
    const wrong = completions.create({ ...request, n: 0 });
    await expect(wrong).rejects.toThrow(OpenAI.BadRequestError);
    await expect(wrong).rejects.toMatchObject({
      status: 400,
      param: 'n',
      code: 'invalid_value',
      type: 'invalid_request_error',
      message: '400 n is 0; it must be an integer from 1 to 128.',
    });
    await expect(completions.create({ ...request, model: 'b' })).rejects.toThrow(OpenAI.NotFoundError);
  });

  test('for invalid keys', async () => {
    const closed = await openServer({ [model]: saved }, { keys: ['right'] });
    const at = (apiKey: string) => new OpenAI({ baseURL: `${closed.url}/v1`, apiKey, maxRetries: 0 });
    await expect(at('wrong').models.list()).rejects.toThrow(OpenAI.AuthenticationError);
    expect((await at('right').models.list()).data).toHaveLength(1);
  });

  test('for a full queue, and it retries', async () => {
    const small = await openServer({ [model]: saved }, { limits: { streams: 1, queue: 0 } });
    const leave = await small.service.admission.enter(1, new AbortController().signal);
    const at = (maxRetries: number) =>
      new OpenAI({ baseURL: `${small.url}/v1`, apiKey: 'none', maxRetries }).completions.create(request);
    await expect(at(0)).rejects.toThrow(OpenAI.RateLimitError);
    const patient = at(2);
    await until(() => expect(String(small.service.metrics)).toContain('status="429"} 2'));
    leave();
    expect((await patient).choices[0].text).toBe(await textOf({}));
  });

  test('for timeouts', async () => {
    const hasty = await openServer({ [model]: saved }, { limits: { seconds: 0.4 } });
    const { completions: at } = new OpenAI({ baseURL: `${hasty.url}/v1`, apiKey: 'none', maxRetries: 0 });
    const long = { ...request, max_tokens: 1_000_000 };
    await expect(at.create(long)).rejects.toThrow(OpenAI.InternalServerError);
    const stream = await at.create({ ...long, stream: true });
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow('the timeout of 0.4 seconds');
  });

  test('in the middle of a stream', async () => {
    const { model: lm } = saved;
    const step = lm.step.bind(lm);
    let left = 4;
    const spy = vi.spyOn(lm, 'step').mockImplementation((ids, states) => {
      if (left-- === 0) throw new Error('the model broke');
      return step(ids, states);
    });
    const heard: string[] = [];
    await expect(async () => {
      for await (const { choices } of await completions.create({ ...request, stream: true }))
        heard.push(choices[0].text);
    }).rejects.toThrow(OpenAI.APIError);
    expect(heard.length).toBeGreaterThan(0);
    spy.mockRestore();
    expect(faults.splice(0)).toMatchObject([{ message: 'the model broke' }]);
    expect(await textOf({})).toContain(heard.join(''));
  });
});
