import { expect, test } from 'vitest';
import { tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { revealsOf } from '../../../src/interop/privacy/reveals.ts';
import { type ModelContents, parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';

const array = (...shape: number[]): NamedArray => {
  return { dtype: 'I32', shape, data: new Int32Array(shape.reduce((a, b) => a * b)) };
};
const word = Vocabulary.build(['a', 'b', '<eos>', 'a'], { unknown: '<unk>' });

/** The sentences by part, in order. */
function toldBy(contents: Partial<ModelContents>): Map<string, string> {
  const model = parseModelFile(randomModelFile({ layers: 1 }, contents));
  return new Map(revealsOf(model).map(({ part, tells }) => [part, tells]));
}

const everything: Partial<ModelContents> = {
  vocabulary: word.withEnd(),
  items: 'csv:diagnosis',
  recipe: { vocabSize: null, author: 'somebody' },
  corpus: {
    files: [{ name: 'a.csv', sha256: 'f00', bytes: 9 }, { name: 'b "2".csv' }],
    ...{ tokens: 12, valid: { name: 'v.csv' }, test: null },
  },
  training: { state: {} },
  extras: new Map([
    ['counts.bigram', array(7, 3)],
    ['counts.unigram', array(5)],
    ['items.digests', array(4, 2)],
    ['training.carried.0.h', array(6)],
    ['best.affine.b', array(5)],
    ['mine', array(1)],
  ]),
};

test('a checkpoint tells what it contains, that which tells most first', () => {
  const told = toldBy(everything);
  expect([...told.keys()]).toEqual([
    ...[
      'weights',
      'training state',
      'n-gram counts',
      'vocabulary',
      'item digests',
      'file names',
      'file digests',
    ],
    ...['other metadata', 'items', 'sizes and results'],
  ]);
  // Embedding 5×5, LSTM (5+6+1)×24, affine (6+1)×5.
  expect(told.get('weights')).toMatch(/^348 parameters/);
  expect(told.get('training state')).toMatch(/^2 arrays/);
  expect(told.get('n-gram counts')).toMatch(/7 pairs/);
  expect(told.get('vocabulary')).toBe(
    '4 tokens: every word of the text, rare names too, in the order of first appearance',
  );
  expect(told.get('item digests')).toMatch(/^4 digests/);
  expect(told.get('file names')).toBe('"a.csv", "b \\"2\\".csv", "v.csv"');
  expect(told.get('other metadata')).toBe('"recipe.author", "mine"');
  expect(told.get('items')).toMatch(/column with the text: "diagnosis"/);
});

test('an exported model tells nothing that an export removes', async () => {
  const { files } = await exportModel(randomModelFile({ layers: 1 }, everything), { to: 'safetensors' });
  const reveals = revealsOf(parseModelFile(files.get('model.safetensors')!));
  expect(reveals.map(({ part }) => part)).toEqual(['weights', 'vocabulary', 'items', 'sizes and results']);
  expect(reveals.some(({ exportRemoves }) => exportRemoves)).toBe(false);
});

test('the vocabulary tells what the tokenizer takes from the text', () => {
  const limited = Vocabulary.build(['a', 'b', 'c', 'a', 'b'], { unknown: '<unk>', maxSize: 3 });
  expect(toldBy({ vocabulary: limited, recipe: { vocabSize: 3 } }).get('vocabulary')).toMatch(
    /^3 tokens: the most frequent words/,
  );
  expect(toldBy({ vocabulary: Vocabulary.fromTokens(['x', 'y'], null) }).get('vocabulary')).toBe(
    '2 tokens of the text',
  );
  const char = { tokenizer: tokenizerFromJSON('char'), vocabulary: Vocabulary.build('abca') };
  expect(toldBy(char).get('vocabulary')).toMatch(/^3 tokens: every character/);
  for (const json of ['byte', { kind: 'bpe', merges: [['a', 'b']] }]) {
    const tokenizer = tokenizerFromJSON(json);
    const told = toldBy({ tokenizer, vocabulary: tokenizer.fixedVocabulary()! });
    expect([...told.keys()]).toEqual(json === 'byte' ? ['weights'] : ['weights', 'merges']);
    if (json !== 'byte') expect(told.get('merges')).toMatch(/^1 merges/);
  }
});

test('metadata of any JSON is named or skipped', () => {
  expect(toldBy({ recipe: ['a'], corpus: 'text', results: 3 }).get('other metadata')).toBe(
    '"recipe", "corpus", "results"',
  );
  expect(toldBy({ corpus: { files: 3, valid: [], test: 'x' } }).has('file names')).toBe(false);
});
