import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { ReferenceBackend } from '../../src/backends/reference/reference.ts';
import { Corpus } from '../../src/data/corpus.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { compare } from '../../src/generation/scoring/compare.ts';
import { score } from '../../src/generation/scoring/score.ts';
import type { ScoreOptions } from '../../src/generation/scoring/scored-line.ts';
import { Suggester } from '../../src/generation/suggestions/suggest.ts';
import { beamSearch } from '../../src/generation/writing/beam.ts';
import { type GenerateOptions, generate, generateBatch } from '../../src/generation/writing/generate.ts';
import { logitsAfter } from '../../src/generation/writing/read-ids.ts';
import { Writer, writeNext } from '../../src/generation/writing/writer.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { asyncBackend } from '../support/async-backend.ts';
import { pseudoText } from '../support/pseudo-text.ts';

const tokenizer = openTokenizer('word');
const words = pseudoText(1, 150, 30).split(' ');
/** Lines of 5 words, 6, 7 … */
const text = Array.from({ length: 12 }, (_, i) => words.slice(9 * i, 10 * i + 5).join(' ')).join('\n');
const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
const { ids } = Corpus.encode(text, tokenizer, vocabulary);
const V = vocabulary.size;
const sizes = { cell: 'lstm', vocabSize: V, embeddingSize: 6, hiddenSize: 6, layers: 2 } as const;
const open = (backend: Backend, seed = 1) =>
  new RecurrentLM(backend, sizes, new Random(seed), { scale: 0.8 });
const both = (): Backend[] => [new ReferenceBackend(), asyncBackend()];

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

describe('on a backend with only an asynchronous read,', () => {
  test.each<ScoreOptions>([
    { state: 'carry', alternatives: 3 },
    { state: 'carry', alternatives: null },
    { state: 'line', alternatives: 0 },
    { state: 'line', alternatives: 2 },
  ])('scores are bit-identical: %o', async (options) => {
    const [plain, waiting] = await Promise.all(
      both().map((backend) => all(score({ model: open(backend), tokenizer, vocabulary }, text, options))),
    );
    expect(plain).toHaveLength(12);
    expect(waiting).toEqual(plain);
  });

  test('a comparison is bit-identical', async () => {
    const [plain, waiting] = await Promise.all(
      both().map((backend) => {
        const [a, b] = [1, 2].map((seed) => ({ model: open(backend, seed), tokenizer, vocabulary }));
        return compare(a, b, text);
      }),
    );
    expect(waiting).toEqual(plain);
  });

  test.each<Omit<GenerateOptions, 'prompt' | 'random'>>([
    {},
    { temperature: 0 },
    { temperature: 0.7, banned: [1, 2, V + 5, -1] },
    { banned: Array.from({ length: 20 }, (_, id) => id) },
    { topP: 0.6, minP: 0.01 },
    { topK: 5, typical: 0.9, banned: [3] },
    { repetitionPenalty: 1.5, temperature: 0.8 },
    { repetitionPenalty: 1.5, topP: 0.8, banned: [0], alternatives: 3 },
    { alternatives: 2 },
  ])('texts are the same, alone and in a batch: %o', async (options) => {
    const prompts = [ids.subarray(0, 3), ids.subarray(5, 80), ids.subarray(9, 10)];
    const [plain, waiting] = await Promise.all(
      both().map(async (backend) => {
        const model = open(backend);
        const given = prompts.map((prompt, i) => ({ ...options, prompt, length: 12, random: new Random(i) }));
        const batch = await all(generateBatch(model, given));
        const alone = await all(generate(model, { ...given[1], random: new Random(1) }));
        expect(batch.filter((one) => one.text === 1).map(({ id }) => id)).toEqual(alone);
        return batch;
      }),
    );
    expect(waiting).toEqual(plain);
  });

  test('texts generated concurrently do not affect one another', async () => {
    const model = open(asyncBackend());
    const write = (seed: number) =>
      all(
        generate(model, {
          prompt: ids.subarray(seed, seed + 4),
          length: 9,
          random: new Random(seed),
          topK: 9,
        }),
      );
    const alone = [await write(1), await write(2), await write(3)];
    expect(await Promise.all([1, 2, 3].map(write))).toEqual(alone);
  });

  test('beam search is bit-identical and frees its memory', async () => {
    const [plain, waiting] = await Promise.all(
      both().map(async (backend) => {
        const model = open(backend);
        const search = () =>
          beamSearch(model, { prompt: ids.subarray(0, 4), width: 4, length: 8, ends: [2] });
        const found = await search();
        const { bytesUsed } = backend.arena;
        expect(await search()).toEqual(found);
        expect(backend.arena.bytesUsed).toBe(bytesUsed);
        return found;
      }),
    );
    expect(waiting).toEqual(plain);
  });

  test('synchronous calls report that they need readSync', () => {
    const model = open(asyncBackend());
    const writer = new Writer(model, { prompt: Int32Array.of(1), random: new Random(1) });
    expect(() => writeNext(model, [writer])).toThrow('writeNext: this backend can only read asynchronously');
    expect(() => new Suggester({ model, tokenizer, vocabulary }).suggest('', 3)).toThrow(
      'Suggester: this backend',
    );
    expect(() => logitsAfter(model, Int32Array.of(1))).toThrow('logitsAfter: this backend');
    expect(() => model.state().toBytes()).toThrow('State.toBytes: this backend');
  });

  test('the logits of a step and the numbers of a state can be read', async () => {
    const results = await Promise.all(
      both().map(async (backend) => {
        const model = open(backend);
        const states = [model.state(), model.state()];
        const logits = await backend.read(model.step(ids.subarray(0, 6), states));
        return [logits, await states[1].save()];
      }),
    );
    expect(results[1]).toEqual(results[0]);
  });
});
