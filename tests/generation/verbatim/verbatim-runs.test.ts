import { describe, expect, test } from 'vitest';
import type { Span } from '../../../src/generation/verbatim/longest-run.ts';
import { VerbatimSearch, verbatimRuns } from '../../../src/generation/verbatim/verbatim-runs.ts';
import { randomIntegers } from '../../data/random-integers.ts';

const find = (output: readonly number[], text: readonly number[], least = 1) =>
  verbatimRuns(Int32Array.from(output), Int32Array.from(text), least);

/** The first index in the text of a run of the output, by comparing all; −1 if there is none. */
function placeOf(output: readonly number[], start: number, end: number, text: readonly number[]): number {
  const run = output.slice(start, end);
  if (run.some((id) => id < 0)) return -1;
  return text.findIndex(
    (_, at) => at + run.length <= text.length && run.every((id, i) => text[at + i] === id),
  );
}

/** All maximal runs, by trying every start and end. */
function bruteForce(output: readonly number[], text: readonly number[], least: number): Span[] {
  const occurs = (start: number, end: number) =>
    start >= 0 && end <= output.length && placeOf(output, start, end, text) >= 0;
  const runs: Span[] = [];
  for (let start = 0; start < output.length; start++) {
    for (let end = start + least; end <= output.length; end++) {
      if (!occurs(start, end) || occurs(start - 1, end) || occurs(start, end + 1)) continue;
      runs.push({ length: end - start, inOutput: start, inText: placeOf(output, start, end, text) });
    }
  }
  return runs;
}

describe('the maximal verbatim runs', () => {
  test('are found in order with their first place in the text; they may overlap', () => {
    const text = [1, 2, 3, 9, 2, 3, 4, 9, 1, 2, 3];
    expect(find([1, 2, 3, 4, 7, 9, 2], text, 2)).toEqual([
      { length: 3, inOutput: 0, inText: 0 },
      { length: 3, inOutput: 1, inText: 4 },
      { length: 2, inOutput: 5, inText: 3 },
    ]);
  });

  test('of fewer tokens than the minimum are left out', () => {
    expect(find([1, 2, 8, 3, 4, 5], [1, 2, 7, 3, 4, 5], 3)).toEqual([{ length: 3, inOutput: 3, inText: 3 }]);
    expect(find([1, 2], [3, 4])).toEqual([]);
    expect(find([], [1])).toEqual([]);
    expect(find([1], [])).toEqual([]);
  });

  test('never contain an id below 0, of either side', () => {
    expect(find([1, -1, 2], [1, -1, 2])).toEqual([
      { length: 1, inOutput: 0, inText: 0 },
      { length: 1, inOutput: 2, inText: 2 },
    ]);
  });

  test('agree with brute force on random sequences of few distinct tokens', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const numbers = randomIntegers(seed, 70, 1000);
      const kinds = 2 + (seed % 4);
      const from = seed % 3 === 0 ? -1 : 0;
      const output = numbers.slice(0, seed % 26).map((number) => from + (number % kinds));
      const text = numbers.slice(26).map((number) => from + (number % kinds));
      for (const least of [1, 3]) expect(find(output, text, least)).toEqual(bruteForce(output, text, least));
    }
  });

  test('are the same for a text in parts, and may be asked for in between', () => {
    const text = Int32Array.from(randomIntegers(3, 400, 1000), (number) => number % 3);
    const output = Int32Array.from(randomIntegers(4, 60, 1000), (number) => number % 3);
    const search = new VerbatimSearch(output);
    for (let at = 0; at < text.length; at += 37) {
      search.read(text.subarray(at, at + 37));
      expect(search.runs(4)).toEqual(verbatimRuns(output, text.subarray(0, at + 37), 4));
    }
  });

  test('are refused for a minimum that is not a positive integer', () => {
    for (const least of [0, 1.5, Number.NaN]) {
      expect(() => find([1], [1], least)).toThrow(`verbatimRuns: least is ${least}`);
    }
  });
});
