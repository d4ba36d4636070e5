import { describe, expect, test } from 'vitest';
import { byteTokenizer } from '../../../src/data/tokenizers/byte.ts';
import { wordTokenizer } from '../../../src/data/tokenizers/word.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { collectGarbage } from '../../support/garbage.ts';
import { randomIntegers } from '../random-integers.ts';

const build = (text: string, options?: { maxSize?: number; unknown?: string | null }): readonly string[] =>
  Vocabulary.build(text === '' ? [] : text.split(' '), options).tokens;

describe('build', () => {
  test('gives ids in order of first appearance', () => {
    const vocabulary = Vocabulary.build('you say goodbye and i say hello .'.split(' '));
    expect(vocabulary.tokens).toEqual(['you', 'say', 'goodbye', 'and', 'i', 'hello', '.']);
    expect(vocabulary.size).toBe(7);
    expect(vocabulary.idOf('hello')).toBe(5);
    expect(vocabulary.tokenOf(5)).toBe('hello');
    expect(vocabulary).toMatchObject({ unknown: null, unknownId: -1 });
  });

  test('gives tokens of the beginning the same ids for a longer text', () => {
    const tokens = randomIntegers(7, 400, 60).map(String);
    const whole = Vocabulary.build(tokens).tokens;
    for (const length of [1, 10, 100, 399]) {
      const prefix = Vocabulary.build(tokens.slice(0, length)).tokens;
      expect(whole.slice(0, prefix.length)).toEqual(prefix);
    }
  });

  test('adds no unknown token by default', () => {
    expect(build('a b')).toEqual(['a', 'b']);
  });

  test('puts an unused unknown token last', () => {
    expect(build('a b', { unknown: '<unk>' })).toEqual(['a', 'b', '<unk>']);
    expect(build('', { unknown: '<unk>' })).toEqual(['<unk>']);
  });

  test('gives an unknown token in the text the id of its first appearance', () => {
    expect(build('a <unk> b <unk>', { unknown: '<unk>' })).toEqual(['a', '<unk>', 'b']);
  });

  test('gives the unknown token the id of the first dropped token', () => {
    expect(build('a rare b a b', { maxSize: 3, unknown: '<unk>' })).toEqual(['a', '<unk>', 'b']);
    expect(build('a rare <unk> b a b', { maxSize: 3, unknown: '<unk>' })).toEqual(['a', '<unk>', 'b']);
  });

  test('keeps the most frequent tokens, ties by first appearance, in order of appearance', () => {
    expect(build('d c b a a b c d a', { maxSize: 4, unknown: '<unk>' })).toEqual(['d', 'c', '<unk>', 'a']);
  });

  test('counts the unknown token in maxSize and always keeps it', () => {
    expect(build('a a b b <unk>', { maxSize: 2, unknown: '<unk>' })).toEqual(['a', '<unk>']);
    expect(build('a a b', { maxSize: 1, unknown: '<unk>' })).toEqual(['<unk>']);
    expect(build('a b', { maxSize: 3, unknown: '<unk>' })).toEqual(['a', 'b', '<unk>']);
  });

  test('refuses to drop tokens without an unknown token', () => {
    expect(build('a b a', { maxSize: 2 })).toEqual(['a', 'b']);
    expect(() => build('a b c', { maxSize: 2 })).toThrow(/3 distinct tokens, maxSize is 2;.*unknown/);
  });

  test('refuses a maxSize that is not a positive integer, and a text without tokens', () => {
    for (const maxSize of [0, -1, 1.5, Number.NaN]) {
      expect(() => build('a', { maxSize, unknown: '<unk>' })).toThrow(UnrolledError);
    }
    expect(() => build('')).toThrow(/there are no tokens/);
  });

  test('agrees with a plain sort on random texts', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const tokens = randomIntegers(seed, 300, 40).map(String);
      const count = (token: string): number => tokens.filter((other) => other === token).length;
      const { tokens: known } = Vocabulary.build(tokens, { maxSize: 12, unknown: '?' });
      const byCount = [...new Set(tokens)].sort((a, b) => count(b) - count(a)).slice(0, 11);
      expect(known).toHaveLength(12);
      expect(new Set(known)).toEqual(new Set([...byCount, '?']));
      const encoded = tokens.map((token) => (known.includes(token) ? token : '?'));
      expect(known).toEqual([...new Set(encoded)]);
    }
  });
});

test('names of object properties are tokens like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const vocabulary = Vocabulary.build([...names, ...names]);
  expect(vocabulary.tokens).toEqual(names);
  expect(names.map((name) => vocabulary.idOf(name))).toEqual([0, 1, 2, 3]);
  const other = Vocabulary.build(['a']);
  for (const name of names) {
    expect(other.has(name)).toBe(false);
    expect(other.idOf(name)).toBeUndefined();
  }
});

