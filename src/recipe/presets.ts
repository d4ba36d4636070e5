import type { Recipe } from './recipe.ts';

/** Named recipes, as changes to the default recipe. Given settings override those of a preset. */
export const presets: { readonly [name: string]: Partial<Recipe> } = {
  // The chapter's run: SimpleRnnlm on the beginning of a text.
  'simple-rnnlm': {
    vocabSize: null,
    validFraction: null,
    wordvec: 100,
    hidden: 100,
    batch: 10,
    time: 5,
    streams: 'wrap',
    lr: 0.1,
    lrDecay: 1,
    clip: null,
    epochs: 100,
  },
  // The book's next model, Rnnlm.
  rnnlm: {
    vocabSize: null,
    cell: 'lstm',
    wordvec: 100,
    hidden: 100,
    batch: 20,
    time: 35,
    streams: 'wrap',
    lr: 20,
    lrDecay: 1,
    clip: 0.25,
    epochs: 4,
  },
  // The best model of that chapter, BetterRnnlm.
  'better-rnnlm': {
    vocabSize: null,
    cell: 'lstm',
    layers: 2,
    wordvec: 650,
    hidden: 650,
    tied: true,
    dropout: 0.5,
    batch: 20,
    time: 35,
    streams: 'wrap',
    lr: 20,
    schedule: 'plateau',
    lrDecay: 0.25,
    clip: 0.25,
    epochs: 40,
  },
};
