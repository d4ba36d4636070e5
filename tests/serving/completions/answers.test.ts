import { describe, expect, test } from 'vitest';
import { completer, errorOf, textsOf, words } from '../../support/completions.ts';
import { savedModel } from '../../support/served.ts';
import { type Answered, eventsOf, type Json, openServer, post } from '../../support/server.ts';
import { wordOf } from '../../support/whole-answers.ts';

const chars = savedModel('char', 'hello world\n');
const bytes = savedModel('byte');
const odd = 'ü 100% ?#&.v2';
const { url } = await openServer({ words, chars, bytes, [odd]: words });

const complete = completer(url, { model: 'words' });

describe('a completion', () => {
  test('names out-of-vocabulary words, each once', async () => {
    const { body } = await complete({ prompt: ['the unicorn', 'a zebra unicorn'], max_tokens: 1 });
    expect(body.unknown.toSorted()).toEqual(['a', 'unicorn', 'zebra']);
    expect((await complete({ prompt: 'the cat', max_tokens: 1 })).body).not.toHaveProperty('unknown');
  });

  test('never generates the unknown token', async () => {
    const { body } = await complete({ prompt: 'the', max_tokens: 400, temperature: 3 });
    expect(body.choices[0].text).not.toContain('<unk>');
  });

  test('with best_of returns the choices with the highest log-probability per token, best first', async () => {
    const asked = { prompt: ['the cat', 'it'], max_tokens: 30, seed: 5, stop: ' ,' };
    const all = await complete({ ...asked, n: 6, logprobs: 0 });
    const ranked = [0, 6].flatMap((first) =>
      all.body.choices
        .slice(first, first + 6)
        .map(({ text, logprobs: { token_logprobs: each } }: Json) => {
          return { text, mean: each.reduce((sum: number, one: number) => sum + one, 0) / each.length };
        })
        .toSorted((a: Json, b: Json) => b.mean - a.mean)
        .slice(0, 2)
        .map(({ text }: Json) => text),
    );
    const best = await complete({ ...asked, n: 2, best_of: 6 });
    expect(textsOf(best)).toEqual(ranked);
    expect(best.body.choices.map(({ index, logprobs }: Json) => [index, logprobs])).toEqual(
      [0, 1, 2, 3].map((index) => [index, null]),
    );
    expect(best.body.usage).toMatchObject({ completion_tokens: all.body.usage.completion_tokens });
  });

  test('counts the cached tokens of its prompt', async () => {
    const detail = ({ body }: Answered) => [
      body.usage.prompt_tokens,
      body.usage.prompt_tokens_details.cached_tokens,
    ];
    const prompt = 'it saw the old dog on the door';
    expect(detail(await complete({ prompt, max_tokens: 2, seed: 1 }))).toEqual([8, 0]);
    expect(detail(await complete({ prompt, max_tokens: 2, seed: 1 }))).toEqual([8, 7]);
    expect(detail(await complete({ prompt: `${prompt} , and`, max_tokens: 2, seed: 1 }))).toEqual([10, 7]);
    expect(detail(await complete({ prompt, model: odd, max_tokens: 2 }))).toEqual([8, 0]);
  });

  test('continues from its own text without reading it again', async () => {
    const prompt = 'door mat door mat';
    const { body } = await complete({ prompt, max_tokens: 7, logprobs: 0 });
    const { usage } = (await complete({ prompt: idsOf(prompt, body), max_tokens: 1 })).body;
    expect(usage).toMatchObject({ prompt_tokens: 11, prompt_tokens_details: { cached_tokens: 10 } });

    function idsOf(text: string, { choices }: Json): number[] {
      const tokens: string[] = [...text.split(' '), ...choices[0].logprobs.tokens];
      return tokens.map((token) => words.vocabulary.idOf(wordOf(token)) as number);
    }
  });

  test('after a prompt that ends with a space begins without one', async () => {
    const [plain] = textsOf(await complete({ prompt: 'the old', seed: 5 }));
    expect(plain).toMatch(/^ \S/);
    expect(textsOf(await complete({ prompt: 'the old ', seed: 5 }))).toEqual([plain.slice(1)]);
    // Also where the beginning is held back for what may become a stop string.
    const stop = `${plain.slice(0, plain.indexOf(' ', 1))} never`;
    const { text } = await complete({ prompt: 'the old ', seed: 5, stop, stream: true });
    const pieces = eventsOf(text).slice(0, -1);
    expect(pieces.map(({ choices }) => choices[0].text).join('')).toBe(plain.slice(1));
  });

  test('without a prompt is the start of a line', async () => {
    const texts = textsOf(await complete({ prompt: '\n', seed: 2 }));
    for (const prompt of ['', ' ', null, [[]]])
      expect(textsOf(await complete({ prompt, seed: 2 }))).toEqual(texts);
  });

  test('needs no model name if there is only one', async () => {
    const alone = await openServer({ words });
    const { status, body } = await post(`${alone.url}/v1/completions`, { prompt: 'the' });
    expect([status, body.model]).toEqual([200, 'words']);
    expect(errorOf(await complete({ model: null }))).toEqual([400, 'invalid_value', 'model']);
    expect(errorOf(await complete({ model: 'b' }))).toEqual([404, 'model_not_found', 'model']);
  });

  test('of characters continues within a word, and needs characters in the vocabulary', async () => {
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
