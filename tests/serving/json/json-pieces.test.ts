import { describe, expect, test } from 'vitest';
import { chunksOf, isLong, jsonPieces } from '../../../src/serving/json/json-pieces.ts';
import { eager, LazyList, LazyText } from '../../../src/serving/json/lazy.ts';

const lazy = (...elements: unknown[]) => new LazyList(() => elements[Symbol.iterator]());
const written = (value: unknown) => [...jsonPieces(value)].join('');

describe('JSON in pieces', () => {
  test.each<[string, unknown]>([
    ['plain values', { a: 1, b: [null, 'x', { c: true }], d: undefined, e: Number.NaN }],
    ['lazy lists', { a: lazy(1, 'x', { '10': 1, '9': 2 }), b: [lazy(), lazy(lazy(1), undefined)] }],
    ['lazy texts', { a: new LazyText(['"quoted"', '\n', '', 'é😀']), b: new LazyText([]) }],
    ['members without a value', { a: undefined, b: lazy(1), c: undefined }],
    ['members with odd names', { '"': lazy(1), '\u2028': 1, é: 2 }],
    ['nested objects', { a: { b: { c: lazy({ d: lazy(1) }) } }, e: {} }],
    ['objects with toJSON', { at: new Date(0), list: lazy(new Date(1)) }],
    ['a long text', { a: 'x'.repeat(50_000) }],
  ])('is what JSON.stringify writes, for %s', (_, value) => {
    expect(written(value)).toBe(JSON.stringify(value));
    expect(written(value)).toBe(JSON.stringify(eager(value as object)));
  });

  test('keeps surrogate pairs together wherever a text is cut, and escapes lone ones', () => {
    for (let shift = 0; shift < 3; shift++) {
      const text = `${'x'.repeat(shift)}${'😀\ud83d-\ude00'.repeat(10_000)}`;
      expect(written(text)).toBe(JSON.stringify(text));
      const parts = [text.slice(0, shift + 1), '', text.slice(shift + 1), '\ud83d'];
      expect(written(new LazyText(parts))).toBe(JSON.stringify(parts.join('')));
    }
  });

  test('holds one element of a list, or a part of a text, at a time', () => {
    let created = 0;
    const list = new LazyList(function* () {
      for (; created < 1000; created++) yield { text: 'x'.repeat(100) };
    });
    const pieces = jsonPieces({ list, text: 'y'.repeat(1e6) });
    let longest = 0;
    for (let piece = pieces.next(); !piece.done; piece = pieces.next()) {
      longest = Math.max(longest, piece.value.length);
      if (created === 500) expect(longest).toBeLessThan(200);
    }
    expect(created).toBe(1000);
    expect(longest).toBeLessThan(20_000);
  });
});

test('chunks are at least as long as requested, but for the last', () => {
  expect([...chunksOf(['a', 'bc', 'd', 'efghij', 'k', 'l'], 3)]).toEqual(['abc', 'defghij', 'kl']);
  expect([...chunksOf([], 3)]).toEqual([]);
  expect([...chunksOf(['abc', ''], 3)]).toEqual(['abc']);
});

test('only values with lazy lists, lazy texts or long texts are written in pieces', () => {
  expect([{ a: [lazy()] }, [new LazyText([])], { a: 'x'.repeat(20_000) }].map(isLong)).toEqual([
    true,
    true,
    true,
  ]);
  expect([{ a: [1, 'x', null] }, 'x', 1, null, undefined].some(isLong)).toBe(false);
});
