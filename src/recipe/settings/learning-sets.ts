import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { OptimizerName, Recipe } from '../recipe.ts';

/** Settings that suit one another: an optimizer's rate, schedule and limit, the block, and the initial weights. */
export type LearningSet = Pick<Recipe, 'lr' | 'schedule' | 'clip' | 'batch' | 'time'> &
  Partial<Pick<Recipe, 'outputBias' | 'initEmbedding'>>;

/** The optimizer without a preset, initial weights or a given one. */
export const AUTOMATIC_OPTIMIZER: OptimizerName = 'adam';

/**
 * With Adam and no preset: for words and pieces, and for characters and bytes. `batch` is the largest; a short text is
 * read in fewer streams. Large models have a smaller rate. Measured in docs/recipe-notes.md.
 */
export const adamSets: Readonly<Record<Tokenizer['granularity'], LearningSet>> = {
  word: {
    ...{ lr: 0.006, schedule: 'one-cycle', clip: 1, batch: 20, time: 35 },
    ...{ outputBias: 'unigram', initEmbedding: 'cooccurrence' },
  },
  character: { lr: 0.01, schedule: 'one-cycle', clip: 1, batch: 32, time: 64 },
};

/** With SGD and no preset, for all tokens. Steps of this size lose initial weights that are computed from the text. */
export const sgdSet: LearningSet = { lr: 30, schedule: 'cosine', clip: 0.25, batch: 20, time: 35 };

/**
 * The values of a setting in the sets, as the help shows them: `35; 64 for characters and bytes`.
 * @param absent the value that a set without the setting has
 * @param others whom the value of the SGD set is for
 */
export function shownInSets(
  name: keyof LearningSet,
  { absent = '', others = 'other optimizers' }: { readonly absent?: string; readonly others?: string } = {},
): string {
  const { word, character } = adamSets;
  const [usual, ofCharacters, ofOthers] = [word, character, sgdSet].map((set) => `${set[name] ?? absent}`);
  if (ofCharacters === usual) return ofOthers === usual ? usual : `${usual}; ${ofOthers} for ${others}`;
  const rest = ofOthers === ofCharacters ? `, and for ${others}` : `; ${ofOthers} for ${others}`;
  return `${usual}; ${ofCharacters} for characters and bytes${rest}`;
}
