import { checkObject } from '../../kinds.ts';
import { defaultRecipe, learningDefaults } from '../default-recipe.ts';
import { OptionError } from '../option-error.ts';
import { presets } from '../presets.ts';
import type { Recipe } from '../recipe.ts';
import { automatic } from './automatic-recipe.ts';

/** A recipe that may have gaps. */
export interface TrainRequest {
  /** Complete, but for what is `open`. */
  readonly recipe: Recipe;
  /** The given settings, which no choice overrides. */
  readonly asked: Partial<Recipe>;
  /** What is to be chosen: the model and its epochs, the epochs alone, or nothing. */
  readonly open: 'all' | 'epochs' | 'nothing';
  /** How long training may take. Default 2. */
  readonly minutes?: number | undefined;
}

/**
 * The default recipe, changed by a preset, by what optimizer and schedule need, and by the settings that are given.
 * Without a preset, what is not given is chosen; a preset has its own sizes, and its own epochs unless minutes are given.
 * @throws UnrolledError for an unknown preset
 */
export function trainRequest(
  given: Partial<Recipe>,
  { preset, minutes }: { readonly preset?: string | undefined; readonly minutes?: number | undefined } = {},
): TrainRequest {
  checkObject('trainRequest', 'the settings', given, 'Give { epochs }, or {} for none.');
  checkLength(given, minutes);
  checkStreams(given);
  const known = preset === undefined ? {} : presetNamed(preset);
  const { tokens } = preset === undefined ? automatic : defaultRecipe;
  return {
    recipe: { ...defaultRecipe, tokens, ...known, ...learningDefaults(given), ...given },
    asked: withoutAuto({ ...ofWords(known, given), ...given }),
    open: preset === undefined ? 'all' : minutes === undefined ? 'nothing' : 'epochs',
    minutes,
  };
}

/** A preset's vocabulary is one of words. */
function ofWords(
  { vocabSize, ...others }: Partial<Recipe>,
  { tokens = 'word' }: Partial<Recipe>,
): Partial<Recipe> {
  return tokens === 'bpe' || tokens === 'auto' || vocabSize === undefined ? others : { ...others, vocabSize };
}

/** `auto` asks for what is chosen anyway. */
function withoutAuto({ tokens, ...others }: Partial<Recipe>): Partial<Recipe> {
  return tokens === undefined || tokens === 'auto' ? others : { ...others, tokens };
}

/** Throws for the end of streams where there are items, which are read in another order at each pass. */
function checkStreams({ items, streams }: Partial<Recipe>): void {
  if (items == null || streams === undefined) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('items')} and ${nameOf('streams')}; items are shuffled, and their streams have no end. Leave ` +
      `${nameOf('streams')} out.`,
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

/** Throws where steps and something else both say how long. */
export function checkLength({ maxSteps, epochs }: Partial<Recipe>, minutes: number | undefined): void {
  const other = epochs !== undefined ? 'epochs' : minutes !== undefined ? 'minutes' : null;
  if (maxSteps === undefined || other === null) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `got ${nameOf('maxSteps')} and ${nameOf(other)}; both say how long training is. Leave one out.`,
  );
}

function presetNamed(name: string): Partial<Recipe> {
  if (Object.hasOwn(presets, name)) return presets[name];
  throw new OptionError(
    'unknown-name',
    (nameOf) => `${nameOf('preset')} is ${name}; it must be one of ${Object.keys(presets).join(', ')}.`,
  );
}
