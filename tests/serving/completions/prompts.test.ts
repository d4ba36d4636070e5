import { expect, test } from 'vitest';
import { readCompletion } from '../../../src/serving/completions/request.ts';
import { served, someLimits } from '../../support/served.ts';

const small = served('the cat sat on the mat\nthe end', { unknown: '<unk>' });
const { vocabulary } = small.saved;
const [the, cat, eos] = ['the', 'cat', '<eos>'].map((token) => vocabulary.idOf(token) as number);

const read = (prompt: unknown) =>
  readCompletion({ prompt }, [small], { ...someLimits, promptTokens: 8, streams: 128 }).prompts;
const prompts = (prompt: unknown) => read(prompt).map(({ text, ids }) => [text, ...ids]);

test('prompts may be a text, ids, or a list of either', () => {
  const one = ['the cat', the, cat];
  expect(prompts('the cat')).toEqual([one]);
  expect(prompts([the, cat])).toEqual([one]);
  expect(prompts(['the cat'])).toEqual([one]);
  expect(prompts([[the, cat]])).toEqual([one]);
  expect(prompts(['the cat', 'cat'])).toEqual([one, ['cat', cat]]);
  expect(prompts([[the, cat], [cat]])).toEqual([one, ['cat', cat]]);
  expect(prompts([[the, cat], 'cat'])).toEqual([one, ['cat', cat]]);
});

test('prompts may be empty in any form', () => {
  for (const empty of ['', [''], [[]]]) expect(prompts(empty)).toEqual([['']]);
  expect(prompts(['', [], 'cat'])).toEqual([[''], [''], ['cat', cat]]);
});

test('prompts keep their text as given; ids are decoded', () => {
  expect(prompts(' the\n  cat ')).toEqual([[' the\n  cat ', the, eos, cat]]);
  expect(prompts([the, eos, cat])).toEqual([['the\ncat', the, eos, cat]]);
});

test('prompts report out-of-vocabulary words', () => {
  const [prompt] = read('the dog sat dog');
  expect(prompt.unknown).toEqual(['dog']);
  expect(prompt.ids[1]).toBe(vocabulary.unknownId);
});

test('prompts are limited in tokens, each', () => {
  const text = (tokens: number) => new Array(tokens).fill('cat').join(' ');
  const ids = (tokens: number) => new Array(tokens).fill(cat);
  expect(prompts([text(8), ids(8)])).toHaveLength(2);
  const refused = expect.objectContaining({
    ...{ status: 400, code: 'context_length_exceeded' },
    details: expect.objectContaining({ param: 'prompt' }),
    message: 'prompt has 9 tokens; the limit is 8. Shorten it.',
  });
  for (const long of [text(9), [text(9)], ['cat', text(9)], ids(9), [[cat], ids(9)]]) {
    expect(() => read(long)).toThrow(refused);
  }
});
