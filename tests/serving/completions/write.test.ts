import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { type Answer, alone, complete, open, textAlone, textsOf } from '../../support/whole-answers.ts';

describe('choices', () => {
  test('equal single requests with seed + i, those of the first prompt first', async () => {
    const prompts = ['the cat', 'they said he', ''];
    const answer = await complete({ prompt: prompts, n: 3, seed: 2 ** 32 - 2, max_tokens: 20 });
    const expected: string[] = [];
    for (const [i, prompt] of prompts.entries()) {
      for (let k = 0; k < 3; k++) {
        const seed = 2 ** 32 - 2 + 3 * i + k;
        expected.push(...textsOf(await complete({ prompt, seed, max_tokens: 20 })));
      }
    }
    expect(textsOf(answer)).toEqual(expected);
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(expected).size).toBe(9);
    expect(answer.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 180, total_tokens: 185 });
  });

  test('are the same with any part of the prompt cached', async () => {
    const [model, forgetful] = [open(), open({ cacheBytes: 0 })];
    const body = {
      prompt: ['the cat sat on the', 'the cat sat'],
      n: 2,
      seed: 9,
      max_tokens: 30,
      logprobs: 2,
    };
    const cold = await complete(body, model);
    const warm = await complete(body, model);
    const never = await complete(body, forgetful);
    expect(warm.choices).toEqual(cold.choices);
    expect(never.choices).toEqual(cold.choices);
    const cachedOf = ({ usage }: Answer) => usage.prompt_tokens_details;
    expect([cold, warm, never].map(cachedOf)).toEqual([0, 6, 0].map((cached_tokens) => ({ cached_tokens })));
  });

  test('are cached, so that a prompt that continues one reads little', async () => {
    const model = open();
    const { choices } = await complete({ prompt: 'the cat', seed: 1, max_tokens: 30 }, model);
    const ids = [
      ...Corpus.encode('the cat', model.saved.tokenizer, model.saved.vocabulary).ids,
      ...(await alone('the cat', 1, 30)).written,
    ];
    expect(choices[0].text).toBe(await textAlone('the cat', 1, 30));
    const next = await complete({ prompt: ids, seed: 5, max_tokens: 10 }, model);
    expect(next.usage.prompt_tokens_details).toEqual({ cached_tokens: 31 });
    const anew = await complete({ prompt: ids, seed: 5, max_tokens: 10 }, open());
    expect(textsOf(next)).toEqual(textsOf(anew));
  });

  test('ended by a stop string are cached as far as they were read', async () => {
    const model = open();
    const whole = await textAlone('the cat', 1, 30);
    const stop = whole.slice(15, 25);
    const { usage } = await complete({ prompt: 'the cat', seed: 1, max_tokens: 30, stop }, model);
    const ids = [...(await alone('the cat', 1, 30)).ids, ...(await alone('the cat', 1, 30)).written];
    const next = await complete({ prompt: ids, seed: 5, max_tokens: 10, logprobs: 0 }, model);
    const cached = 2 + usage.completion_tokens - 1;
    expect(next.usage.prompt_tokens_details).toEqual({ cached_tokens: cached });
    const anew = await complete({ prompt: ids, seed: 5, max_tokens: 10, logprobs: 0 }, open());
    expect(next.choices).toEqual(anew.choices);
  });

  test('of an empty prompt count no prompt tokens, read or cached', async () => {
    for (let round = 0; round < 2; round++) {
      const { usage } = await complete({ prompt: '', max_tokens: 1 });
      expect(usage).toMatchObject({ prompt_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } });
    }
  });
});
