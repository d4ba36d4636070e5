import { describe, expect, test } from 'vitest';
import { flopsPerToken } from '../../../src/models/flops.ts';
import { candidateSizes } from '../../../src/recipe/automatic/candidate-sizes.ts';
import { type Budget, type Candidate, choose, type SpeedOf } from '../../../src/recipe/automatic/choose.ts';
import { mostEpochs } from '../../../src/recipe/automatic/most-epochs.ts';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';

const candidates: Candidate[] = [50, 100, 200, 400].map((hidden) => ({
  recipe: { ...defaultRecipe, hidden, wordvec: hidden },
  config: { cell: 'lstm', vocabSize: 4000, embeddingSize: hidden, hiddenSize: hidden, layers: 1, tied: true },
  neededTokens: 2_160_000,
}));

/** A machine of so many operations a second, and what it was asked to try. */
function machine(operations: number) {
  const tried: number[] = [];
  const speedOf: SpeedOf = async ({ config }) => {
    tried.push(config.hiddenSize);
    return operations / flopsPerToken(config);
  };
  return { tried, speedOf };
}

const usual: Budget = { candidates, tokens: 270_000, minutes: 2, epochs: null, mostEpochs: 16 };
const choice = (operations: number, budget: Partial<Budget> = {}) =>
  choose({ ...usual, ...budget }, machine(operations).speedOf);

describe('choose', () => {
  test('chooses a wider model for a faster machine, a shorter text, or more time', async () => {
    const widthOf = async (...about: Parameters<typeof choice>) => (await choice(...about)).config.hiddenSize;
    expect(await widthOf(20e9)).toBe(50);
    expect(await widthOf(60e9)).toBe(100);
    expect(await widthOf(1e12)).toBe(400);
    expect(await widthOf(60e9, { tokens: 20_000 })).toBe(400);
    expect(await widthOf(60e9, { minutes: 20 })).toBe(400);
    expect(await widthOf(60e9, { epochs: 1 })).toBe(400);
  });

  test("skips a model whose needed training length doesn't fit into the time", async () => {
    const patient = candidates.map((one) =>
      one.config.hiddenSize < 200 ? one : { ...one, neededTokens: 1e9 },
    );
    const { config, reasons } = await choice(1e12, { candidates: patient, mostEpochs: 5000 });
    expect(config.hiddenSize).toBe(100);
    expect(reasons[0]).toMatchObject({ reason: 'wider-too-slow', hidden: 100, tokens: 1e9, minutes: 2 });
  });

  test('chooses as many epochs as fit into nine tenths of the time', async () => {
    const { recipe, config, reasons } = await choice(60e9);
    expect(reasons[1]).toEqual({ reason: 'epochs-fit', epochs: recipe.epochs, minutes: 2 });
    const seconds = (recipe.epochs * 270_000 * flopsPerToken(config)) / 60e9;
    expect(seconds).toBeLessThanOrEqual(0.9 * 120);
    expect(seconds + (270_000 * flopsPerToken(config)) / 60e9).toBeGreaterThan(0.9 * 120);
    expect(recipe.maxTokens).toBeNull();
  });

  test('uses the beginning of a text that is too long, once, and reports the time for all of it', async () => {
    const { recipe, config, reasons } = await choice(60e9, { tokens: 50_000_000 });
    const tokens = Math.floor((0.9 * 120 * 60e9) / flopsPerToken(config));
    expect(recipe).toMatchObject({ epochs: 1, maxTokens: tokens, hidden: 100 });
    const minutes = Math.ceil((50_000_000 * flopsPerToken(config)) / 60e9 / 0.9 / 60);
    expect(reasons[0]).toMatchObject({
      reason: 'wider-too-slow',
      hidden: 100,
      tokens: 2_160_000,
      minutes: 2,
    });
    expect(reasons[1]).toEqual({ reason: 'part-of-text', maxTokens: tokens, minutes });
  });

  test('keeps a given number of epochs', async () => {
    const { recipe, reasons } = await choice(60e9, {
      epochs: 2,
      candidates: candidates.map((one) => ({ ...one, recipe: { ...one.recipe, epochs: 2 } })),
    });
    expect(recipe).toMatchObject({ epochs: 2, hidden: 200, maxTokens: null });
    expect(reasons[1]).toEqual({ reason: 'epochs-asked', epochs: 2 });
  });

  test('chooses the narrowest model when the time is too short even for it', async () => {
    const { reasons } = await choice(6e9);
    expect(reasons[0]).toMatchObject({ reason: 'narrowest', hidden: 50, minutes: 2 });
  });

  test('limits the epochs of a short text', async () => {
    const { recipe, reasons } = await choice(60e9, { tokens: 2000 });
    expect(recipe.epochs).toBe(16);
    expect(reasons).toMatchObject([
      { reason: 'widest-for-text', layers: 1, hidden: 400, cell: 'lstm' },
      { reason: 'epochs-enough', epochs: 16 },
    ]);
  });

  test('measures one model, and a second one if that was too wide or too narrow', async () => {
    for (const [operations, tried] of [
      [60e9, [100]],
      [20e9, [100, 50]],
      [1e12, [100, 400]],
    ] as const) {
      const there = machine(operations);
      await choose(usual, there.speedOf);
      expect(there.tried).toEqual(tried);
    }
  });
});

test('longer texts have wider candidates; the narrowest suits any text', () => {
  for (const granularity of ['word', 'character'] as const) {
    const widths = [0, 1e5, 1e6, 1e7].map((tokens) => candidateSizes(granularity, tokens).length);
    expect(widths[0]).toBe(1);
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(widths.at(-1)).toBeGreaterThan(3);
    const all = candidateSizes(granularity, 1e9).map(
      ({ hidden, layers, wordvec }) => hidden * layers + wordvec,
    );
    expect(all).toEqual(all.toSorted((a, b) => a - b));
  }
});

test('short texts have more dropout; few words, fewer epochs', () => {
  const dropoutOf = (tokens: number, width: number) =>
    candidateSizes('word', tokens).find(({ hidden }) => hidden === width)?.dropout;
  expect(dropoutOf(200_000, 300)).toBeGreaterThan(dropoutOf(300_000, 300) ?? 1);
  expect(mostEpochs('word', 90_000)).toBeLessThan(mostEpochs('word', 110_000));
  expect(mostEpochs('character', 90_000)).toBe(mostEpochs('word', 110_000));
});
