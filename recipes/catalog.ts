import type { textSets } from './texts.ts';

/** A published result, and the command that reproduces it. */
export interface RecipeCard {
  readonly title: string;
  /** Source of settings and result. */
  readonly source: string;
  /** The published result. */
  readonly published: string;
  /** The judged perplexity and its accepted range. */
  readonly band: {
    readonly of: 'train' | 'test';
    readonly from: number;
    readonly to: number;
    /** Default: perplexity. `nats`: the mean loss per target. */
    readonly unit?: 'nats';
  };
  /** The data set. Default: Penn Treebank. */
  readonly texts?: keyof typeof textSets;
  /** Trains once per seed and judges the mean. Default: one run, with the seed of the flags. */
  readonly seeds?: readonly number[];
  /** Flags of `unrolled train`, without the texts. */
  readonly flags: string;
  /** More flags for a run of minutes that shows that everything works; its result is not judged. */
  readonly quick: string;
}

// Zaremba et al. sum the loss over the T steps of a block; here it is a mean. Their learning rate 1 is 20 here with
// T = 20, and their clipping norm 5 is 0.25.
export const recipes: Readonly<Record<string, RecipeCard>> = {
  ch05: {
    title: "The chapter's run: SimpleRnnlm on the first 1000 words",
    source: 'Deep Learning from Scratch 2, chapter 5',
    published: 'training perplexity about 6 after 100 epochs',
    band: { of: 'train', from: 5.2, to: 7.7 },
    flags: '--preset simple-rnnlm --max-tokens 1000 --seed 2',
    quick: '--epochs 30',
  },
  'ch06-rnnlm': {
    title: 'Rnnlm: one LSTM layer of 100',
    source: 'Deep Learning from Scratch 2, chapter 6',
    published: 'test perplexity about 136 after 4 epochs',
    band: { of: 'test', from: 130, to: 140 },
    flags: '--preset rnnlm',
    quick: '--max-tokens 100000 --epochs 1',
  },
  'zaremba-small': {
    title: 'Two LSTM layers of 200, no dropout',
    source: 'Zaremba et al. 2014, "small", with the numbers of the TensorFlow tutorial',
    published: 'test perplexity 114.5; about 115 in the tutorial',
    band: { of: 'test', from: 105, to: 116 },
    flags:
      '--cell lstm --untied --dropout 0 --layers 2 --embedding 200 --hidden 200 --batch 20 --time 20 --init-scale 0.1 ' +
      '--optimizer sgd --lr 20 --schedule decay --lr-decay 0.5 --decay-after 4 --clip 0.25 --epochs 13',
    quick: '--max-tokens 100000 --epochs 2',
  },
  'tied-200': {
    title: 'Two LSTM layers of 200, tied, dropout 0.2',
    source: "PyTorch's word_language_model example, its options for a tied model of 200",
    published: 'test perplexity about 88 after 40 epochs',
    band: { of: 'test', from: 75, to: 88 },
    flags:
      '--cell lstm --layers 2 --embedding 200 --hidden 200 --tied --dropout 0.2 --batch 20 --time 35 --init-scale 0.1 ' +
      '--sampled-softmax all --optimizer sgd --lr 20 --schedule plateau --lr-decay 0.25 --clip 0.25 --epochs 40',
    quick: '--max-tokens 100000 --epochs 2',
  },
  ours: {
    title: 'The best of half an hour on two cores: two LSTM layers of 400 and 200, tied, dropout 0.35',
    source:
      'found by search on the validation text alone; `unrolled train --minutes 30 --vocab-size all --optimizer sgd` chooses it',
    published: 'none; the target is a test perplexity below 90',
    band: { of: 'test', from: 80, to: 90 },
    flags:
      '--cell lstm --layers 2 --embedding 200 --hidden 400 --tied --dropout 0.35 --batch 20 --time 35 --init-scale 0.1 ' +
      '--sampled-softmax 1500 --optimizer sgd --lr 30 --schedule cosine --clip 0.25 --epochs 16',
    quick: '--max-tokens 100000 --epochs 2',
  },
  'better-rnnlm': {
    title: 'BetterRnnlm: two LSTM layers of 650, tied, dropout 0.5',
    source: 'Deep Learning from Scratch 2, chapter 6',
    published: 'test perplexity 75.76 after 40 epochs',
    band: { of: 'test', from: 72, to: 77 },
    flags: '--preset better-rnnlm',
    quick: '--max-tokens 20000 --epochs 1',
  },
  names: {
    title: 'Characters of names, each an item: an LSTM of 192',
    source: "Karpathy's makemore and its names.txt (32,033 names), 1,000 held out by our seed",
    published: "makemore's transformer: test loss 1.92 nats, on a split of its own",
    texts: 'names',
    seeds: [1, 2, 3, 4, 5],
    band: { of: 'test', from: 1.85, to: 1.95, unit: 'nats' },
    flags:
      '--items line --tokens char --cell lstm --untied --layers 1 --embedding 64 --hidden 192 --dropout 0.25 --batch 64 --time 24 ' +
      '--optimizer adam --lr 0.012 --schedule one-cycle --clip 1 --average ema --epochs 24',
    quick: '--max-tokens 20000 --epochs 2 --average none',
  },
  speeches: {
    title: 'The sample model of the lab: two small LSTM layers, tied, on pieces of the bundled speeches',
    source: 'found by comparing tokens and sizes that fit into 400,000 bytes (docs/recipe-notes.md)',
    published: 'none; the target is below half of the bigram perplexity (42.4)',
    texts: 'speeches',
    band: { of: 'test', from: 21.2, to: 23.2 },
    flags:
      '--tokens bpe --vocab-size 640 --cell lstm --layers 2 --embedding 56 --hidden 64 --tied --dropout 0 --batch 20 --time 35 ' +
      '--init-scale 0.1 --sampled-softmax all --optimizer sgd --lr 30 --schedule cosine --clip 0.25 --epochs 12 --backend wasm-strict',
    quick: '--max-tokens 20000 --epochs 1',
  },
};
