import { describe, expect, test } from 'vitest';
import { served } from '../../support/served.ts';
import { alone, complete, textAlone, textsOf } from '../../support/whole-answers.ts';

describe('the text of a choice', () => {
  test('is readable after its prompt', async () => {
    for (const [seed, prompt] of ['the cat', '', 'the cat ,\n', 'he said "', 'the ('].entries()) {
      const answer = await complete({ prompt, seed, max_tokens: 40 });
      expect(textsOf(answer)).toEqual([await textAlone(prompt, seed, 40)]);
      expect(answer.choices[0].finish_reason).toBe('length');
      expect(answer.usage.completion_tokens).toBe(40);
    }
  });

  test('of characters and bytes is exact, with complete characters', async () => {
    const chars = served('héllo wörld', { kind: 'char' });
    expect(textsOf(await complete({ prompt: 'hé', seed: 3, max_tokens: 30 }, chars))).toEqual([
      await textAlone('hé', 3, 30, chars),
    ]);
    const bytes = served('', { kind: 'byte' });
    for (let seed = 0; seed < 5; seed++) {
      const { written } = await alone('a', seed, 30, bytes);
      const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(written));
      expect(textsOf(await complete({ prompt: 'a', seed, max_tokens: 30 }, bytes))).toEqual([expected]);
    }
  });

  test('never begins with a second space', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const whole = await textAlone('the cat', seed, 10);
      const trimmed = whole.replace(/^ /, '');
      const [first] = trimmed.split(' ');
      for (const stop of [null, `${first} zzz`, ` ${first} zzz`]) {
        const answer = await complete({ prompt: 'the cat ', seed, max_tokens: 10, stop });
        expect(textsOf(answer)).toEqual([trimmed]);
      }
      expect(textsOf(await complete({ prompt: 'the cat', seed, max_tokens: 10 }))).toEqual([whole]);
    }
  });

  test('ends before a stop string, also across tokens, and reports it', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const whole = await textAlone('the', seed, 40);
      for (const [from, to] of [
        [0, 1],
        [3, 12],
        [20, 21],
        [30, 45],
      ]) {
        const stop = whole.slice(from, to);
        const { choices } = await complete({ prompt: 'the', seed, max_tokens: 40, stop: ['@', stop] });
        expect(choices[0]).toMatchObject({
          text: whole.slice(0, whole.indexOf(stop)),
          finish_reason: 'stop',
        });
      }
      const { choices } = await complete({
        prompt: 'the',
        seed,
        max_tokens: 40,
        stop: `${whole.slice(-6)}@`,
      });
      expect(choices[0]).toMatchObject({ text: whole, finish_reason: 'length' });
    }
  });

  test('ends at no stop string within min_tokens', async () => {
    const asked = { prompt: 'the', seed: 2, max_tokens: 40, logprobs: 0 };
    const [{ text, logprobs }] = (await complete(asked)).choices;
    const stop = text.slice(text.length / 2).slice(0, 8);
    const first = logprobs!.text_offset.filter((offset) => offset <= 3 + text.indexOf(stop)).length;
    const cut = await complete({ ...asked, stop, min_tokens: first - 1 });
    expect(cut.choices[0]).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finish_reason: 'stop' });
    const whole = await complete({ ...asked, stop, min_tokens: 40 });
    expect(whole.choices[0]).toMatchObject({ text, finish_reason: 'length' });
  });

  test('is empty without tokens', async () => {
    const answer = await complete({ prompt: 'the cat', max_tokens: 0, n: 2, logprobs: 2 });
    const empty = { text: '', logprobs: null, finish_reason: 'length' };
    expect(answer.choices).toEqual([
      { index: 0, ...empty },
      { index: 1, ...empty },
    ]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 0, total_tokens: 2 });
  });

  test('takes the most likely tokens if a probability of 0 follows another filter', async () => {
    const asked = { prompt: 'the', max_tokens: 20, top_k: 1 };
    const coldest = textsOf(await complete({ ...asked, temperature: 0 }));
    for (const share of [{ top_p: 0 }, { typical_p: 0 }]) {
      expect(textsOf(await complete({ ...asked, temperature: 100, ...share }))).toEqual(coldest);
    }
  });

  test('includes its prompt as given, if echo is set', async () => {
    const prompt = ' the  cat ,';
    const answer = await complete({ prompt, seed: 4, max_tokens: 5, echo: true });
    expect(textsOf(answer)).toEqual([prompt + (await textAlone(prompt, 4, 5))]);
    const bare = await complete({ prompt: ['the', 'cat'], max_tokens: 0, echo: true });
    expect(textsOf(bare)).toEqual(['the', 'cat']);
  });
});
