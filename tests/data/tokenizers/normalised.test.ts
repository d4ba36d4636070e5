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

  test('have positions in the text that is given', () => {
    const tokenizer = normalised(plain, 'nfkc');
    for (const { token, start, end } of tokenizer.spans(text)) {
      const part = text.slice(start, end).normalize('NFKC');
      if (kind !== 'byte' && token.trim() !== '' && token !== '<eos>') expect(part).toContain(token);
    }
    const spans = [...tokenizer.spans(text)];
    expect(spans[0].start).toBe(0);
    expect(spans.at(-1)?.end).toBe(text.length);
  });

  test('come back from JSON, and are not those of the text as it is', () => {
    const tokenizer = normalised(plain, 'nfc');
    const json = JSON.parse(JSON.stringify(tokenizer));
    expect(json).toEqual({ kind, normalize: 'nfc' });
    expect(sameTokenizer(tokenizerFromJSON(json), tokenizer)).toBe(true);
    expect(sameTokenizer(plain, tokenizer)).toBe(false);
    expect(sameTokenizer(normalised(plain, 'nfkc'), tokenizer)).toBe(false);
    expect(restoreTokenizer('file', JSON.parse(storeTokenizer('file', tokenizer))).toJSON()).toEqual(json);
  });

  test('end where a half-typed token does', () => {
    const tokenizer = normalised(plain, 'nfc');
    const half = 'a cafe\u0301 cre\u0301';
    expect(tokenizer.partial(half)).toBe(kind === 'word' ? half.indexOf('cr') : half.length);
  });
});

test('two spellings of one word are one token, at the positions of each', () => {
  const tokenizer = normalised(openTokenizer('word'), 'nfc');
  expect([...tokenizer.spans('e\u0301 \u00e9')]).toEqual([
    { token: 'é', start: 0, end: 2 },
    { token: 'é', start: 3, end: 4 },
  ]);
});

test('a part of a character that the form takes apart stands for the whole', () => {
  const spans = [...normalised(openTokenizer('char'), 'nfkc').spans('a\ufb01b')];
  expect(spans.map(({ token, start, end }) => [token, start, end])).toEqual([
    ['a', 0, 1],
    ['f', 1, 2],
    ['i', 1, 2],
    ['b', 2, 3],
  ]);
});

test('words keep the marks apart that the text keeps apart', () => {
  const tokenizer = normalised(openTokenizer('word'), 'nfc');
  const fitted = tokenizer.fitted?.(countTokens(tokenizer.tokenize('# Title\n- [ ] a task, and more.\n')));
  expect(fitted?.toJSON()).toEqual({ kind: 'word', apart: ['#', '[', ']'], normalize: 'nfc' });
  expect(fitted && sameTokenizer(fitted, tokenizer)).toBe(true);
});

test('bytes of a fixed vocabulary are those of the form', () => {
  const tokenizer = normalised(openTokenizer('byte'), 'nfc');
  const vocabulary = tokenizer.fixedVocabulary();
  if (!vocabulary) throw new Error('no vocabulary');
  expect([...Corpus.encode('e\u0301', tokenizer, vocabulary).ids]).toEqual([0xc3, 0xa9]);
});

test.each(['nfd', 1, null, { toString: () => 'nfc' }])('%s is refused as a form of a file', (normalize) => {
  expect(() => tokenizerFromJSON({ kind: 'word', normalize })).toThrow('it must be one of nfc, nfkc');
});

test('a tokenizer of your own reads its text itself', () => {
  const own = { ...openTokenizer('word'), kind: 'mine', toJSON: () => 'mine' };
  expect(() => normalised(own, 'nfc')).toThrow('normalised: the tokenizer "mine" is custom');
});

test('another form than NFC and NFKC is refused', () => {
  for (const form of ['nfd', 'NFC', null, 3]) {
    expect(() => normalised(openTokenizer('char'), form as 'nfc')).toThrow(/it must be nfc or nfkc/);
  }
});

test('a form of a form is what its JSON says', () => {
  const tokenizer = normalised(normalised(openTokenizer('char'), 'nfkc'), 'nfc');
  expect([...tokenizer.tokenize('\ufb01')]).toEqual([
    ...tokenizerFromJSON(tokenizer.toJSON()).tokenize('\ufb01'),
  ]);
});
