import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../src/data/batches/batches.ts';
import { ItemBatches, type ItemCorpus } from '../../../src/data/batches/item-batches.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { Random } from '../../../src/tensor/random.ts';
import { shuffledItems } from '../../../src/training/item-order.ts';
import { RandomLengths } from '../../../src/training/random-lengths.ts';

const END = 9;

/** Items whose tokens say which item it is and how far in: 10·item + index, below the end. */
function corpusOf(lengths: readonly number[]): ItemCorpus {
  const ids = [
    END,
    ...lengths.flatMap((length, i) => [...Array.from({ length }, (_, j) => 100 * (i + 1) + j), END]),
  ];
  return { ids: Int32Array.from(ids), items: lengths.length };
}

/** The pairs of each stream over some blocks. */
function streamsOf(batches: ItemBatches, blocks: number): [x: number, t: number, reset: number][][] {
  const streams = Array.from({ length: batches.N }, () => [] as [number, number, number][]);
  for (let b = 0; b < blocks; b++) {
    const { xs, ts, resets, N, T } = batches.next();
    for (let i = 0; i < N * T; i++) streams[i % N].push([xs[i], ts[i], resets?.[i] ?? 0]);
  }
  return streams;
}

/** The items that a stream reads to their end, as their numbers. */
const itemsIn = (stream: [number, number, number][]) =>
  stream.flatMap(([x, t]) => (t === END ? [Math.floor(x / 100)] : []));

describe('items in streams', () => {
  test('a stream continues with the next item immediately, a long item spans blocks, and resets mark item starts', () => {
    const batches = new ItemBatches(corpusOf([2, 5, 1]), { N: 2, T: 3 });
    const [first, second] = streamsOf(batches, 2);
    expect(first).toEqual([
      [END, 100, 1],
      [100, 101, 0],
      [101, END, 0],
      [END, 300, 1],
      [300, END, 0],
      [END, 100, 1],
    ]);
    expect(second.map(([x]) => x)).toEqual([END, 200, 201, 202, 203, 204]);
    expect(second.map(([, t]) => t)).toEqual([200, 201, 202, 203, 204, END]);
    expect(second.map(([, , reset]) => reset)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test('an epoch has as many blocks as all targets need', () => {
    expect(new ItemBatches(corpusOf([2, 5, 1]), { N: 2, T: 3 }).stepsPerEpoch).toBe(2);
    expect(new ItemBatches(corpusOf([2, 5, 2]), { N: 2, T: 3 }).stepsPerEpoch).toBe(2);
    expect(new ItemBatches(corpusOf([2, 5, 3]), { N: 2, T: 3 }).stepsPerEpoch).toBe(3);
    expect(new ItemBatches(corpusOf([1]), { N: 8, T: 20 }).stepsPerEpoch).toBe(1);
  });

  test.each([1, 3, 8])('each pass has every item exactly once, in %i streams', (N) => {
    const random = new Random(N);
    const lengths = Array.from({ length: 50 }, () => 1 + Math.floor(9 * random.uniform()));
    const batches = new ItemBatches(corpusOf(lengths), { N, T: 4, order: shuffledItems(7) });
    const taken: number[] = [];
    // In the order in which they begin: time by time, stream by stream.
    for (let b = 0; b < 3 * batches.stepsPerEpoch; b++) {
      const { xs, ts } = batches.next();
      for (let i = 0; i < xs.length; i++) if (xs[i] === END) taken.push(Math.floor(ts[i] / 100));
    }
    expect(taken.length).toBeGreaterThanOrEqual(150);
    for (const pass of [0, 1, 2]) {
      const items = taken.slice(50 * pass, 50 * (pass + 1));
      expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      expect(items).toEqual(Array.from(shuffledItems(7)(pass, 50), (i) => i + 1));
    }
    expect(taken.slice(0, 50)).not.toEqual(taken.slice(50, 100));
  });

  test('with fewer items than streams, items are read by several streams', () => {
    const streams = streamsOf(new ItemBatches(corpusOf([1, 2]), { N: 4, T: 6 }), 1);
    expect(streams.map((stream) => itemsIn(stream)[0])).toEqual([1, 2, 1, 2]);
  });

  test.each([false, true])('continues where it was saved, lengths that vary: %s', (vary) => {
    const open = () =>
      new ItemBatches(corpusOf([3, 1, 7, 20, 2]), {
        ...{ N: 3, T: 6, order: shuffledItems(3) },
        ...(vary && { lengths: new RandomLengths(new Random(5), 6) }),
      });
    const whole = open();
    for (let taken = 0; taken < 40; taken++) {
      const resumed = open();
      resumed.restore(JSON.parse(JSON.stringify(whole.save())));
      const copy = ({ xs, ts, resets }: Batch) => [xs, ts, resets].map((row) => [...(row ?? [])]);
      const expected = copy(whole.next());
      expect(copy(resumed.next())).toEqual(expected);
      expect(resumed.save()).toEqual(whole.save());
    }
  });

  test('an invalid position is refused', () => {
    const batches = new ItemBatches(corpusOf([3, 1]), { N: 2, T: 2 });
    const { items, time } = batches.save();
    const changes = [
      { items: undefined },
      { time: -1 },
      { items: { ...items, pass: 0.5 } },
      { items: { ...items, taken: 3 } },
      { items: { ...items, places: [0] } },
      { items: { ...items, places: [0, 6] } },
      { items: { ...items, places: [0, -1] } },
      { items: { ...items, places: 'ab' } },
      { lengths: [1, 2, 3, 4] },
    ];
    for (const change of changes) {
      const restore = () => batches.restore({ time, items, ...change } as never);
      expect(restore, JSON.stringify(change)).toThrow(/the saved state does not match these items/);
    }
    expect(() => batches.restore({ time, items } as never)).not.toThrow();
  });

  test('a corpus without items and invalid sizes are refused', () => {
    const none = { ids: Int32Array.of(END), items: 0 };
    for (const corpus of [none, { ids: Int32Array.of(1, 2), items: null }, [1, 2]]) {
      expect(() => new ItemBatches(corpus as never, { N: 1, T: 1 })).toThrow(UnrolledError);
    }
    expect(() => new ItemBatches(corpusOf([1]), { N: 0, T: 1 })).toThrow(/N is 0/);
  });
});

describe('an order of items', () => {
  test('is a permutation determined by seed and pass', () => {
    const order = (seed: number, pass: number) => [...Array.from(shuffledItems(seed)(pass, 100))];
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 0)).not.toEqual(order(1, 1));
    expect(order(1, 0)).not.toEqual(order(2, 0));
    expect(order(0, 3).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order(4, 0).slice(0, 0)).toEqual([]);
  });
});
