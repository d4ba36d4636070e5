import { describe, expect, test } from 'vitest';
import { PairedBlocks } from '../../../src/generation/scoring/paired-blocks.ts';
import { Random } from '../../../src/tensor/random.ts';

/** Lines of 1 to 20 tokens, each a draw from N(mean, 1). */
function sample(random: Random, lines: number, mean: number): PairedBlocks {
  const blocks = new PairedBlocks();
  for (let line = 0; line < lines; line++) {
    const tokens = 1 + Math.floor(20 * random.uniform());
    let sum = 0;
    for (let i = 0; i < tokens; i++) sum += mean + random.normal();
    blocks.add(sum, tokens);
  }
  return blocks;
}

describe('PairedBlocks', () => {
  test('the mean is over tokens, not lines', () => {
    const blocks = new PairedBlocks();
    blocks.add(9, 9);
    blocks.add(5, 1);
    blocks.add(0, 0);
    expect(blocks.mean).toBe(1.4);
    expect(blocks.count).toBe(2);
  });

  test('about 95 of 100 intervals contain the true difference', () => {
    const random = new Random(11);
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const { low, high } = sample(random, 60, 0.3).interval(new Random(i))!;
      held += Number(low <= 0.3 && 0.3 <= high);
    }
    expect(held).toBeGreaterThan(180);
    expect(held).toBeLessThan(199);
  });

  test('the width matches theory for the mean of a large sample', () => {
    const blocks = new PairedBlocks();
    const random = new Random(3);
    for (let i = 0; i < 2000; i++) blocks.add(random.normal(), 1);
    const { low, high } = blocks.interval(new Random(1))!;
    expect((high - low) / ((2 * 1.96) / Math.sqrt(2000))).toBeCloseTo(1, 1);
  });

  test('the same seed gives the same interval, another seed a different one', () => {
    const blocks = sample(new Random(1), 40, 0);
    expect(blocks.interval(new Random(5))).toEqual(blocks.interval(new Random(5)));
    expect(blocks.interval(new Random(6))).not.toEqual(blocks.interval(new Random(5)));
  });

  test('up to five lines have no interval, and the reason is given; six have one', () => {
    const blocks = new PairedBlocks();
    expect(blocks.difference(new Random(1))).toMatchObject({ interval: null, lines: 0 });
    for (let lines = 1; lines <= 5; lines++) {
      blocks.add(lines, 2 + lines);
      expect(blocks.interval(new Random(1))).toBe(null);
      expect(blocks.difference(new Random(1))).toEqual({
        mean: blocks.mean,
        interval: null,
        lines,
        noInterval: 'few-lines',
      });
    }
    blocks.add(1, 5);
    const { low, high } = blocks.interval(new Random(1))!;
    expect(low).toBeLessThan(blocks.mean);
    expect(high).toBeGreaterThan(blocks.mean);
    expect(blocks.difference(new Random(1))).toMatchObject({ interval: { low, high }, noInterval: null });
  });

  test('pieces of a line count as one line, also if some have no tokens', () => {
    const [whole, pieces] = [new PairedBlocks(), new PairedBlocks()];
    for (let line = 0; line < 10_000; line++) {
      const [a, b] = [line % 7, (line % 5) - 2];
      whole.add(a + b, 2 + (line % 3));
      pieces.add(0, 0);
      pieces.add(a, 1, false);
      pieces.add(0, 0, false);
      pieces.add(b, 1 + (line % 3), false);
    }
    expect(pieces.count).toBe(whole.count);
    expect(pieces.difference(new Random(1))).toEqual(whole.difference(new Random(1)));
    expect(pieces.difference(new Random(1)).lines).toBe(10_000);
    const one = new PairedBlocks();
    for (let piece = 0; piece < 100; piece++) one.add(piece, 10, piece === 0);
    expect(one.difference(new Random(1))).toMatchObject({
      interval: null,
      lines: 1,
      noInterval: 'few-lines',
    });
  });

  test('equal non-zero differences have no interval; all-zero differences have one at 0', () => {
    const [same, none] = [new PairedBlocks(), new PairedBlocks()];
    for (let line = 1; line <= 40; line++) {
      same.add(0.1 * line, line);
      none.add(0, line);
    }
    expect(same.difference(new Random(1))).toMatchObject({
      interval: null,
      lines: 40,
      noInterval: 'no-spread',
    });
    expect(none.interval(new Random(1))).toEqual({ low: 0, high: 0 });
  });

  test('many lines are merged into blocks without changing mean or width', () => {
    const blocks = sample(new Random(2), 20_000, 0.1);
    expect(blocks.count).toBeLessThanOrEqual(8192);
    expect(blocks.count).toBeGreaterThan(4096);
    const { low, high } = blocks.interval(new Random(1))!;
    expect(blocks.mean).toBeCloseTo(0.1, 2);
    expect((high - low) / ((2 * 1.96) / Math.sqrt(20_000 * 10.5))).toBeCloseTo(1, 0);
  });
});
