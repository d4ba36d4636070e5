import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { readModelFile, writeModelFile } from '../../../src/models/model-file.ts';
import { Random } from '../../../src/tensor/random.ts';
import {
  backend,
  bytes,
  changed,
  floats,
  type Parts,
  reference,
  withArray,
  withConfig,
} from './saved-model.ts';

describe('a model file', () => {
  const damages: [what: string, damage: (parts: Parts) => void, message: string][] = [
    ['of no format', ({ metadata }) => delete metadata.format, 'is not an Unrolled model'],
    ['of another format', ({ metadata }) => (metadata.format = 'pt'), 'is not an Unrolled model'],
    [
      'of a later version',
      ({ metadata }) => (metadata.version = '4'),
      'the file has format version 4; this unrolled reads version 1, 2 and 3. Use a newer version of unrolled.',
    ],
    [
      'of an earlier version',
      ({ metadata }) => (metadata.version = '0'),
      'the file has format version 0; this unrolled reads version 1, 2 and 3. Create the file again, or use the version of unrolled that wrote it.',
    ],
    ['without a version', ({ metadata }) => delete metadata.version, 'the file has no format version'],
    ['without a config', ({ metadata }) => delete metadata.config, 'the config in the file is missing'],
    [
      'with a config cut short',
      ({ metadata }) => (metadata.config = '{"cell":'),
      'the config in the file is missing or damaged',
    ],
    ['with a config that is none', ({ metadata }) => (metadata.config = '[]'), 'vocabSize is undefined'],
    ['of an unknown cell', withConfig({ cell: 'transformer' }), 'cell is "transformer"'],
    ['with an unknown setting', withConfig({ gates: 4 }), "the config has the unknown key 'gates'"],
    ['of size 0', withConfig({ hiddenSize: 0 }), 'hiddenSize is 0'],
    [
      'without a vocabulary',
      ({ metadata }) => delete metadata.vocabulary,
      'the vocabulary in the file is missing',
    ],
    [
      'with a vocabulary that is none',
      ({ metadata }) => (metadata.vocabulary = '{"tokens":3}'),
      'Vocabulary: the value is not of the form',
    ],
    [
      'with a token too few',
      ({ metadata }) => (metadata.vocabulary = '{"tokens":["a","b","c"],"unknown":null}'),
      'the vocabulary has 3 tokens, the config says 4; they must be equal.',
    ],
    [
      'with a token twice',
      ({ metadata }) => (metadata.vocabulary = '{"tokens":["a","b","a","c"],"unknown":null}'),
      'repeats',
    ],
    ['of no tokenizer', ({ metadata }) => delete metadata.tokenizer, 'Tokenizer: the kind is ""'],
    [
      'of an unknown tokenizer',
      ({ metadata }) => (metadata.tokenizer = 'unigram'),
      'its tokenizer is "unigram", which this version doesn\'t know',
    ],
    [
      'of byte-level BPE without merges',
      ({ metadata }) => (metadata.tokenizer = 'bpe'),
      'the kind bpe has no merges',
    ],
    [
      'with a tokenizer cut short',
      ({ metadata }) => (metadata.tokenizer = '{"kind":'),
      'the tokenizer in the file is missing or damaged',
    ],
    [
      'with a tokenizer without a kind',
      ({ metadata }) => (metadata.tokenizer = '{"merges":[]}'),
      'Tokenizer: got neither a kind nor an object',
    ],
    [
      'with a parameter that its tokenizer has not',
      ({ metadata }) => (metadata.tokenizer = '{"kind":"word","lowercase":true}'),
      'the kind word has no parameter "lowercase"',
    ],
    [
      'with a line end that is no id',
      ({ metadata }) => (metadata.vocabulary = '{"tokens":["a","b","c","d"],"unknown":null,"lineEnd":4}'),
      'the id of the line end is 4; it must be an integer from 0 to 3',
    ],
    ['without a recipe', ({ metadata }) => delete metadata.recipe, 'the recipe in the file is missing'],
    [
      'with results that are no JSON',
      ({ metadata }) => (metadata.results = 'NaN'),
      'the results in the file is missing or damaged',
    ],
    [
      'without the lowest weights',
      ({ tensors }) => tensors.delete('embedding.W'),
      'the array embedding.W (4, 3) is missing; the model needs it',
    ],
    [
      'without the highest weights',
      ({ tensors }) => tensors.delete('affine.b'),
      'the array affine.b (4) is missing',
    ],
    [
      'with transposed weights',
      withArray('rnn.0.Wx', floats([5, 3])),
      'rnn.0.Wx is (5, 3); it must be (3, 5).',
    ],
    ['with flat weights', withArray('rnn.1.Wh', floats([25])), 'rnn.1.Wh is (25); it must be (5, 5).'],
    [
      'with whole numbers as weights',
      withArray('rnn.0.b', { dtype: 'I32', shape: [5], data: new Int32Array(5) }),
      'rnn.0.b is of type I32',
    ],
    [
      'with a NaN',
      withArray('affine.W', floats([5, 4], 0, Number.NaN)),
      'affine.W contains NaN or infinite numbers',
    ],
    [
      'with an infinity',
      withArray('affine.b', floats([4], Number.NEGATIVE_INFINITY)),
      'affine.b contains NaN or infinite numbers',
    ],
    [
      'that claims a vocabulary of 2³¹ − 1',
      withConfig({ vocabSize: 2 ** 31 - 1 }),
      'the vocabulary has 4 tokens, the config says 2147483647',
    ],
    [
      'that claims vectors of 2³¹ − 1',
      withConfig({ wordvecSize: 2 ** 31 - 1 }),
      'embedding.W is (4, 3); it must be (4, 2147483647)',
    ],
    [
      'that claims states of 2³¹ − 1',
      withConfig({ hiddenSize: 2 ** 31 - 1 }),
      'rnn.0.Wx is (3, 5); it must be (3, 2147483647)',
    ],
    [
      'that claims 2³¹ − 1 layers',
      withConfig({ layers: 2 ** 31 - 1 }),
      'the array rnn.2.Wx (5, 5) is missing',
    ],
  ];

  test.each(damages)('%s is refused before a model is built', (_, damage, message) => {
    const used = backend.arena.bytesUsed;
    const read = () => readModelFile(changed(damage), backend, 'my.safetensors');
    expect(read).toThrow(UnrolledError);
    expect(read).toThrow(message);
    expect(backend.arena.bytesUsed).toBe(used);
  });

  test('that is rewritten without changes is read: the cases above fail only because of their damage', () => {
    expect(
      writeModelFile(
        readModelFile(
          changed(() => {}),
          backend,
        ),
      ),
    ).toEqual(bytes);
  });

  test('that is truncated anywhere is refused', () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => readModelFile(bytes.subarray(0, length), backend), `${length} bytes`).toThrow(
        UnrolledError,
      );
    }
  });

  test('with any byte of its header changed is read or refused by name, and never crashes', async () => {
    const header = Number(new DataView(bytes.buffer).getBigUint64(0, true)) + 8;
    const random = new Random(12);
    const outcomes = { read: 0, refused: 0 };
    for (let turn = 0; turn < 1000; turn++) {
      const copy = bytes.slice();
      copy[Math.floor(random.uniform() * header)] = Math.floor(random.uniform() * 256);
      try {
        readModelFile(copy, reference);
        outcomes.read += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(UnrolledError);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(500);
  });
});
