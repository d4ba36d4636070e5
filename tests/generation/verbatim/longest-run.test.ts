import { describe, expect, test } from 'vitest';
import { longestVerbatim } from '../../../src/generation/verbatim/longest-run.ts';
import { randomIntegers } from '../../data/random-integers.ts';

const find = (output: readonly number[], text: readonly number[]) =>
  longestVerbatim(Int32Array.from(output), Int32Array.from(text));

/** The length of the longest common run and the first place of one in the text, by comparing all. */
function bruteForce(output: readonly number[], text: readonly number[]): { length: number; inText: number } {
  let best = { length: 0, inText: 0 };
  for (let i = 0; i < output.length; i++) {
    for (let j = 0; j < text.length; j++) {
      let length = 0;
      while (i + length < output.length && text[j + length] === output[i + length]) length++;
      if (
        length > best.length ||
        (length === best.length && length > 0 && j + length < best.inText + best.length)
      ) {
        best = { length, inText: j };
      }
    }
  }
  return best;
}

describe('the longest verbatim run', () => {
  test('is found with its positions in both sequences', () => {
    expect(find([9, 1, 2, 3, 8], [7, 1, 2, 7, 1, 2, 3, 4])).toEqual({ length: 3, inOutput: 1, inText: 4 });
  });

  test('is the whole output if the text contains it, and empty if nothing matches', () => {
    expect(find([1, 2, 3], [0, 1, 2, 3, 1, 2, 3])).toEqual({ length: 3, inOutput: 0, inText: 1 });
    expect(find([1, 2], [3, 4])).toMatchObject({ length: 0 });
    expect(find([], [3, 4])).toMatchObject({ length: 0 });
    expect(find([1, 2], [])).toMatchObject({ length: 0 });
  });

  test('does not extend over ids that match nothing', () => {
    expect(find([1, 2, 3, 4], [1, 2, -1, 3, 4, 5])).toMatchObject({ length: 2 });
  });

  test('agrees with brute force on random sequences of few distinct tokens', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const numbers = randomIntegers(seed, 120, 1000);
      const kinds = 2 + (seed % 4);
      const output = numbers.slice(0, seed % 40).map((number) => number % kinds);
      const text = numbers.slice(40).map((number) => number % kinds);
      const { length, inOutput, inText } = find(output, text);
      expect({ length, inText }).toEqual(bruteForce(output, text));
      expect(output.slice(inOutput, inOutput + length)).toEqual(text.slice(inText, inText + length));
    }
  });

  test('handles a text of a million tokens', () => {
    const text = Int32Array.from(randomIntegers(1, 1_000_000, 5000));
    const output = text.slice(700_000, 700_500);
    expect(longestVerbatim(output, text)).toEqual({ length: 500, inOutput: 0, inText: 700_000 });
  });
});
