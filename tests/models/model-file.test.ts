import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../src/errors.ts';
import type { NamedArray } from '../../src/formats/named-array.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { toConfigKeys } from '../../src/models/config.ts';
import {
  type ModelContents,
  readModelFile,
  SavedModel,
  writeModelFile,
} from '../../src/models/model-file.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { resealed } from '../support/resealed.ts';

const backend = await openBackend('wasm', { threads: 1 });
const reference = await openBackend('reference');
const config = { cell: 'rnn', vocabSize: 4, embeddingSize: 3, hiddenSize: 5, layers: 2 } as const;

function saved(on = backend): ModelContents {
  return {
    model: new RecurrentLM(on, config, new Random(4)),
    tokenizer: openTokenizer('word'),
    vocabulary: Vocabulary.fromTokens(['<unk>', 'häuser', '<eos>', '__proto__'], '<unk>'),
    recipe: { N: 10, T: 5, seed: 4, lr: 0.1, end: 'wrap' },
    corpus: [{ name: 'a "quoted" name.txt', sha256: 'ab', tokens: 1000 }],
    results: { trainPerplexity: 5.9, validPerplexity: null },
    extras: new Map<string, NamedArray>([
      ['unigrams', { dtype: 'I32', shape: [2], data: Int32Array.of(7, 9) }],
    ]),
  };
}

const bytes = writeModelFile(saved());

interface Parts {
  tensors: Map<string, NamedArray>;
  metadata: Record<string, string>;
}

/** The file with something changed in it, written anew: a sound safetensors file. */
function changed(change: (parts: Parts) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const parts = { tensors, metadata: Object.fromEntries(metadata) };
  change(parts);
  return resealed(parts.tensors, parts.metadata);
}

const withConfig = (change: Record<string, unknown>) => (parts: Parts) => {
  parts.metadata.config = JSON.stringify({ ...toConfigKeys(config), ...change });
};

const withArray = (name: string, array: NamedArray) => (parts: Parts) => {
  parts.tensors.set(name, array);
};

const floats = (shape: number[], ...start: number[]): NamedArray => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  data.set(start);
  return { dtype: 'F32', shape, data };
};

describe('a model file', () => {
  test('gives back bit for bit what was written', () => {
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

  test('names its tokenizer plainly, and the ids of unknown token and line end', () => {
    const { metadata } = readSafetensors(bytes);
    expect(metadata.get('tokenizer')).toBe('word');
    const { vocabulary } = readModelFile(bytes, backend);
    expect([vocabulary.unknownId, vocabulary.lineEndId]).toEqual([0, 2]);
    expect(JSON.parse(metadata.get('vocabulary') as string)).toMatchObject({ unknown: '<unk>', lineEnd: 2 });
  });

  test('from before the line end was named has it by its spelling', () => {
    const old = changed(({ metadata }) => {
      metadata.vocabulary = '{"tokens":["<unk>","häuser","<eos>","__proto__"],"unknown":"<unk>"}';
    });
    expect(writeModelFile(readModelFile(old, backend))).toEqual(bytes);
  });

  test('of characters that has a token <eos> ends its lines with a newline nevertheless', () => {
    const vocabulary = Vocabulary.fromTokens(['<eos>', 'a', '\n', 'b'], null, 2);
    const file = writeModelFile({ ...saved(), tokenizer: openTokenizer('char'), vocabulary });
    const opened = readModelFile(file, backend);
    expect(opened.vocabulary.lineEndId).toBe(2);
    expect(() => opened.encode('<eos>')).toThrow('token 0 of the text is "<"');
  });

  test('takes a tokenizer as an object too', () => {
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

  test('predicts as the model that was written', () => {
    const [before, after] = [saved().model, readModelFile(bytes, backend).model];
    const block = { N: 1, T: 3, xs: Int32Array.of(1, 2, 3), ts: Int32Array.of(2, 3, 0) };
    const scores = [before, after].map((model) => model.predict(model.place(block).xs).values());
    expect(scores[1]).toEqual(scores[0]);
  });

  test('names the weights as documented, and holds them as float32, of the reference as float64', () => {
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

  const damages: [what: string, damage: (parts: Parts) => void, message: string][] = [
    ['of no format', ({ metadata }) => delete metadata.format, 'holds arrays but no model of unrolled'],
    [
      'of another format',
      ({ metadata }) => (metadata.format = 'pt'),
      'holds arrays but no model of unrolled',
    ],
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
    ['with an unknown setting', withConfig({ gates: 4 }), "the config has 'gates'"],
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
      'the vocabulary has 3 tokens, the config says 4; both must agree.',
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
      'there is no array embedding.W; the model needs it, (4, 3)',
    ],
    [
      'without the highest weights',
      ({ tensors }) => tensors.delete('affine.b'),
      'there is no array affine.b',
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
      'affine.W holds NaN or infinite numbers',
    ],
    [
      'with an infinity',
      withArray('affine.b', floats([4], Number.NEGATIVE_INFINITY)),
      'affine.b holds NaN or infinite numbers',
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
    ['that claims 2³¹ − 1 layers', withConfig({ layers: 2 ** 31 - 1 }), 'there is no array rnn.2.Wx'],
  ];

  test.each(damages)('%s is refused before anything is built', (_, damage, message) => {
    const used = backend.arena.bytesUsed;
    const read = () => readModelFile(changed(damage), backend, 'my.safetensors');
    expect(read).toThrow(UnrolledError);
    expect(read).toThrow(message);
    expect(backend.arena.bytesUsed).toBe(used);
  });

  test('that is unchanged but written anew is read: the cases above fail for their damage alone', () => {
    expect(
      writeModelFile(
        readModelFile(
          changed(() => {}),
          backend,
        ),
      ),
    ).toEqual(bytes);
  });

  test('that is cut short anywhere is refused', () => {
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

describe('a model file of items', () => {
  const vocabulary = Vocabulary.fromTokens(['<unk>', 'a', 'b'], '<unk>', null).withEnd();
  const contents: ModelContents = { ...saved(), vocabulary, items: 'jsonl:text' };

  test('says how texts are cut, and has a version that older programs refuse', () => {
    const file = writeModelFile(contents);
    expect(readSafetensors(file).metadata.get('version')).toBe('3');
    const read = readModelFile(file, backend);
    expect(read.items).toBe('jsonl:text');
    expect(read.vocabulary.endId).toBe(3);
    expect(writeModelFile(read)).toEqual(file);
  });

  test('a vocabulary with an end token decides: lines by default, and no items without it', () => {
    expect(new SavedModel({ ...contents, items: null }).items).toBe('line');
    expect(new SavedModel({ ...saved(), items: 'line' }).items).toBeNull();
    expect(readSafetensors(bytes).metadata.has('items')).toBe(false);
    expect(readModelFile(bytes, backend).items).toBeNull();
  });

  test.each([
    ['items without an end token', bytes, { items: 'line' }, /its vocabulary has no end token/],
    ['another split', writeModelFile(contents), { items: 'words' }, /its item split is "words"/],
  ])('with %s is damaged', (_, file, change, message) => {
    const { tensors, metadata } = readSafetensors(file);
    const damaged = resealed(tensors, { ...Object.fromEntries(metadata), ...change });
    expect(() => readModelFile(damaged, backend)).toThrow(message);
  });

  test('without its items is damaged', () => {
    const { tensors, metadata } = readSafetensors(writeModelFile(contents));
    metadata.delete('items');
    expect(() => readModelFile(resealed(tensors, Object.fromEntries(metadata)), backend)).toThrow(
      /its item split is missing/,
    );
  });
});
