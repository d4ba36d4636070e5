import { openBackend, openTokenizer, RecurrentLM, SavedModel, Vocabulary } from 'unrolled';
import { expect, test } from 'vitest';
import { findTokens } from '../../lab/src/engine/reading/find-tokens.ts';

const tokens = ['x', ' our', 'Our', 'our', ' hour', ' ours', 'za', ' '];
const backend = await openBackend('reference');
const vocabulary = Vocabulary.fromTokens(tokens, null);
const config = { cell: 'rnn', vocabSize: tokens.length, embeddingSize: 1, hiddenSize: 1, layers: 1 } as const;
const saved = new SavedModel({
  ...{ model: new RecurrentLM(backend, config), tokenizer: openTokenizer('char'), vocabulary },
  ...{ recipe: null, corpus: null, results: null, extras: new Map() },
});
const found = (letters: string) => findTokens(saved, letters).map(({ text }) => text);

test('tokens are found with and without the space before them: equal, beginning, containing', () => {
  expect(found('our')).toEqual(['our', ' our', 'Our', ' ours', ' hour']);
  expect(found(' our')).toEqual([' our', ' ours']);
  expect(found('OURS')).toEqual([' ours']);
});

test('letters that no token contains are shortened to those with which some token begins', () => {
  expect(found('zzz')).toEqual(['za']);
  expect(found('our country')).toEqual([' our', 'Our', 'our', ' ours']);
  expect(found('7')).toEqual([]);
});
