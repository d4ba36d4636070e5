import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import type { Scheduler } from '../../../src/generation/scoring/scheduler.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { type Logprobs, logprobsOf } from '../../../src/serving/completions/logprobs.ts';
import { promptLogprobs } from '../../../src/serving/completions/prompt-logprobs.ts';
import type { ServedModel } from '../../../src/serving/served-model.ts';
import { served } from '../../support/served.ts';
import { complete, wordOf, words } from '../../support/whole-answers.ts';

/** What the model itself thinks of each token behind `ids`, by the plainest of means. */
function logProbabilities(ids: Int32Array, { saved, start }: ServedModel = words): number[] {
  const scores = [...logitsAfter(saved.model, ids, start.fork())];
  const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
  return scores.map((score) => score - Math.log(sum));
}

/** The id of a word as it is spelled in a text. */
function idOf(spelled: string): number {
  return words.saved.vocabulary.idOf(wordOf(spelled)) as number;
}

/** Throws unless the probabilities from token `from` on are the model's own. */
function checkUsable(logprobs: Logprobs, ids: Int32Array, from: number, count: number): void {
  logprobs.tokens.forEach((token, i) => {
    const own = idOf(token);
    expect(own).toBe(ids[from + i]);
    const all = logProbabilities(ids.subarray(0, from + i));
    expect(logprobs.token_logprobs[i]).toBeCloseTo(all[own], 9);
    const likely = [...all.keys()].sort((a, b) => all[b] - all[a]).slice(0, count);
    const top = logprobs.top_logprobs[i] ?? {};
    expect(top[token]).toBe(logprobs.token_logprobs[i]);
    expect(new Set(Object.keys(top).map(idOf))).toEqual(new Set([...likely, own]));
    for (const [name, value] of Object.entries(top)) expect(value).toBeCloseTo(all[idOf(name)], 9);
  });
}

describe('probabilities', () => {
  test('are those of the model for any sampling options', async () => {
    const choosing = { temperature: 0.3, top_p: 0.7, repetition_penalty: 1.5 };
    for (const [seed, more] of [{}, choosing, { temperature: 0 }, { top_k: 2 }].entries()) {
      for (const count of [0, 1, 3, 20]) {
        const { choices } = await complete({
          prompt: 'the cat',
          seed,
          max_tokens: 12,
          logprobs: count,
          ...more,
        });
        const logprobs = choices[0].logprobs as Logprobs;
        expect(logprobs.tokens).toHaveLength(12);
        const { tokenizer, vocabulary } = words.saved;
        const before = Corpus.encode('the cat', tokenizer, vocabulary).ids;
        const after = logprobs.tokens.map(idOf);
        checkUsable(logprobs, Int32Array.from([...before, ...after]), before.length, count);
      }
    }
  });

  test("of the prompt are the model's, behind a newline", async () => {
    const prompt = new Array(60).fill('the cat sat on the').join(' ');
    const { choices } = await complete({ prompt, max_tokens: 0, logprobs: 2, echo: true });
    const { tokens, token_logprobs, top_logprobs, text_offset } = choices[0].logprobs as Logprobs;
    expect(tokens).toHaveLength(300);
    const ids = Int32Array.from(['\n', ...tokens], idOf);
    for (const from of [0, 1, 100, 254, 297]) {
      const part = [tokens, token_logprobs, top_logprobs, text_offset].map((list) =>
        list.slice(from, from + 4),
      );
      const [some, logs, tops, offsets] = part as [string[], number[], Record<string, number>[], number[]];
      const logprobs = { tokens: some, token_logprobs: logs, top_logprobs: tops, text_offset: offsets };
      checkUsable(logprobs, ids, from + 1, 2);
    }
  });

  test('of a prompt of ids are the same; the start of texts itself has none', async () => {
    const [first, second] = ['the cat sat', '\nthe cat sat'].map((text) => [
      ...Corpus.encode(text, words.saved).ids,
    ]);
    const logprobsOfPrompt = async (prompt: string | number[]) =>
      (await complete({ prompt, max_tokens: 0, logprobs: 1, echo: true })).choices[0].logprobs as Logprobs;
    const text = await logprobsOfPrompt('the cat sat');
    expect(await logprobsOfPrompt(first)).toEqual(text);
    const behind = await logprobsOfPrompt(second);
    expect(behind.token_logprobs).toEqual([null, ...text.token_logprobs]);
    expect([behind.top_logprobs[0], behind.tokens[0]]).toEqual([null, '\n']);
    const { token_logprobs } = await logprobsOfPrompt('\nthe cat sat');
    expect(token_logprobs[0]).toBeCloseTo(logProbabilities(Int32Array.of(idOf('\n')))[idOf('\n')], 9);
  });

  test('of the first token are null if the vocabulary has no newline', async () => {
    const model = served('ab', { kind: 'char' });
    const { choices } = await complete({ prompt: 'ab', max_tokens: 0, logprobs: 1, echo: true }, model);
    expect(choices[0].logprobs).toMatchObject({
      token_logprobs: [null, expect.any(Number)],
      top_logprobs: [null, expect.any(Object)],
    });
  });

  test('of an empty prompt are empty', async () => {
    const { choices } = await complete({ prompt: '', max_tokens: 2, logprobs: 1, echo: true });
    expect(choices[0].logprobs?.tokens).toHaveLength(2);
    expect(choices[0].logprobs?.token_logprobs).not.toContain(null);
  });

  test('of several choices are their own after the shared prompt', async () => {
    const prompts = ['the cat , sat', 'they said', ''];
    const rest = { max_tokens: 6, logprobs: 2, echo: true };
    for (const [prompt, n] of [
      [prompts.slice(0, 1), 2],
      [prompts, 3],
    ] as const) {
      const { choices } = await complete({ prompt, n, seed: 11, ...rest });
      expect(choices).toHaveLength(prompt.length * n);
      for (const { index, ...choice } of choices) {
        const alike = { prompt: prompt[Math.floor(index / n)], seed: 11 + index };
        const [alone] = (await complete({ ...alike, ...rest })).choices;
        expect({ ...choice, index: 0 }).toEqual(alone);
      }
    }
  });

  test('are null if not requested', async () => {
    expect((await complete({ prompt: 'the', max_tokens: 2 })).choices[0].logprobs).toBeNull();
  });
});

test('aborted requests free the states of prompts being scored', async () => {
  const { saved } = words;
  const { ids } = Corpus.encode('the cat the cat', saved.tokenizer, saved.vocabulary);
  const prompt = { text: 'the cat the cat', ids, unknown: [], isText: true, rest: '' };
  const scoreAborted = async () => {
    let items = 0;
    const take: Scheduler['take'] = async (item) => {
      if (++items === 3) throw new Error('aborted');
      return item();
    };
    await expect(promptLogprobs(prompt, saved, 1, { tokens: 1, take })).rejects.toThrow('aborted');
  };
  await scoreAborted();
  const { bytesUsed } = saved.model.backend.arena;
  for (let request = 0; request < 100; request++) await scoreAborted();
  expect(saved.model.backend.arena.bytesUsed).toBe(bytesUsed);
});

test('a probability of 0 has the logarithm −9999, which JSON can represent', () => {
  const speller = { peek: () => 'rare', push: () => 'own' };
  const logprobs = { logProbability: 0, alternatives: [{ id: 1, probability: 0 }] };
  const tokens = [{ id: 0, logprobs, offset: 0 }];
  const [top] = logprobsOf([{ tokens, speller: () => speller }]).top_logprobs;
  expect(top).toEqual({ rare: -9999, own: 0 });
});
