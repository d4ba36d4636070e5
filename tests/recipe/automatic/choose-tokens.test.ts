import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/errors.ts';
import { chooseTokens, suitablePieces } from '../../../src/recipe/automatic/choose-tokens.ts';
import { trainRequest } from '../../../src/recipe/automatic/train-request.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { sourceText } from '../../../src/recipe/text/source-text.ts';

const words = 'the cat sat on the mat .\n'.repeat(20);
const raw = 'The cat sat, and slept. "Why?" asked the dog.\n'.repeat(1000);

async function chosen(text: string, given: Partial<Recipe> = {}, preset?: string) {
  const texts = { train: [await sourceText(text)], valid: null, test: null };
  const { recipe, reasons } = chooseTokens(trainRequest(given, { preset }), texts);
  return { tokens: recipe.tokens, vocabSize: recipe.vocabSize, reasons };
}

describe('tokens', () => {
  test('are words if the text looks tokenised, else pieces in a number that suits the text', async () => {
    expect(await chosen(words)).toEqual({
      tokens: 'word',
      vocabSize: 4000,
      reasons: [{ reason: 'tokenised-text' }],
    });
    const vocabSize = suitablePieces(raw.length);
    expect(await chosen(raw)).toEqual({
      tokens: 'bpe',
      vocabSize,
      reasons: [{ reason: 'raw-text', vocabSize }],
    });
    expect(await chosen(raw, { tokens: 'auto' })).toEqual(await chosen(raw));
  });

  test('of the bundled speeches are words, with the same recipe as if words were given', async () => {
    const speeches = readFileSync(new URL('../../../dist/corpus/train.txt', import.meta.url), 'utf8');
    const texts = { train: [await sourceText(speeches)], valid: null, test: null };
    const recipeOf = (given: Partial<Recipe>) => chooseTokens(trainRequest(given), texts).recipe;
    expect(recipeOf({})).toEqual(recipeOf({ tokens: 'word' }));
  });

  test('are the given ones, and words for a preset', async () => {
    for (const tokens of ['word', 'char', 'byte'] as const) {
      expect(await chosen(raw, { tokens })).toEqual({ tokens, vocabSize: 4000, reasons: [] });
    }
    expect(await chosen(raw, {}, 'rnnlm')).toEqual({ tokens: 'word', vocabSize: null, reasons: [] });
    expect(await chosen(words, { tokens: 'bpe', vocabSize: 300 })).toEqual({
      tokens: 'bpe',
      vocabSize: 300,
      reasons: [],
    });
  });

  test('are pieces in a preset too, if given', async () => {
    const vocabSize = suitablePieces(raw.length);
    const reasons = [{ reason: 'pieces-for-text', vocabSize }];
    expect(await chosen(raw, { tokens: 'bpe' }, 'rnnlm')).toEqual({ tokens: 'bpe', vocabSize, reasons });
    expect(await chosen(raw, { tokens: 'auto' }, 'rnnlm')).toMatchObject({ tokens: 'bpe', vocabSize });
  });

  test('are words for a vocabulary size that only words can have', async () => {
    for (const vocabSize of [null, 256]) {
      const reasons = [{ reason: 'words-by-size' }];
      expect(await chosen(raw, { vocabSize })).toEqual({ tokens: 'word', vocabSize, reasons });
    }
    expect(await chosen(raw, { vocabSize: 257 })).toMatchObject({ tokens: 'bpe', vocabSize: 257 });
  });

  test.each([null, 256, 1])("can't be %s pieces", async (vocabSize) => {
    const refused = chosen(raw, { tokens: 'bpe', vocabSize });
    await expect(refused).rejects.toThrow(OptionError);
    await expect(refused).rejects.toThrow(
      `vocabSize is ${vocabSize ?? 'all'}; with tokens bpe it must be an integer from 257 to`,
    );
  });
});

test('a longer text has more pieces, rounded to two digits, within limits', () => {
  const sizes = [1, 1e4, 1e5, 1e6, 5e6, 5e7, 5e8, 1e12].map(suitablePieces);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(sizes[0]).toBeGreaterThanOrEqual(257);
  expect(sizes[2]).toBe(1000);
  expect(sizes.at(-1)).toBe(16_000);
  for (const size of sizes) expect(`${size}`).toMatch(/^\d\d0*$|^\d00+$/);
});
