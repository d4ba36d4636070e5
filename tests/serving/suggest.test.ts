import { afterEach, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import type { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { Suggester } from '../../src/generation/suggestions/suggest.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { openService, serve, suggest } from '../../src/serving/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { keptStates, pieceTokenizer } from '../support/models.ts';

const tokenizer = pieceTokenizer(['\n', ' ', '.', 'a', 'b', ' a', ' b', 'ab', ' ab', ' aba']);
const vocabulary = tokenizer.fixedVocabulary() as Vocabulary;
const config = {
  cell: 'rnn',
  vocabSize: vocabulary.size,
  embeddingSize: 4,
  hiddenSize: 6,
  layers: 1,
} as const;
const model = new RecurrentLM(await openBackend('reference'), config, new Random(1), { scale: 1 });
const saved = { model, tokenizer, vocabulary };
const open = () => openService([serve('pieces', saved, { cacheBytes: 0 })]);

afterEach(() => vi.restoreAllMocks());

describe('suggestions of words made of pieces', () => {
  test.each(['', 'a', 'b a', 'ab ', 'a.'])('after %j are those of a Suggester', async (text) => {
    const { half, mass, next } = await suggest(open(), { text, top: 4 });
    expect({ half, mass, next }).toEqual(new Suggester(saved).suggest(text, 4));
  });

  test('of concurrent requests equal those of each alone', async () => {
    const service = open();
    const texts = ['a', 'b a', 'ab ', 'a.', 'b'];
    const together = await Promise.all(texts.map((text) => suggest(service, { text })));
    for (const [i, text] of texts.entries()) expect(together[i]).toEqual(await suggest(open(), { text }));
  });

  test('free their states, also when the request is aborted', async () => {
    const service = open();
    const kept = keptStates();
    await suggest(service, { text: 'b a' });
    expect(kept.size).toBe(0);
    const end = new AbortController();
    const answer = suggest(service, { text: 'ab a' }, { signal: end.signal });
    setImmediate(() => end.abort(new Error('gone')));
    await Promise.allSettled([answer]);
    expect(kept.size).toBe(0);
  });
});
