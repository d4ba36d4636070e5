import { expect, test } from 'vitest';
import { inMemory, type TokenIds } from '../../../src/data/batches/token-ids.ts';
import { ItemDigests } from '../../../src/data/items/digests.ts';
import { Random } from '../../../src/tensor/random.ts';

const END = 30;

/** Items as a corpus has them. */
function corpusOf(items: readonly (readonly number[])[]): TokenIds {
  return inMemory(Int32Array.from([END, ...items.flatMap((item) => [...item, END])]));
}

const has = (digests: ItemDigests | null, ...ids: number[]) => digests?.has(Int32Array.from(ids));

test('the digests contain each item of a corpus once, and no others', () => {
  const digests = ItemDigests.of(corpusOf([[1, 2, 3], [4], [1, 2, 3], [0], [0, 0]]), END);
  expect(digests?.size).toBe(4);
  for (const item of [[1, 2, 3], [4], [0], [0, 0]]) expect(has(digests, ...item)).toBe(true);
  for (const other of [[1, 2], [2, 3], [3, 2, 1], [], [0, 0, 0], [4, 4]])
    expect(has(digests, ...other)).toBe(false);
});

test('200,000 similar items have distinct digests', () => {
  const items = Array.from({ length: 200_000 }, (_, i) => [
    i % 29,
    7,
    Math.floor(i / 29) % 29,
    Math.floor(i / 841),
  ]);
  const shifted = items.map((item) => item.map((id) => (id >= END ? id + 1 : id)));
  expect(ItemDigests.of(corpusOf(shifted), END)?.size).toBe(200_000);
});

test('repeated items count once, and too many distinct items give null', () => {
  const random = new Random(1);
  const items = Array.from({ length: 5000 }, () => [Math.floor(random.uniform() * 20), 1]);
  expect(ItemDigests.of(corpusOf(items), END, 20)?.size).toBe(20);
  expect(ItemDigests.of(corpusOf(items), END, 19)).toBeNull();
  expect(ItemDigests.of(corpusOf([]), END)?.size).toBe(0);
});

test('digests round-trip as sorted 32-bit words; unsorted words are refused', () => {
  const digests = ItemDigests.of(corpusOf([[1], [2], [3], [4], [5]]), END) as ItemDigests;
  const words = digests.toArray();
  const again = ItemDigests.fromArray(words);
  expect(again?.toArray()).toEqual(words);
  expect(has(again, 3)).toBe(true);
  expect(ItemDigests.fromArray(Int32Array.from([...words.slice(2), ...words.slice(0, 2)]))).toBeNull();
  expect(ItemDigests.fromArray(Int32Array.of(1, 1, 1, 1))).toBeNull();
});

test('a digest is the same on every machine', () => {
  expect(ItemDigests.of(corpusOf([[1, 2, 3]]), END)?.toArray()).toMatchInlineSnapshot(`
    Int32Array [
      -1869261744,
      -1325042903,
    ]
  `);
});