test('an out-of-vocabulary token has no id, even if there is an unknown token', () => {
  const vocabulary = Vocabulary.build(['a'], { unknown: '<unk>' });
  expect(vocabulary.idOf('b')).toBeUndefined();
  expect(vocabulary.has('b')).toBe(false);
  expect(vocabulary.unknownId).toBe(1);
});

test('an id out of range is refused', () => {
  const vocabulary = Vocabulary.build(['a', 'b']);
  for (const id of [-1, 2, 0.5, Number.NaN]) expect(() => vocabulary.tokenOf(id)).toThrow(UnrolledError);
  expect(() => vocabulary.tokenOf(7)).toThrow('the id is 7; it must be an integer from 0 to 1.');
});

test('the byte vocabulary gives each byte its value as its id', () => {
  const vocabulary = Vocabulary.bytes();
  const ids = Array.from(byteTokenizer.tokenize('é\n'), (token) => vocabulary.idOf(token));
  expect(vocabulary.size).toBe(256);
  expect(ids).toEqual([0xc3, 0xa9, 0x0a]);
});

test('a list is copied, so later changes to it have no effect', () => {
  const list = ['b', 'a', '<unk>'];
  const vocabulary = Vocabulary.fromTokens(list, '<unk>');
  list[0] = 'z';
  expect(vocabulary.tokens).toEqual(['b', 'a', '<unk>']);
  expect(vocabulary.unknownId).toBe(2);
});

describe('the line end', () => {
  test('is the named token, whatever the spelling of others', () => {
    const characters = Vocabulary.build([...'a\n', '<eos>'], { lineEnd: '\n' });
    expect([characters.lineEndId, characters.lineEndIds]).toEqual([1, [1]]);
    expect(Vocabulary.fromTokens(['<eos>', '\n', 'end'], null, 2).lineEndId).toBe(2);
    expect(Vocabulary.bytes().lineEndId).toBe(10);
  });

  test('is absent if none is named or the text has none', () => {
    for (const none of [
      Vocabulary.fromTokens(['<eos>', '\n'], null, null),
      Vocabulary.build(['<eos>', '\n'], { lineEnd: null }),
      Vocabulary.build(['a'], { lineEnd: '<eos>' }),
      Vocabulary.build(['a', '<eos>', 'a'], { lineEnd: '<eos>', maxSize: 2, unknown: '<unk>' }),
      Vocabulary.build(['a']),
    ]) {
      expect([none.lineEndId, none.lineEndIds]).toEqual([-1, []]);
    }
  });

  test('defaults to <eos>, else a newline, as in older files', () => {
    expect(Vocabulary.fromTokens(['\n', '<eos>'], null).lineEndId).toBe(1);
    expect(Vocabulary.build(['a', '\n']).lineEndId).toBe(1);
    expect(Vocabulary.fromJSON({ tokens: ['\n', '<eos>'], unknown: null }).lineEndId).toBe(1);
  });

  test('outside the list is refused', () => {
    for (const id of [-1, 2, 0.5, Number.NaN]) {
      expect(() => Vocabulary.fromTokens(['a', '\n'], null, id)).toThrow(UnrolledError);
    }
  });
});

test('vocabularies are equal if all ids, the unknown token and the line end are equal', () => {
  const vocabulary = Vocabulary.fromTokens(['a', '<eos>', '?'], '?');
  const old = Vocabulary.fromJSON({ tokens: ['a', '<eos>', '?'], unknown: '?' });
  expect(vocabulary.equals(old)).toBe(true);
  for (const other of [
    Vocabulary.fromTokens(['a', '<eos>', '?'], null),
    Vocabulary.fromTokens(['a', '<eos>', '?'], '?', null),
    Vocabulary.fromTokens(['a', '<eos>', '?', 'b'], '?'),
    Vocabulary.fromTokens(['b', '<eos>', '?'], '?'),
  ]) {
    expect(vocabulary.equals(other)).toBe(false);
    expect(other.equals(vocabulary)).toBe(false);
  }
});

