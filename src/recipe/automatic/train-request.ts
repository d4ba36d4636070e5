import { OptionError } from '../../errors.ts';
import { checkObject } from '../../kinds.ts';
import { defaultRecipe, learningDefaults } from '../default-recipe.ts';
import { presets } from '../presets.ts';
import type { Recipe } from '../recipe.ts';
import { automatic } from './automatic-recipe.ts';

/** A recipe some of whose settings are still to be chosen. */
export interface TrainRequest {
  /** The recipe; settings that are `open` have provisional values. */
  readonly recipe: Recipe;
  /** The settings given by the user; automatic choices never override them. */
  readonly asked: Partial<Recipe>;
  /** What is chosen automatically: the model and the number of epochs (`all`), only the number of epochs, or nothing. */
  readonly open: 'all' | 'epochs' | 'nothing';
  /** Time budget for training, in minutes. Default 2. */
  readonly minutes?: number | undefined;
}

/**
 * Combines the default recipe, a preset, the defaults of the optimizer and schedule, and the given settings.
 * Without a preset, settings that are not given are chosen automatically. A preset fixes the sizes, and the number of epochs
 * unless `minutes` is given.
 * @param given the settings given by the user
 * @throws {UnrolledError} `unknown-name` for an unknown preset, `option-conflict` for settings that exclude each other
 */
export function trainRequest(
  given: Partial<Recipe>,
  { preset, minutes }: { readonly preset?: string | undefined; readonly minutes?: number | undefined } = {},
): TrainRequest {
  checkObject('trainRequest', 'the settings', given, 'Pass { epochs }, or {} for none.');
  checkLength(given, minutes);
  checkPlanned(given);
  checkStreams(given);
  const known = preset === undefined ? {} : presetNamed(preset);
  const { tokens } = preset === undefined ? automatic : defaultRecipe;
  return {
    recipe: { ...defaultRecipe, tokens, ...known, ...learningDefaults(given), ...given },
    asked: withoutAuto({ ...withSuitableVocabulary(known, given), ...given }),
    open: preset === undefined ? 'all' : minutes === undefined ? 'nothing' : 'epochs',
    minutes,
  };
}

/** A preset without its vocabulary size when the tokens are pieces: it is meant for words. */
function withSuitableVocabulary(
  { vocabSize, ...others }: Partial<Recipe>,
  { tokens = 'word' }: Partial<Recipe>,
): Partial<Recipe> {
  return tokens === 'bpe' || tokens === 'auto' || vocabSize === undefined ? others : { ...others, vocabSize };
}

/** The settings without `tokens: 'auto'`, which is the default. */
function withoutAuto({ tokens, ...others }: Partial<Recipe>): Partial<Recipe> {
  return tokens === undefined || tokens === 'auto' ? others : { ...others, tokens };
}

/** Throws for `streams` with items, which are shuffled each epoch. */
function checkStreams({ items, streams }: Partial<Recipe>): void {
  if (items == null || streams === undefined) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('items')} and ${nameOf('streams')}; items are shuffled each epoch, so ${nameOf('streams')} has no ` +
      `effect. Leave ${nameOf('streams')} out.`,
  );
}

/** Throws for `skipBad` with items that are neither JSON nor CSV: any line of such a text can be read. */
export function checkSkipBad({ items, skipBad }: Recipe): void {
  if (!skipBad || /^(jsonl|csv):/.test(items ?? '')) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('skipBad')} with ${nameOf('items')} ${items ?? 'none'}; it needs jsonl:FIELD or csv:COLUMN. ` +
      `Leave ${nameOf('skipBad')} out.`,
  );
}

/** Throws when the training length is given twice. */
export function checkLength({ maxSteps, epochs }: Partial<Recipe>, minutes: number | undefined): void {
  const other = epochs !== undefined ? 'epochs' : minutes !== undefined ? 'minutes' : null;
  if (maxSteps === undefined || other === null) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('maxSteps')} and ${nameOf(other)}; both set the length of training. Leave one out.`,
  );
}

/** Throws for `planned` without the length that it led to. */
function checkPlanned({ planned, maxSteps }: Partial<Recipe>): void {
  if (planned === undefined || maxSteps !== undefined) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('planned')} without ${nameOf('maxSteps')}; it needs the length that was planned last. ` +
      `Pass both, or leave ${nameOf('planned')} out.`,
  );
}

function presetNamed(name: string): Partial<Recipe> {
  if (Object.hasOwn(presets, name)) return presets[name];
  throw new OptionError(
    'unknown-name',
    (nameOf) => `${nameOf('preset')} is ${name}; it must be one of ${Object.keys(presets).join(', ')}.`,
  );
}
