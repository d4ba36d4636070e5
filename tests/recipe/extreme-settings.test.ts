import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { OptionError } from '../../src/errors.ts';
import { resolveRecipe, speedOn } from '../../src/recipe/automatic/resolve-recipe.ts';
import { trainRequest } from '../../src/recipe/automatic/train-request.ts';
import { planTraining } from '../../src/recipe/plan.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { runTraining } from '../../src/recipe/run/run.ts';
import { parseSetting, settings } from '../../src/recipe/settings/settings.ts';
import { MemoryStore } from '../../src/recipe/store.ts';
import { sourceText } from '../../src/recipe/text/source-text.ts';
import { sentences } from '../support/process.ts';

const small = { tokens: 'word', hidden: 8, wordvec: 8, layers: 1, batch: 2, time: 4, epochs: 1 } as const;
const source = await sourceText(sentences(40), 'text');

/** Trains for a few steps with the settings that a form gives. */
async function steps(given: Partial<Recipe>): Promise<number> {
  const store = new MemoryStore();
  const plan = await planTraining(
    trainRequest({ ...small, ...given }),
    { train: [source], valid: null, test: null },
    { out: 'm', openBackend: () => openBackend('reference'), store },
  );
  const abort = new AbortController();
  let count = 0;
  for await (const { event } of runTraining(plan, { store, signal: abort.signal }))
    if (event === 'step' && ++count === 3) abort.abort();
  plan.model.backend.close();
  return count;
}

const choices = (name: 'cell' | 'optimizer' | 'normalize') => settings[name].kind.choices ?? [];

test.each([
  ...(['cell', 'optimizer'] as const).flatMap((name) => choices(name).map((text) => [name, text] as const)),
  ...[...choices('normalize'), 'none'].map((text) => ['normalize', text] as const),
  ...['0', '0.0', 'none', '1e-300', '1e300', '1e-400'].map((text) => ['clip', text] as const),
  ...['0', '.5', '1e-300'].map((text) => ['dropout', text] as const),
  ...['0', '4294967295'].map((text) => ['seed', text] as const),
  ...['2', 'all', '100000000'].map((text) => ['vocabSize', text] as const),
  ...['true', 'false'].flatMap((text) => [['tied', text] as const, ['stateful', text] as const]),
  ...(['layers', 'hidden', 'batch', 'time'] as const).map((name) => [name, '1'] as const),
] as const)('%s %s is a value of its setting, and a run trains with it', async (name, text) => {
  const value = parseSetting(name, text);
  expect(value).not.toBeUndefined();
  const sizes = name === 'hidden' ? { tied: false } : {};
  expect(await steps({ ...sizes, [name]: value })).toBeGreaterThan(0);
});

test('a limit of 0 for the gradient norm is the same run as none', async () => {
  const request = (clip: number | null) => trainRequest({ ...small, clip });
  const planned = async (clip: number | null) => {
    const plan = await planTraining(
      request(clip),
      { train: [source], valid: null, test: null },
      { out: 'm', openBackend: () => openBackend('reference') },
    );
    plan.model.backend.close();
    return { clip: plan.recipe.clip, identity: plan.identity };
  };
  expect(await planned(0)).toEqual(await planned(null));
});

test('the speed of a run with a limit of 0 can be measured, and its recipe has none', async () => {
  const { epochs, ...sizes } = small; // the number of epochs is chosen by the speed
  const resolved = await resolveRecipe(
    trainRequest({ ...sizes, clip: 0 }, { minutes: 0.01 }),
    { train: [source], valid: null, test: null },
    speedOn(() => openBackend('reference')),
  );
  expect(resolved.recipe.clip).toBeNull();
  expect(resolved.recipe.epochs).toBeGreaterThanOrEqual(1);
});

test.each([
  ['epochs', Number.MAX_SAFE_INTEGER],
  ['hidden', 1e8],
  ['batch', 1e6],
  ['time', 1e6],
] as const)('%s %s is refused with the name of the setting', async (name, value) => {
  const error = await steps({ [name]: value }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).spelled((option) => `<${option}>`, 'page').message).toContain(`<${name}>`);
});
