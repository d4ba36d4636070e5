import { expect, test } from 'vitest';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { inMemory, ReadAhead, windowsOf } from '../../../src/data/batches/token-ids.ts';
import { randomIntegers } from '../random-integers.ts';

const ids = Int32Array.from(randomIntegers(3, 1000, 418));

/** Ids as those of a file, and how they were read. */
function asFile() {
  const reads: number[] = [];
  const plain = inMemory(ids);
  const file = {
    length: ids.length,
    read: (start: number, into: Int32Array) => {
      expect(start + into.length).toBeLessThanOrEqual(ids.length);
      reads.push(into.length);
      plain.read(start, into);
    },
    readAhead: (_: number) => new ReadAhead(file, 64),
  };
  return { file, reads };
}

test.each(['wrap', 'cut'] as const)(
  'streams of a file give the blocks of the same ids in memory: %s',
  (end) => {
    for (const [N, T] of [
      [10, 5],
      [3, 70],
      [1, 1],
      [7, 142],
    ]) {
      const memory = new StreamBatches(ids, { N, T, end });
      const streamed = new StreamBatches(asFile().file, { N, T, end });
      for (let step = 0; step < 300; step++) {
        const [a, b] = [memory.next(), streamed.next()];
        expect([b.xs, b.ts]).toEqual([a.xs, a.ts]);
      }
      expect(streamed.save()).toEqual(memory.save());
    }
  },
);

test('each stream reads ahead, so most blocks need no read', () => {
  const { file, reads } = asFile();
  const feed = new StreamBatches(file, { N: 4, T: 5, end: 'wrap' });
  for (let step = 0; step < 40; step++) feed.next();
  expect(reads.length).toBeLessThan(40);
  feed.restore({ time: 0 });
  expect([...feed.next().xs.slice(0, 4)]).toEqual([0, 249, 498, 747].map((at) => ids[at]));
});

test('windows contain each id of a text, or of a part, once and in order', () => {
  const long = Int32Array.from(randomIntegers(5, 200_000, 1000));
  const gathered = (start?: number, end?: number) =>
    Int32Array.from(Array.from(windowsOf(inMemory(long), start, end), (window) => Array.from(window)).flat());
  expect(gathered()).toEqual(long);
  expect(gathered(1, 150_000)).toEqual(long.subarray(1, 150_000));
  expect(gathered(7, 7)).toHaveLength(0);
});
