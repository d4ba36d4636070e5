import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { normalised } from '../../../src/data/tokenizers/normalised.ts';
import { openTokenizer, tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import { restoreTokenizer, storeTokenizer } from '../../../src/data/tokenizers/stored.ts';
import { sameTokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { countTokens } from '../../../src/data/vocabulary/count-tokens.ts';
import { decode } from './decode.ts';

const kinds = ['word', 'char', 'byte'] as const;
const text = 'cafe\u0301 \ufb01n\n'.concat('한국어'.normalize('NFD'), ' \u212bngström');

describe.each(kinds)('tokens of kind %s in a normal form', (kind) => {
  const plain = openTokenizer(kind);

  test.each(['nfc', 'nfkc'] as const)('are those of the text in %s', (form) => {
    const tokenizer = normalised(plain, form);
    const written = text.normalize(form.toUpperCase());
    expect([...tokenizer.tokenize(text)]).toEqual([...plain.tokenize(written)]);
    expect(decode(tokenizer, [...tokenizer.tokenize(text)])).toBe(
      decode(plain, [...plain.tokenize(written)]),
    );
  });

  test('have positions in the original text', () => {
    const tokenizer = normalised(plain, 'nfkc');
    for (const { token, start, end } of tokenizer.spans(text)) {
      const part = text.slice(start, end).normalize('NFKC');
      if (kind !== 'byte' && token.trim() !== '' && token !== '<eos>') expect(part).toContain(token);
    }
    const spans = [...tokenizer.spans(text)];
    expect(spans[0].start).toBe(0);
    expect(spans.at(-1)?.end).toBe(text.length);
  });

  test('round-trip through JSON, and differ from those without normalisation', () => {
    const tokenizer = normalised(plain, 'nfc');
    const json = JSON.parse(JSON.stringify(tokenizer));
    expect(json).toEqual({ kind, normalize: 'nfc' });
    expect(sameTokenizer(tokenizerFromJSON(json), tokenizer)).toBe(true);
    expect(sameTokenizer(plain, tokenizer)).toBe(false);
    expect(sameTokenizer(normalised(plain, 'nfkc'), tokenizer)).toBe(false);
    expect(restoreTokenizer('file', JSON.parse(storeTokenizer('file', tokenizer))).toJSON()).toEqual(json);
  });

  test('find the start of a half-typed token', () => {
    const tokenizer = normalised(plain, 'nfc');
    const half = 'a cafe\u0301 cre\u0301';
    expect(tokenizer.partial(half)).toBe(kind === 'word' ? half.indexOf('cr') : half.length);
  });
});

test('two spellings of a word are the same token, each at its own position', () => {
  const tokenizer = normalised(openTokenizer('word'), 'nfc');
  expect([...tokenizer.spans('e\u0301 \u00e9')]).toEqual([
    { token: 'é', start: 0, end: 2 },
    { token: 'é', start: 3, end: 4 },
  ]);
});

test('a part of a decomposed character has the span of the whole character', () => {
  const spans = [...normalised(openTokenizer('char'), 'nfkc').spans('a\ufb01b')];
  expect(spans.map(({ token, start, end }) => [token, start, end])).toEqual([
    ['a', 0, 1],
    ['f', 1, 2],
    ['i', 1, 2],
    ['b', 2, 3],
  ]);
});

test('detached punctuation is kept with normalisation', () => {
  const tokenizer = normalised(openTokenizer('word'), 'nfc');
  const fitted = tokenizer.fitted?.(countTokens(tokenizer.tokenize('# Title\n- [ ] a task, and more.\n')));
  expect(fitted?.toJSON()).toEqual({ kind: 'word', apart: ['#', '[', ']'], normalize: 'nfc' });
  expect(fitted && sameTokenizer(fitted, tokenizer)).toBe(true);
});

test('encode of a fixed vocabulary uses the normalised bytes', () => {
  const tokenizer = normalised(openTokenizer('byte'), 'nfc');
  const vocabulary = tokenizer.fixedVocabulary();
  if (!vocabulary) throw new Error('no vocabulary');
  expect([...Corpus.encode('e\u0301', tokenizer, vocabulary).ids]).toEqual([0xc3, 0xa9]);
});

test.each(['nfd', 1, null, { toString: () => 'nfc' }])(
  '%s is refused as the normal form in a file',
  (normalize) => {
    expect(() => tokenizerFromJSON({ kind: 'word', normalize })).toThrow('it must be one of nfc, nfkc');
  },
);

test("a custom tokenizer can't be normalised", () => {
  const own = { ...openTokenizer('word'), kind: 'mine', toJSON: () => 'mine' };
  expect(() => normalised(own, 'nfc')).toThrow('normalised: the tokenizer "mine" is custom');
});

test('forms other than NFC and NFKC are refused', () => {
  for (const form of ['nfd', 'NFC', null, 3]) {
    expect(() => normalised(openTokenizer('char'), form as 'nfc')).toThrow(/it must be nfc or nfkc/);
  }
});

test('nested normalisation is stored as a single form', () => {
  const tokenizer = normalised(normalised(openTokenizer('char'), 'nfkc'), 'nfc');
  expect([...tokenizer.tokenize('\ufb01')]).toEqual([
    ...tokenizerFromJSON(tokenizer.toJSON()).tokenize('\ufb01'),
  ]);
});