describe('fromJSON', () => {
  test('round-trips what toJSON wrote, including a lone surrogate', () => {
    const vocabulary = Vocabulary.build(['__proto__', '😀', '\ud83d', '"', '\n', ''], { unknown: '<unk>' });
    const back = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(back).toEqual(vocabulary);
    expect(back.tokens).toEqual(vocabulary.tokens);
    expect(back.idOf('\ud83d')).toBe(2);
    expect(back.unknownId).toBe(6);
    expect(back.lineEndId).toBe(4);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['a list', ['a']],
    ['no tokens', { unknown: null }],
    ['an empty list', { tokens: [], unknown: null }],
    ['no word about the unknown token', { tokens: ['a'] }],
    ['an unknown token that is a number', { tokens: ['a'], unknown: 0 }],
    ['an unknown token that is not in the list', { tokens: ['a'], unknown: '<unk>' }],
    ['tokens as a string', { tokens: 'abc', unknown: null }],
    ['tokens as an object', { tokens: { 0: 'a', length: 1 }, unknown: null }],
    ['a token that is a number', { tokens: ['a', 1], unknown: null }],
    ['a token that is null', { tokens: ['a', null], unknown: null }],
    ['a token twice', { tokens: ['a', 'b', 'a'], unknown: null }],
    ['a line end as a token', { tokens: ['a', '<eos>'], unknown: null, lineEnd: '<eos>' }],
    ['a line end behind the list', { tokens: ['a'], unknown: null, lineEnd: 1 }],
    ['a line end below 0', { tokens: ['a'], unknown: null, lineEnd: -1 }],
  ])('refuses %s', (_, value) => {
    expect(() => Vocabulary.fromJSON(value)).toThrow(UnrolledError);
  });

  test('names a repeated token', () => {
    expect(() => Vocabulary.fromJSON({ tokens: ['a', 'b', 'a'], unknown: null })).toThrow(
      'token 2 repeats "a"',
    );
  });
});

test('a vocabulary does not keep the text that it was built from in memory', () => {
  const buildFromLongText = (): Vocabulary =>
    Vocabulary.build(wordTokenizer.tokenize(`incomprehensibilities${' '.repeat(40e6)}`));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const vocabulary = buildFromLongText();
  // The engine keeps the subject of the last match until there is another one.
  expect(/another/.test('another')).toBe(true);
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
  expect(vocabulary.size).toBe(1);
});

describe('whether the counted text spells the unknown token', () => {
  const unknown = '<unk>';
  const isSpelled = (text: string, maxSize?: number) =>
    Vocabulary.build(text.split(' '), { unknown, ...(maxSize && { maxSize }) }).unknownInText;

  test('is recorded, whichever tokens are kept', () => {
    expect([isSpelled('a b'), isSpelled('a <unk> b'), isSpelled('a b b', 2)]).toEqual([false, true, false]);
    expect(Vocabulary.build(['a']).unknownInText).toBe(false);
    expect(Vocabulary.fromTokens(['a', '<unk>'], unknown).unknownInText).toBeNull();
  });

  test('round-trips through JSON, also if it is not recorded', () => {
    for (const vocabulary of [
      Vocabulary.build(['a'], { unknown }),
      Vocabulary.build(['<unk>'], { unknown }),
    ]) {
      const back = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
      expect(back.unknownInText).toBe(vocabulary.unknownInText);
    }
    const old = Vocabulary.fromTokens(['a', '<unk>'], unknown);
    expect(JSON.parse(JSON.stringify(old))).not.toHaveProperty('unknownInText');
    expect(() => Vocabulary.fromJSON({ tokens: ['a'], unknown: null, unknownInText: 1 })).toThrow(
      UnrolledError,
    );
  });

  test('decides the meaning of its spelling in a text', () => {
    const plain = Vocabulary.build(['a'], { unknown });
    expect([plain.idInText('<unk>'), plain.idOf('<unk>')]).toEqual([undefined, 1]);
    const spelled = Vocabulary.build(['a', '<unk>'], { unknown });
    expect(spelled.idInText('<unk>')).toBe(1);
  });
});

test('a half-typed word is completed to words, never to the line end', () => {
  const tokens = wordTokenizer.tokenize('the <eos> then <e>\n');
  const vocabulary = Vocabulary.build(tokens, { unknown: '<unk>', lineEnd: '<eos>' });
  const words = (half: string) => Array.from(vocabulary.idsBeginning(half), (id) => vocabulary.tokenOf(id));
  expect(words('the')).toEqual(['the', 'then']);
  expect(words('<e')).toEqual([' <eos>', '<e>']);
});

describe('the token that ends an item', () => {
  const words = Vocabulary.build(['a', '<unk>', 'b'], { unknown: '<unk>' });

  test('has the last id and no spelling, so no text contains it', () => {
    const vocabulary = words.withEnd();
    expect(vocabulary).toMatchObject({ size: 4, endId: 3, unknownId: 1 });
    expect(vocabulary.tokenOf(3)).toBe('');
    for (const token of ['', ' ', '<end>']) expect(vocabulary.idInText(token)).toBeUndefined();
    expect(vocabulary.withEnd()).toBe(vocabulary);
    expect(words.endId).toBe(-1);
  });

  test('is stored in the file, and makes vocabularies differ', () => {
    const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(words.withEnd())));
    expect(again.endId).toBe(3);
    expect(again.equals(words.withEnd())).toBe(true);
    expect(again.equals(words)).toBe(false);
    expect(words.toJSON()).not.toHaveProperty('end');
  });

  test('a file that names another id is damaged', () => {
    for (const end of [0, 2, 4, -1, null, '3']) {
      const json = { ...words.withEnd().toJSON(), end };
      expect(() => Vocabulary.fromJSON(json)).toThrow(UnrolledError);
    }
  });
});
