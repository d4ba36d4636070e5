import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import type { Scheduler } from '../../../src/generation/scoring/scheduler.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { type Logprobs, logprobsOf } from '../../../src/serving/completions/logprobs.ts';
import { promptLogprobs } from '../../../src/serving/completions/prompt-logprobs.ts';
import type { ServedModel } from '../../../src/serving/served-model.ts';
import { served } from '../../support/served.ts';
import { alone, complete, words } from '../../support/whole-answers.ts';

/** What the model itself thinks of each token behind `ids`, by the plainest of means. */
function logProbabilities(ids: Int32Array, { saved, start }: ServedModel = words): number[] {
  const scores = [...logitsAfter(saved.model, ids, start.fork())];
  const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
  return scores.map((score) => score - Math.log(sum));
}

/** Throws unless the probabilities from token `from` on are the model's own. */
function checkUsable(logprobs: Logprobs, ids: Int32Array, from: number, count: number): void {
  const { vocabulary } = words.saved;
  logprobs.tokens.forEach((token, i) => {
    const own = vocabulary.idOf(token) as number;
    expect(own).toBe(ids[from + i]);
    const all = logProbabilities(ids.subarray(0, from + i));
    expect(logprobs.token_logprobs[i]).toBeCloseTo(all[own], 9);
    const likely = [...all.keys()].sort((a, b) => all[b] - all[a]).slice(0, count);
    const top = logprobs.top_logprobs[i] ?? {};
    expect(new Set(Object.keys(top))).toEqual(new Set([...likely, own].map((id) => vocabulary.tokenOf(id))));
    for (const [name, value] of Object.entries(top)) {
      expect(value).toBeCloseTo(all[vocabulary.idOf(name) as number], 9);
    }
  });
}

/** What stands in a text from each offset to the next. */
function cuts(whole: string, offsets: readonly number[]): string[] {
  return offsets.map((from, i) => whole.slice(from, offsets[i + 1]));
}

