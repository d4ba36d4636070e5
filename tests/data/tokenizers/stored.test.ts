import { describe, expect, test } from 'vitest';
import { loadModel } from '../../../src/api/load-model.ts';
import { fineTune } from '../../../src/api/train-text.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { restoreTokenizer, storeTokenizer } from '../../../src/data/tokenizers/stored.ts';
import { sameTokenizer, type Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import {
  type ModelContents,
  readModelFile,
  saveModelFile,
  writeModelFile,
} from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';

const backend = await openBackend('wasm', { threads: 1 });
const text = 'The cat sat. The dog sat.\n'.repeat(40);

/** Words in small letters, of a kind of its own or a borrowed one. */
function lowerCase(kind: string, parameters?: Record<string, unknown>): Tokenizer {
  const words = openTokenizer('word');
  return {
    ...words,
    kind,
    cut: undefined as never,
    fitted: undefined as never,
    *tokenize(given) {
      yield* words.tokenize(given.toLowerCase());
    },
    spans: (given) => words.spans(given.toLowerCase()),
    toJSON: () => (parameters ? { kind, ...parameters } : kind),
  };
}

function saved(tokenizer: Tokenizer): ModelContents {
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text), { unknown: '<unk>' });
  const config = {
    cell: 'rnn',
    vocabSize: vocabulary.size,
    embeddingSize: 8,
    hiddenSize: 8,
    layers: 1,
  } as const;
  const model = new RecurrentLM(backend, config, new Random(1));
  return { model, tokenizer, vocabulary, recipe: null, corpus: null, results: null, extras: new Map() };
}

describe('a custom tokenizer', () => {
  test.each(['spans', 'endsWithSpace', 'readableDecoder'] as const)(
    'without %s is refused by every function',
    async (name) => {
      const whole = lowerCase('lower-case');
      const partial = { ...whole, [name]: undefined } as unknown as Tokenizer;
      const needs = `it must be a Tokenizer, with ${name}()`;
      const file = writeModelFile(saved(whole));
      expect(() => writeModelFile(saved(partial))).toThrow(needs);
      await expect(generateText(saved(partial), 'the')).rejects.toThrow(needs);
      await expect(fineTune(saved(partial), text)).rejects.toThrow(needs);
      for (const own of [partial, { kind: 'lower-case', fromJSON: () => partial }]) {
        await expect(loadModel(file, backend, { tokenizers: [own] })).rejects.toThrow(needs);
      }
    },
  );

  test.each(['word', 'char', 'byte'])(
    'named %s is refused when written, since its file would open with the built-in one',
    async (kind) => {
      const message = `saveModelFile: the custom tokenizer has the built-in kind "${kind}"`;
      expect(() => writeModelFile(saved(lowerCase(kind)))).toThrow(message);
      await expect(saveModelFile(saved(lowerCase(kind, { apart: [] })))).rejects.toThrow(message);
      expect(() => restoreTokenizer('file', kind, [lowerCase(kind)])).toThrow('built-in kinds are reserved');
      expect(sameTokenizer(lowerCase(kind), openTokenizer(kind))).toBe(false);
    },
  );

  test('opens its files only if it is passed', async () => {
    const mine = lowerCase('lower-case');
    const file = writeModelFile(saved(mine));
    await expect(loadModel(file, backend)).rejects.toMatchObject({
      code: 'file-version',
      message: expect.stringContaining('its tokenizer is "lower-case", which this version doesn\'t know'),
    });
    const opened = await loadModel(file, backend, { tokenizers: [mine] });
    expect(opened.tokenizer).toBe(mine);
    expect([...opened.encode('THE Cat').ids]).toEqual([...opened.encode('the cat').ids]);
    expect(readModelFile(file, backend, 'file', { tokenizers: [mine] }).tokenizer).toBe(mine);
    expect(await generateText(opened, 'THE', { length: 3 })).toMatch(/^the /i);
  });

  test('with parameters opens files with equal parameters, and others by a factory', () => {
    const file = writeModelFile(saved(lowerCase('lower-case', { merges: 3 })));
    const open = (own: Parameters<typeof restoreTokenizer>[2] & object) =>
      readModelFile(file, backend, 'file', { tokenizers: own }).tokenizer;
    expect(open([lowerCase('lower-case', { merges: 3 })]).toJSON()).toEqual({
      kind: 'lower-case',
      merges: 3,
    });
    expect(() => open([lowerCase('lower-case', { merges: 4 })])).toThrow('the parameters must be equal');
    const maker = { kind: 'lower-case', fromJSON: (json: unknown) => lowerCase('lower-case', Object(json)) };
    expect(open([maker]).toJSON()).toEqual({ kind: 'lower-case', merges: 3 });
  });

  test('whose toJSON() names another kind is refused', () => {
    const odd = { ...lowerCase('lower-case'), toJSON: () => 'other' };
    expect(() => storeTokenizer('file', odd)).toThrow('they must be equal');
  });

  test('is kept when its model is fine-tuned', async () => {
    const mine = lowerCase('lower-case');
    const tuned = await fineTune(saved(mine), text, { epochs: 1, batch: 2, time: 5, valid: null });
    expect(tuned.tokenizer).toBe(mine);
    const again = await loadModel(await saveModelFile(tuned), backend, { tokenizers: [mine] });
    expect(again.tokenizer).toBe(mine);
    tuned.model.backend.close();
  });
});

test('lists of custom tokenizers from JavaScript are checked', () => {
  const file = writeModelFile(saved(openTokenizer('word')));
  for (const wrong of ['word', null, [null], [{}], [Promise.resolve()]]) {
    const open = () => readModelFile(file, backend, 'file', { tokenizers: wrong as never });
    expect(open).toThrow(expect.objectContaining({ code: 'option-value' }));
  }
  expect(() => storeTokenizer('saveModelFile', 'char' as never)).toThrow(
    'saveModelFile: the tokenizer is a string; it must be a Tokenizer, with tokenize()',
  );
  expect(() => writeModelFile({ ...saved(openTokenizer('char')), tokenizer: 'char' as never })).toThrow(
    'writeModelFile: the tokenizer is a string; it must be a Tokenizer, with tokenize()',
  );
});
