import { presets } from '../../../recipe/presets.ts';
import { defaultRecipe, type Recipe } from '../../../recipe/recipe.ts';
import { type ValidSource, validSource } from '../../arguments/valid-source.ts';
import { choice, orNull, positiveInteger, text } from '../../arguments/value-types.ts';
import type { Option } from '../../command.ts';

type TextFlags = {
  readonly preset: Option<string>;
  readonly tokens: Option<Recipe['tokens']>;
  readonly 'vocab-size': Option<number | null>;
  readonly 'max-tokens': Option<number>;
  readonly valid: Option<ValidSource>;
  readonly test: Option<string>;
};

/** What is read. */
export const textFlags: TextFlags = {
  preset: {
    value: 'NAME',
    type: choice(Object.keys(presets)),
    help: 'Start from a known recipe; other flags change it',
  },
  tokens: {
    value: 'KIND',
    type: choice(['word', 'char', 'byte']),
    help: 'What a token is',
    otherwise: defaultRecipe.tokens,
  },
  'vocab-size': {
    value: 'N',
    type: orNull(positiveInteger, 'all'),
    help: 'Keep the N most frequent tokens, or all; the others are read as <unk>',
    otherwise: defaultRecipe.vocabSize ?? 'all',
  },
  'max-tokens': {
    value: 'N',
    type: positiveInteger,
    help: 'Use only the first N tokens of the training text',
    otherwise: 'all',
  },
  valid: {
    value: 'FILE|FRACTION|none',
    type: validSource,
    help: "Text to choose the best epoch by: a file, or a share of the training text's end",
    otherwise: defaultRecipe.validFraction,
  },
  test: { value: 'FILE', type: text, help: 'Text to measure the finished model on' },
};
