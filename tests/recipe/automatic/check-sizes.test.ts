import { describe, expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { checkSizes, fitsInMemory } from '../../../src/recipe/automatic/check-sizes.ts';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';

const dataOf = (tokens: readonly string[]) => ({
  vocabulary: Vocabulary.fromTokens(tokens, null),
  valid: null,
  test: null,
});
const data = dataOf(Array.from({ length: 4000 }, (_, i) => `w${i}`));

const refusals: [asked: Partial<Recipe>, message: RegExp][] = [
  [
    { hidden: 1_000_000 },
    /^recipe: hidden is 1000000: training a model of [\d,]+ parameters needs [\d,]+ GB; the maximum of a WebAssembly memory is 4\.29 GB\. Use hidden \d+ or less\.$/,
  ],
  [{ hidden: 2 ** 31 - 1, wordvec: 2 ** 31 - 1 }, /^recipe: .* Use smaller sizes\.$/],
  [{ wordvec: 2_000_000 }, /^recipe: wordvec is 2000000: .* Use wordvec \d+ or less\.$/],
  [{ layers: 50, hidden: 3000 }, /^recipe: (layers|hidden) is \d+: .* Use (layers|hidden) \d+ or less\.$/],
  [
    { batch: 2000, time: 100, hidden: 4000 },
    /^recipe: (batch|time|hidden) is \d+: .* Use (batch|time|hidden) \d+ or less\.$/,
  ],
  [
    { hidden: 60_000, backend: 'reference' },
    /^recipe: hidden is 60000: .* the maximum of an array is 8\.59 GB/,
  ],
  [
    { cell: 'mogrifier-lstm', mogrifierRank: 10_000_000 },
    /^recipe: mogrifierRank is 10000000: .* Use mogrifierRank \d+ or less\.$/,
  ],
  [
    { cell: 'mogrifier-lstm', mogrifierRounds: 100, mogrifierRank: 200_000 },
    /^recipe: mogrifierR(ank|ounds) is \d+: .* Use mogrifierR(ank|ounds) \d+ or less\.$/,
  ],
];

test.each(refusals)(
  '%j is refused before any work, with the memory needed and the largest value that fits',
  async (asked, message) => {
    const call = checkSizes({ ...defaultRecipe, ...asked }, asked, data);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ code: 'memory' });
  },
);

test('the largest value in an error fits, and a little more than twice as much does not', async () => {
  const asked = { hidden: 1_000_000 };
  const error = await checkSizes({ ...defaultRecipe, ...asked }, asked, data).catch(String);
  const hidden = Number(/Use hidden (\d+) or less/.exec(`${error}`)?.[1]);
  expect(await fitsInMemory({ ...defaultRecipe, hidden }, data)).toBe(true);
  expect(await fitsInMemory({ ...defaultRecipe, hidden: 2.02 * hidden }, data)).toBe(false);
});

describe('a vocabulary', () => {
  test('whose header would exceed 100 MB, its escapes included, is refused before training', async () => {
    // Six characters for a control character, and a backslash before theirs.
    const escaped = Array.from({ length: 4 }, (_, i) => '\u0001'.repeat(1_000_000 + i));
    const plain = Array.from({ length: 82 }, (_, i) => 'x'.repeat(1_000_000 + i));
    await expect(checkSizes(defaultRecipe, {}, dataOf([...escaped, ...plain]))).rejects.toThrow(
      /^recipe: the vocabulary has 86 tokens, which take 112 MB in the header of the model file; the maximum is 100 MB\. Use vocabSize 77 or less\.$/,
    );
  });
});

test('the default recipe fits', async () => {
  await checkSizes(defaultRecipe, {}, data);
});