const written = (tokens: readonly string[]) => tokens.map((token) => token.replace('<eos>', '\n'));

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
        const after = logprobs.tokens.map((token) => vocabulary.idOf(token) as number);
        checkUsable(logprobs, Int32Array.from([...before, ...after]), before.length, count);
      }
    }
  });

  test('have the offset of their token in prompt and text', async () => {
    for (let seed = 0; seed < 10; seed++) {
      for (const prompt of ['', 'the cat', 'the cat ', ' a dog  said ', 'the end\n', '( "']) {
        const { choices } = await complete({ prompt, seed, max_tokens: 20, logprobs: 0 });
        const [{ text, logprobs }] = choices;
        const { tokens, text_offset } = logprobs as Logprobs;
        expect(text_offset[0]).toBe(prompt.length);
        expect(cuts(prompt + text, text_offset).map((cut) => cut.replace(/^ /, ''))).toEqual(written(tokens));
      }
    }
  });

  test('of bytes have the offset of their character', async () => {
    const bytes = served('', { kind: 'byte' });
    const { choices } = await complete(
      { prompt: 'é', seed: 1, max_tokens: 60, logprobs: 0, echo: true },
      bytes,
    );
    const { text, logprobs } = choices[0];
    const { tokens, text_offset } = logprobs as Logprobs;
    expect(text_offset.slice(0, 3)).toEqual([0, 0, 1]);
    const ascii = tokens.flatMap((token, i) =>
      token < '\x80' ? [[token, text_offset[i], text_offset[i + 1]]] : [],
    );
    expect(ascii.length).toBeGreaterThan(10);
    for (const [token, from, to] of ascii)
      expect(text.slice(from as number, to as number).at(-1)).toBe(token);
  });

  test("of the prompt are the model's, with null for its first token", async () => {
    const prompt = new Array(60).fill('the cat sat on the').join(' ');
    const { choices } = await complete({ prompt, max_tokens: 3, seed: 2, logprobs: 2, echo: true });
    const { tokens, token_logprobs, top_logprobs, text_offset } = choices[0].logprobs as Logprobs;
    expect(tokens).toHaveLength(303);
    expect([token_logprobs[0], top_logprobs[0], text_offset[0]]).toEqual([null, null, 0]);
    const { vocabulary } = words.saved;
    const ids = Int32Array.from(tokens, (token) => vocabulary.idOf(token) as number);
    for (const from of [1, 100, 254, 299]) {
      const part = [tokens, token_logprobs, top_logprobs, text_offset].map((list) =>
        list.slice(from, from + 4),
      );
      const [some, logs, tops, offsets] = part as [string[], number[], Record<string, number>[], number[]];
      const logprobs = { tokens: some, token_logprobs: logs, top_logprobs: tops, text_offset: offsets };
      checkUsable(logprobs, ids, from, 2);
    }
  });

  test('of the prompt have offsets in the given text, unknown words included', async () => {
    const prompts = [
      'the cat , sat',
      '  the   elephant\tsat , "on" the\n\n mat ',
      'the ( cat )',
      '\n',
      'the \n cat',
    ];
    for (const prompt of prompts) {
      const { choices } = await complete({ prompt, seed: 3, max_tokens: 8, logprobs: 0, echo: true });
      const { text, logprobs } = choices[0];
      const { tokens, text_offset } = logprobs as Logprobs;
      const given = prompt.match(/\n|\S+/g) as string[];
      const behind = written(tokens.slice(given.length));
      const found = cuts(text, text_offset);
      // A space at the end of the prompt belongs to no token.
      found[given.length - 1] = found[given.length - 1].trimEnd() || '\n';
      expect(found.map((cut) => cut.replace(/^[^\S\n]+/, ''))).toEqual([...given, ...behind]);
    }
  });

  test('of a prompt of ids have offsets in the decoded text', async () => {
    const { ids } = await alone('the cat , elephant sat', 1, 1);
    const { choices } = await complete({ prompt: [...ids], max_tokens: 0, logprobs: 0, echo: true });
    const { text, logprobs } = choices[0];
    expect(text).toBe('the cat , <unk> sat');
    expect(cuts(text, (logprobs as Logprobs).text_offset)).toEqual(['the', ' cat', ' ,', ' <unk>', ' sat']);
  });

  test('of ids that end within a character have offsets in the decoded text', async () => {
    const bytes = served('', { kind: 'byte' });
    const prompt = [0x61, 0xc3, 0x62, 0xe2, 0x82, 0xac];
    const { choices } = await complete({ prompt, max_tokens: 0, logprobs: 0, echo: true }, bytes);
    expect(choices[0]).toMatchObject({ text: 'a\ufffdb€', logprobs: { text_offset: [0, 1, 1, 3, 3, 3] } });
  });

  test('have offsets in code points, for texts, characters, bytes and ids', async () => {
    const text = 'I 👍🏽 you 👨‍👩‍👧 and 🇫🇷 , 𝒳 is 𝒴';
    for (const kind of ['word', 'char', 'byte'] as const) {
      const model = served(text, { kind, ...(kind !== 'byte' && { unknown: '<unk>' }) });
      const { ids } = await alone('I 👍🏽 you 𝒴', 1, 1, model);
      for (const prompt of ['I 👍🏽 you 𝒴', [...ids]]) {
        const asked = { prompt, seed: 4, max_tokens: 25, logprobs: 0, echo: true };
        const { choices, usage } = await complete(asked, model);
        const [whole, logprobs] = [[...choices[0].text], choices[0].logprobs as Logprobs];
        const { tokens, text_offset } = logprobs;
        const places = text_offset.map((from, i) => whole.slice(from, text_offset[i + 1]).join(''));
        if (kind === 'char') expect(places).toEqual(tokens);
        if (kind === 'word')
          expect(places.map((cut) => cut.trim())).toEqual(tokens.map((t) => t.replace('<eos>', '')));
        if (kind === 'byte') expect(text_offset.slice(0, 12)).toEqual([0, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5]);
        const before = text_offset.filter((offset) => offset < [...'I 👍🏽 you 𝒴'].length).length;
        expect(before).toBe(usage.prompt_tokens);
      }
    }
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
  const prompt = { text: 'the cat the cat', ids, unknown: [] };
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
  const { vocabulary } = words.saved;
  const logprobs = { logProbability: 0, alternatives: [{ id: 1, probability: 0 }] };
  const [top] = logprobsOf({ tokenizer: openTokenizer('word'), vocabulary }, [
    { id: 0, logprobs, offset: 0 },
  ]).top_logprobs;
  expect(top).toEqual({ [vocabulary.tokenOf(1)]: -9999, [vocabulary.tokenOf(0)]: 0 });
});
