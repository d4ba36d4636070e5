import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { readModelFile, SavedModel, writeModelFile } from '../../../src/models/model-file.ts';
import { backend, bytes, changed, config, reference, saved } from './saved-model.ts';

describe('a model file', () => {
  test('round-trips bit for bit', () => {
    const [before, after] = [saved(), readModelFile(bytes, backend)];
    expect(after.model.config).toEqual(config);
    after.model.params.forEach(({ name, value }, i) => {
      expect([name, value.values()]).toEqual([
        before.model.params[i].name,
        before.model.params[i].value.values(),
      ]);
    });
    for (const part of ['tokenizer', 'recipe', 'corpus', 'results', 'extras'] as const) {
      expect(after[part]).toEqual(before[part]);
    }
    expect(after.vocabulary.toJSON()).toEqual(before.vocabulary.toJSON());
    expect(after).toBeInstanceOf(SavedModel);
    expect(writeModelFile(after)).toEqual(bytes);
    expect(writeModelFile(saved())).toEqual(bytes);
  });

  test('stores its tokenizer, unknown token and line end', () => {
    const { metadata } = readSafetensors(bytes);
    expect(metadata.get('tokenizer')).toBe('word');
    const { vocabulary } = readModelFile(bytes, backend);
    expect([vocabulary.unknownId, vocabulary.lineEndId]).toEqual([0, 2]);
    expect(JSON.parse(metadata.get('vocabulary') as string)).toMatchObject({ unknown: '<unk>', lineEnd: 2 });
  });

  test('of an older version gets the line end by its spelling', () => {
    const old = changed(({ metadata }) => {
      metadata.vocabulary = '{"tokens":["<unk>","häuser","<eos>","__proto__"],"unknown":"<unk>"}';
    });
    expect(writeModelFile(readModelFile(old, backend))).toEqual(bytes);
  });

  test('of characters with a token <eos> uses the newline as line end', () => {
    const vocabulary = Vocabulary.fromTokens(['<eos>', 'a', '\n', 'b'], null, 2);
    const file = writeModelFile({ ...saved(), tokenizer: openTokenizer('char'), vocabulary });
    const opened = readModelFile(file, backend);
    expect(opened.vocabulary.lineEndId).toBe(2);
    expect(() => opened.encode('<eos>')).toThrow('token 0 of the text is "<"');
  });

  test('accepts a tokenizer with parameters', () => {
    const object = changed(({ metadata }) => {
      metadata.tokenizer = '{"kind":"word"}';
    });
    expect(writeModelFile(readModelFile(object, backend))).toEqual(bytes);
  });

  test('encodes and decodes texts once it is opened', () => {
    const opened = readModelFile(bytes, backend);
    const { ids, tokens } = opened.encode('häuser  dächer\n');
    expect(ids).toEqual(Int32Array.of(1, 0, 2));
    expect(tokens[1]).toEqual({ id: 0, token: 'dächer', start: 8, end: 14, known: false });
    expect(opened.decode(ids)).toBe('häuser <unk>\n');
    expect(opened.decode([1, 1], { readable: true })).toBe('häuser häuser');
  });

  test('predicts like the original model', () => {
    const [before, after] = [saved().model, readModelFile(bytes, backend).model];
    const block = { N: 1, T: 3, xs: Int32Array.of(1, 2, 3), ts: Int32Array.of(2, 3, 0) };
    const scores = [before, after].map((model) => model.predict(model.place(block).xs).values());
    expect(scores[1]).toEqual(scores[0]);
  });

  test('has the documented weight names, as float32, from the reference as float64', () => {
    const dtypes = (file: Uint8Array) =>
      Object.fromEntries([...readSafetensors(file).tensors].map(([name, { dtype }]) => [name, dtype]));
    const names = [
      ...['embedding.W', 'rnn.0.Wx', 'rnn.0.Wh', 'rnn.0.b', 'rnn.1.Wx', 'rnn.1.Wh', 'rnn.1.b'],
      ...['affine.W', 'affine.b'],
    ];
    const all = (dtype: string) => ({
      ...Object.fromEntries(names.map((name) => [name, dtype])),
      unigrams: 'I32',
    });
    expect(dtypes(bytes)).toEqual(all('F32'));
    const exact = writeModelFile(saved(reference));
    expect(dtypes(exact)).toEqual(all('F64'));
    expect(writeModelFile(readModelFile(exact, reference))).toEqual(exact);
  });
});
