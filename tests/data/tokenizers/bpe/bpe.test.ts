import { describe, expect, test } from 'vitest';
import { IntList } from '../../../../src/data/int-list.ts';
import { bpeTokenizer } from '../../../../src/data/tokenizers/bpe/bpe.ts';
import { mergeLong } from '../../../../src/data/tokenizers/bpe/merging/merge-long.ts';
import { MergeRules } from '../../../../src/data/tokenizers/bpe/merging/merge-rules.ts';
import { mergeShort } from '../../../../src/data/tokenizers/bpe/merging/merge-short.ts';
import { preTokenEnd } from '../../../../src/data/tokenizers/bpe/pre-tokens/pre-tokens.ts';
import { tokenizerFromJSON } from '../../../../src/data/tokenizers/open.ts';
import { UnrolledError } from '../../../../src/errors.ts';
import { decode } from '../decode.ts';

/** A generator of integers below `n`, the same in each run. */
function integers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const cut = (text: string): string[] => {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += parts[parts.length - 1].length) {
    parts.push(text.slice(at, preTokenEnd(text, at)));
  }
  return parts;
};

test("pre-tokens match GPT-2's regular expression, as far as the engine has the same classes", () => {
  const pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
  const parts = [
    "'s",
    "'re",
    "'r",
    "'l",
    "'ll",
    "'v",
    ' ',
    '  ',
    '\n',
    '\t',
    'a',
    'B',
    '1',
    '!',
    '한',
    '𝕏',
    '😀',
  ];
  const below = integers(1);
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: below(12) }, () => parts[below(parts.length)]).join('');
    expect(cut(text)).toEqual(text.match(pattern) ?? []);
  }
});

test('both merge algorithms give the same result: lowest rank first, leftmost pair first', () => {
  const below = integers(2);
  for (let i = 0; i < 300; i++) {
    const rules = new MergeRules();
    for (let id = 3; id < 12; id++) rules.add(below(id), below(id), id);
    const ids = Int32Array.from({ length: 1 + below(60) }, () => below(3));
    const [short, long] = [ids.slice(), ids.slice()];
    const left = short.subarray(0, mergeShort(short, ids.length, rules));
    expect(long.subarray(0, mergeLong(long, ids.length, rules))).toEqual(left);
  }
});

const dogs = bpeTokenizer('test', {
  merges: [
    ['o', 'g'],
    ['d', 'og'],
    ['Ġ', 'dog'],
    ['í', 'ķ'],
  ],
});

test('a space, a newline and other bytes have visible spellings', () => {
  expect([...dogs.tokenize('a dog\ndog\0')]).toEqual(['a', 'Ġdog', 'Ċ', 'dog', 'Ā']);
  expect(dogs.lineEnd).toBe('Ċ');
});

