import { expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { complete } from '../../../src/serving/completions/complete.ts';
import { score } from '../../../src/serving/score.ts';
import { serve } from '../../../src/serving/served-model.ts';
import { openService } from '../../../src/serving/service.ts';
import { livelyModel } from '../../support/served.ts';

const tokenizer = openTokenizer('char');
const vocabulary = Vocabulary.build([...'abc']).withEnd();
const saved = { model: livelyModel(4), tokenizer, vocabulary };
const service = openService([serve('items', saved)]);

test('a completion ends with its item: finish_reason is stop, and the end token has no text', async () => {
  const body = { prompt: 'ab', max_tokens: 200, n: 8, seed: 3, logprobs: 2, stream: false } as const;
  const { choices } = await complete(service, body);
  for (const { text, finish_reason, logprobs } of choices) {
    expect(finish_reason).toBe('stop');
    expect(text).toMatch(/^[abc]*$/);
    expect(logprobs?.tokens.join('')).toBe(text);
    expect(logprobs?.tokens.at(-1)).toBe('');
  }
  const cut = await complete(service, { ...body, max_tokens: 1, temperature: 0, n: 1 });
  expect(['stop', 'length']).toContain(cut.choices[0].finish_reason);
});

test('in a stream, the last piece has finish_reason stop', async () => {
  const chunks: { text: string; finish_reason: string | null }[] = [];
  const body = { prompt: '', max_tokens: 200, seed: 3, stream: true };
  await complete(service, body, { onPiece: ({ choices }) => void chunks.push(...choices) });
  expect(chunks.at(-1)?.finish_reason).toBe('stop');
  const { choices } = await complete(service, { ...body, stream: false as const });
  expect(chunks.map(({ text }) => text).join('')).toBe(choices[0].text);
  expect(await generateText(saved, '', { length: 200, seed: 3, temperature: 1 })).toBe(choices[0].text);
});

test('an item does not end before min_tokens, and never with ignore_eos', async () => {
  const body = { prompt: 'ab', n: 8, seed: 3, logprobs: 0, max_tokens: 60, stream: false } as const;
  const lengths = async (more: object) => {
    const { choices } = await complete(service, { ...body, ...more });
    return choices.map(({ logprobs, finish_reason }) => [logprobs!.tokens.length, finish_reason] as const);
  };
  const free = await lengths({});
  expect(Math.min(...free.map(([length]) => length))).toBeLessThan(10);
  const later = await lengths({ min_tokens: 10 });
  // The token after the tenth may end the item.
  for (const [length, finish] of later) expect([length > 10, finish]).toEqual([true, 'stop']);
  for (const ending of await lengths({ ignore_eos: true })) expect(ending).toEqual([60, 'length']);
});

test('with echo, the first token of an item has a probability', async () => {
  const body = { prompt: 'abc', max_tokens: 0, echo: true, logprobs: 0, stream: false } as const;
  const [{ logprobs }] = (await complete(service, body)).choices;
  const { scores } = await score(service, { text: 'abc' });
  expect(scores.map(({ text }) => text)).toEqual(['a', 'b', 'c', '']);
  for (const [i, logprob] of (logprobs?.token_logprobs ?? []).entries()) {
    expect(logprob).toBeCloseTo(-scores[i].bits * Math.LN2, 9);
  }
});

test('a text to score is split into items, and state is refused', async () => {
  const { lines, tokens } = await score(service, { text: 'ab\n\nc\n' });
  expect({ lines, tokens }).toEqual({ lines: 2, tokens: 5 });
  await expect(score(service, { text: 'a', state: 'carry' })).rejects.toThrow(
    'state is only for continuous text',
  );
});
