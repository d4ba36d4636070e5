import { describe, expect, test } from 'vitest';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { randomIntegers } from '../random-integers.ts';

/** Ids that are their own places. */
const counting = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

const copy = (feed: StreamBatches): { xs: number[]; ts: number[] } => {
  const { xs, ts } = feed.next();
  return { xs: [...xs], ts: [...ts] };
};

describe('wrap', () => {
  test('matches the chapter: 999 pairs, N=10, T=5, 19 steps per epoch, time never reset', () => {
    const ids = Int32Array.from(randomIntegers(3, 1000, 418));
    const feed = new StreamBatches(ids, { N: 10, T: 5, end: 'wrap' });
    expect(feed.stepsPerEpoch).toBe(19);
    expect(feed.restartsEachEpoch).toBe(false);
    for (let step = 0; step < 3 * 200; step++) {
      const at = Array.from({ length: 50 }, (_, k) => ((k % 10) * 99 + step * 5 + Math.floor(k / 10)) % 999);
      expect(copy(feed)).toEqual({ xs: at.map((i) => ids[i]), ts: at.map((i) => ids[i + 1]) });
    }
  });

  test('continues past the end of an epoch, and from the last pair to the first', () => {
    const feed = new StreamBatches(counting(8), { N: 2, T: 2, end: 'wrap' });
    expect(copy(feed)).toEqual({ xs: [0, 3, 1, 4], ts: [1, 4, 2, 5] });
    expect(copy(feed)).toEqual({ xs: [2, 5, 3, 6], ts: [3, 6, 4, 7] });
    expect(copy(feed)).toEqual({ xs: [4, 0, 5, 1], ts: [5, 1, 6, 2] });
    expect(feed.save()).toEqual({ time: 6 });
  });
});

describe('cut', () => {
  test('drops the tail of each stream and restarts at the next epoch', () => {
    const feed = new StreamBatches(counting(12), { N: 2, T: 2, end: 'cut' });
    expect(feed.stepsPerEpoch).toBe(2);
    expect(feed.restartsEachEpoch).toBe(true);
    const first = { xs: [0, 5, 1, 6], ts: [1, 6, 2, 7] };
    const second = { xs: [2, 7, 3, 8], ts: [3, 8, 4, 9] };
    expect([copy(feed), copy(feed)]).toEqual([first, second]);
    expect(feed.save()).toEqual({ time: 0 });
    expect([copy(feed), copy(feed), copy(feed)]).toEqual([first, second, first]);
  });

  test('yields no pair twice within an epoch', () => {
    for (const [length, N, T] of [
      [1000, 10, 5],
      [77, 3, 4],
      [21, 20, 1],
    ]) {
      const feed = new StreamBatches(counting(length), { N, T, end: 'cut' });
      const seen = Array.from({ length: feed.stepsPerEpoch }, () => copy(feed).xs).flat();
      expect(new Set(seen).size).toBe(feed.stepsPerEpoch * N * T);
    }
  });
});

test('every target is the next token of its stream, and streams continue from block to block', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const [length, N, T] = randomIntegers(seed, 3, 8).map((number) => number + 1);
    const end = seed % 2 === 0 ? 'wrap' : 'cut';
    const feed = new StreamBatches(counting(N * T + length), { N, T, end });
    let last: number[] | undefined;
    for (let step = 0; step < feed.stepsPerEpoch; step++) {
      const { xs, ts } = copy(feed);
      expect(ts).toEqual(xs.map((x) => x + 1));
      const size = N * T + length - 1;
      if (last !== undefined) expect(xs.slice(0, N)).toEqual(last.map((target) => target % size));
      for (let t = 1; t < T; t++) {
        const before = ts.slice((t - 1) * N, t * N);
        expect(xs.slice(t * N, (t + 1) * N)).toEqual(before.map((target) => target % size));
      }
      last = ts.slice((T - 1) * N);
    }
  }
});

test('the two arrays are reused', () => {
  const feed = new StreamBatches(counting(20), { N: 2, T: 3, end: 'wrap' });
  const first = feed.next();
  const xs = [...first.xs];
  const second = feed.next();
  expect(second.xs).toBe(first.xs);
  expect(second.ts).toBe(first.ts);
  expect([...second.xs]).not.toEqual(xs);
});

test('restored batches yield the same blocks as uninterrupted ones', () => {
  for (const end of ['wrap', 'cut'] as const) {
    for (let steps = 0; steps < 12; steps++) {
      const feed = new StreamBatches(counting(40), { N: 3, T: 3, end });
      for (let step = 0; step < steps; step++) feed.next();
      const resumed = new StreamBatches(counting(40), { N: 3, T: 3, end });
      resumed.restore(JSON.parse(JSON.stringify(feed.save())));
      for (let step = 0; step < 10; step++) expect(copy(resumed)).toEqual(copy(feed));
    }
  }
});

test('an invalid state is refused and changes nothing', () => {
  const cut = new StreamBatches(counting(12), { N: 2, T: 2, end: 'cut' });
  const wrap = new StreamBatches(counting(12), { N: 2, T: 2, end: 'wrap' });
  for (const time of [-2, 1, 2.5, Number.NaN, Infinity, '2' as unknown as number]) {
    expect(() => cut.restore({ time })).toThrow(UnrolledError);
    expect(() => wrap.restore({ time })).toThrow('the saved time is');
  }
  expect(() => cut.restore({ time: 4 })).toThrow('a multiple of T=2 from 0 to below 4');
  expect(cut.save()).toEqual({ time: 0 });
  wrap.restore({ time: 4 });
  expect(wrap.save()).toEqual({ time: 4 });
});

test('a text that is too short for one block is refused with the required length', () => {
  expect(() => new StreamBatches(counting(12), { N: 20, T: 35, end: 'wrap' })).toThrow(
    'the text has 12 tokens; T=35 and N=20 need 701. Use a longer text, or a smaller T or N.',
  );
  for (const end of ['wrap', 'cut'] as const) {
    expect(() => new StreamBatches(counting(6), { N: 2, T: 3, end })).toThrow('need 7.');
    expect(() => new StreamBatches(counting(0), { N: 1, T: 1, end })).toThrow('the text has 0');
    const feed = new StreamBatches(counting(7), { N: 2, T: 3, end });
    expect(feed.stepsPerEpoch).toBe(1);
    expect(copy(feed)).toEqual({ xs: [0, 3, 1, 4, 2, 5], ts: [1, 4, 2, 5, 3, 6] });
  }
});

test('sizes that are not positive integers, and unknown values of end, are refused', () => {
  for (const size of [0, -1, 1.5, Number.NaN, Infinity]) {
    expect(() => new StreamBatches(counting(50), { N: size, T: 2, end: 'cut' })).toThrow(
      /N is .*positive integer/,
    );
    expect(() => new StreamBatches(counting(50), { N: 2, T: size, end: 'cut' })).toThrow(
      /T is .*positive integer/,
    );
  }
  expect(() => new StreamBatches(counting(50), { N: 2, T: 2, end: 'loop' as 'cut' })).toThrow(UnrolledError);
});