test("a token that is part of a character has the character's span, and a shared character belongs to the earlier token", () => {
  // 한 is ED 95 9C, 글 is EA B8 80: the second token ends the one and begins the other.
  const shared = bpeTokenizer('test', {
    merges: [
      ['í', 'ķ'],
      ['ľ', 'ê'],
    ],
  });
  expect([...shared.spans('한글')].map(({ start, end }) => [start, end])).toEqual([
    [0, 1],
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect([...dogs.spans('é dog')].map(({ start, end }) => [start, end])).toEqual([
    [0, 1],
    [0, 1],
    [1, 5],
  ]);
});

test('a prefix space is added before a text without one, and only if the tokenizer has this option', () => {
  const tokenizer = bpeTokenizer('test', {
    merges: [
      ['o', 'g'],
      ['d', 'og'],
      ['Ġ', 'dog'],
    ],
    prefixSpace: true,
  });
  expect([...tokenizer.tokenize('dog dog')]).toEqual(['Ġdog', 'Ġdog']);
  expect([...tokenizer.tokenize(' dog')]).toEqual(['Ġdog']);
  expect([...tokenizer.tokenize('')]).toEqual([]);
  expect([...tokenizer.spans('dog dog')].map(({ start, end }) => [start, end])).toEqual([
    [0, 3],
    [3, 7],
  ]);
  expect([...tokenizer.spans('xyz')].map(({ start, end }) => [start, end])).toEqual([
    [0, 1],
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  // [(0, 1), (0, 2), (2, 3)] in Python's tokenizers too.
  expect([...tokenizer.spans('ogx')].map(({ token, start, end }) => [token, start, end])).toEqual([
    ['Ġ', 0, 1],
    ['og', 0, 2],
    ['x', 2, 3],
  ]);
  expect(tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer))).toJSON()).toEqual(tokenizer.toJSON());
});

test('a half-typed contraction may still change', () => {
  expect(dogs.partial("we'r")).toBe(2);
  expect(dogs.partial("we're")).toBe(2);
  expect(dogs.partial('a dog')).toBe(1);
  expect(dogs.partial('a dog ')).toBe(5);
});

test('a word of a million letters is encoded in almost linear time', () => {
  const ids = new IntList();
  dogs.encode?.('dog'.repeat(333_333), ids);
  expect(ids.length).toBe(333_333);
});

test('any string round-trips: random code points, byte order marks, NUL', () => {
  const below = integers(3);
  const limits = [0x80, 0x800, 0xd800, 0x110000];
  for (let i = 0; i < 300; i++) {
    const points = Array.from({ length: below(20) }, () => below(limits[below(4)]));
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      new TextEncoder().encode(String.fromCodePoint(...points)),
    );
    expect(decode(dogs, dogs.tokenize(text))).toBe(text);
  }
});

test('any bytes round-trip', () => {
  const below = integers(4);
  for (let i = 0; i < 300; i++) {
    const escapes = Array.from({ length: below(20) }, () => {
      return below(2) === 0 ? String.fromCharCode(0xdc80 + below(128)) : ' dog'.charAt(below(4));
    }).join('');
    const bytes = Array.from(escapes, (unit) => unit.charCodeAt(0) & 0xff);
    const tokens = [...dogs.tokenize(escapes)];
    expect(tokens.flatMap((token) => [...dogs.bytesOf!(token)])).toEqual(bytes);
  }
});

describe('the parameters of a file are checked:', () => {
  test.each([
    ['merges that are no list', { merges: 'a b' }, 'merge 0 is not a pair of pieces'],
    ['a merge of one piece', { merges: ['ab'] }, 'merge 0 is not a pair of pieces'],
    ['a merge of three', { merges: [['a', 'b', 'c']] }, 'merge 0 is not a pair of pieces'],
    ['a merge with an empty piece', { merges: ['a '] }, 'merge 0 is not a pair of pieces'],
    ['a merge of numbers', { merges: [[1, 2]] }, 'merge 0 is not a pair of pieces'],
    ['a merge of an unknown piece', { merges: ['a bc'] }, 'merge 0 uses "bc", which is not a piece'],
    ['a merge twice', { merges: ['a b', 'a b'] }, 'merge 1 repeats "a" and "b"'],
    ['pieces that are no strings', { merges: [], pieces: [1] }, 'pieces is an Array'],
    ['pieces without a byte', { merges: [], pieces: ['a'] }, 'there is no piece for byte 0 ("Ā")'],
    ['a piece twice', { merges: [], pieces: ['a', 'a'] }, 'the pieces 0 and 1 are both "a"'],
    ['an empty piece', { merges: [], pieces: [''] }, 'piece 0 is empty'],
    ['a prefix space that is a number', { merges: [], prefixSpace: 1 }, 'prefixSpace is 1'],
    ['a piece of megabytes', { merges: [`a ${'b'.repeat(1e7)}`] }, 'merge 0 uses "b'],
  ])('%s', (_, parameters, message) => {
    const open = () => tokenizerFromJSON({ kind: 'bpe', ...parameters });
    expect(open).toThrow(UnrolledError);
    expect(open).toThrow(message);
    expect(open).toThrow(/^.{1,400}$/s);
  });
});
