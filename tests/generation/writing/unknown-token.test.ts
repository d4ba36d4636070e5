import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { Suggester } from '../../../src/generation/suggestions/suggest.ts';
import { beamSearch } from '../../../src/generation/writing/beam.ts';
import { generate, generateBatch } from '../../../src/generation/writing/generate.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { writeMany } from '../../../src/generation/writing/many-texts.ts';
import { encodePrompt } from '../../../src/generation/writing/prompt.ts';
import { searchMany } from '../../../src/generation/writing/write-text.ts';
import { type NextTokenOptions, Writer, writeNext } from '../../../src/generation/writing/writer.ts';
import { readModelFile, type SavedModel, writeModelFile } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { collect } from '../../support/collect.ts';

const backend = await openBackend('wasm', { threads: 1 });
const words = ['the', 'cat', '<unk>', 'sat', '<eos>'];
const [UNKNOWN, CAT] = [2, 1];
const prompt = Int32Array.of(0, 1);
const length = 25;
const signal = new AbortController().signal;

/** A model of a file that would write hardly anything but `<unk>`. */
function open(unknown: string | null = '<unk>'): SavedModel {
  const config = {
    cell: 'gru',
    vocabSize: words.length,
    embeddingSize: 4,
    hiddenSize: 5,
    layers: 1,
  } as const;
  const model = new RecurrentLM(backend, config, new Random(1));
  const bias = model.params.at(-1)!.value;
  bias.set(bias.values().map((_, id) => (id === UNKNOWN ? 9 : 0)));
  const vocabulary = Vocabulary.fromTokens(words, unknown);
  const contents = { model, vocabulary, tokenizer: openTokenizer('word'), extras: new Map() };
  return readModelFile(writeModelFile({ ...contents, recipe: null, corpus: null, results: null }), backend);
}

/** Each way in which the library writes, as the ids that it writes. */
const ways: Record<string, (saved: SavedModel, options: NextTokenOptions) => Promise<number[]>> = {
  generate: ({ model }, options) =>
    collect(generate(model, { prompt, length, random: new Random(1), ...options })),
  'generate, of a clone': ({ model }, options) =>
    collect(generate(model.clone(), { prompt, length, random: new Random(1), ...options })),
  'generate, filtered': ({ model }, options) =>
    collect(generate(model, { prompt, length, random: new Random(1), topP: 0.9, ...options })),
  'generate, greedy': ({ model }, options) =>
    collect(generate(model, { prompt, length, random: new Random(1), temperature: 0, ...options })),
  'generate, with a penalty': ({ model }, options) =>
    collect(generate(model, { prompt, length, random: new Random(1), repetitionPenalty: 1.1, ...options })),
  generateBatch: async ({ model }, options) => {
    const texts = [1, 2].map((seed) => ({ prompt, length, random: new Random(seed), ...options }));
    return (await collect(generateBatch(model, texts))).map(({ id }) => id);
  },
  writeNext: async ({ model }, options) => {
    const writer = new Writer(model, { prompt, random: new Random(1), ...options });
    return Array.from({ length }, () => writeNext(model, [writer])[0]);
  },
  beamSearch: async ({ model }, options) =>
    (await beamSearch(model, { prompt, width: 2, length: 8, ...options })).flatMap(({ ids }) => [...ids]),
  generateText: async (saved, options) => [
    ...saved.encode(await generateText(saved, 'the', { length, echo: false, ...options })).ids,
  ],
  writeMany: async (saved, choice) => {
    const drawing = { length, stop: [], seed: 1, choice };
    return (await collect(writeMany(saved, prompts(saved), drawing, signal))).flatMap(({ ids }) => [...ids]);
  },
  searchMany: async (saved, { banned = [], allowUnknown = false }) => {
    const searching = { length: 8, stop: [], width: 2, alpha: 1, banned, allowUnknown };
    return (await collect(searchMany(saved, prompts(saved), searching, signal))).flatMap(({ ids }) => [
      ...ids,
    ]);
  },
};

async function* prompts(saved: SavedModel) {
  for (const text of ['the cat', 'sat']) yield encodePrompt(text, saved);
}

describe.each(Object.entries(ways))('%s', (_, written) => {
  test('never generates the unknown token of a file, whatever else is banned', async () => {
    const ids = await written(open(), {});
    expect(ids.length).toBeGreaterThan(2);
    expect(ids).not.toContain(UNKNOWN);
    const fewer = await written(open(), { banned: [CAT] });
    expect(fewer).not.toContain(UNKNOWN);
    expect(fewer).not.toContain(CAT);
  });

  test('generates it if allowed, or if it is an ordinary word', async () => {
    expect(await written(open(), { allowUnknown: true, banned: [CAT] })).toContain(UNKNOWN);
    expect(await written(open(null), {})).toContain(UNKNOWN);
  });
});

test('is not suggested, unless it is an ordinary word', () => {
  const tokens = (saved: SavedModel) =>
    new Suggester(saved).suggest('the ', 5).next.map(({ token }) => token);
  expect(tokens(open())).toHaveLength(4);
  expect(tokens(open())).not.toContain('<unk>');
  expect(tokens(open(null))[0]).toBe('<unk>');
});

test('a model without a vocabulary has no unknown token unless one is passed', () => {
  const config = { cell: 'rnn', vocabSize: 5, embeddingSize: 2, hiddenSize: 2, layers: 1 } as const;
  expect(new RecurrentLM(backend, config).unknownIds).toEqual([]);
  const model = new RecurrentLM(backend, config, new Random(1), { unknownIds: [3] });
  expect(model.unknownIds).toEqual([3]);
  expect(model.clone().unknownIds).toEqual([3]);
});
