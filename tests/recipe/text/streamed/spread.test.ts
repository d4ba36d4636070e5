import { expect, test } from 'vitest';
import { TokenCounts } from '../../../../src/data/vocabulary/token-counts.ts';
import { spread } from '../../../../src/recipe/text/streamed/spread.ts';

const streamOf = (text: string, chunk: number) => ({
  length: text.length,
  async *chunks() {
    for (let at = 0; at < text.length; at += chunk) yield text.slice(at, at + chunk);
  },
});

async function partsOf(text: string, chunk: number, most: number, length: number): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of spread(streamOf(text, chunk), most, length)) parts.push(part);
  return parts;
}

test('parts are spaced evenly over a text, for any chunks', async () => {
  const text = Array.from({ length: 1000 }, (_, i) => `w${i}`).join(' ');
  const parts = await partsOf(text, 64, 500, 50);
  expect(parts).toHaveLength(10);
  expect(parts[0]).toMatch(/^w0 w1 /);
  expect(parts.at(-1)).toMatch(/ w999$/);
  for (const part of parts) expect(text).toContain(part.trim());
  for (const chunk of [1, 7, 49, 51, 10_000]) expect(await partsOf(text, chunk, 500, 50)).toEqual(parts);
});

test('a short text is returned whole', async () => {
  expect((await partsOf('a b c', 2, 500, 50)).join('')).toBe('a b c');
});

test('token counts are exact up to a limit, and keep the frequent tokens above it', () => {
  const counts = new TokenCounts(100);
  const rare = Array.from({ length: 1000 }, (_, i) => [`a rare token ${i}`, 'often', 'also often']).flat();
  expect(counts.add(rare, Number.POSITIVE_INFINITY)).toBe(3000);
  expect(counts.counts.get('often')).toBe(1000);
  expect(counts.counts.size).toBeLessThanOrEqual(100);
  expect(counts.pruned).toBeGreaterThan(800);
  expect([...counts.counts.keys()].indexOf('often')).toBeLessThan(2);
  const few = new TokenCounts(3);
  expect(few.add(['b', 'a', 'b', 'c'], 3)).toBe(3);
  expect([few.pruned, ...few.counts]).toEqual([0, ['b', 2], ['a', 1]]);
});
