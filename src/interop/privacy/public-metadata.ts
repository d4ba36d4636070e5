/**
 * A member of the metadata that a published file may have: a number or boolean; also the short name of a choice; also an item
 * split; also numbers with separators; or an object with such members.
 */
export type Shape = 'number' | 'name' | 'split' | 'numbers' | { readonly [name: string]: Shape };

/** The settings of a recipe. They say how a model was trained, not on what. */
export const publicRecipe: Shape = {
  ...numbers('vocabSize', 'skipBad', 'maxTokens', 'validFraction'),
  ...numbers('resetAfter', 'tied', 'forgetBias', 'initScale', 'dropout', 'lockedDropout', 'wordDropout'),
  ...numbers(
    'weightDrop',
    'zoneout',
    'zoneoutCell',
    'mogrifierRounds',
    'mogrifierRank',
    'ar',
    'tar',
    'sampledSoftmax',
    'fullSoftmaxFrom',
    'layers',
    'wordvec',
    'hidden',
  ),
  ...numbers(
    'batch',
    'time',
    'randomTime',
    'stateful',
    'momentum',
    'weightDecay',
    'lr',
    'otherLr',
    'lrDecay',
    'decayAfter',
  ),
  ...numbers('warmup', 'clip', 'epochs', 'maxSteps', 'patience', 'seed'),
  ...{ tokens: 'name', normalize: 'name', cell: 'name', streams: 'name', optimizer: 'name', average: 'name' },
  ...{
    schedule: 'name',
    onDivergence: 'name',
    backend: 'name',
    outputBias: 'name',
    otherOptimizer: 'name',
    initEmbedding: 'name',
    items: 'split',
  },
  planned: 'numbers',
};

/** Of the texts only the number of tokens and items, which the results show too. */
export const publicCorpus: Shape = {
  tokens: 'number',
  items: numbers('train', 'valid', 'test', 'empty', 'skipped'),
};

const score: Shape = numbers(
  ...[
    'perplexity',
    'knownPerplexity',
    'bitsPerByte',
    'bitsPerCharacter',
    'tokens',
    'unknownTokens',
    'unknownRate',
  ],
  ...['unigramPerplexity', 'bigramPerplexity', 'words', 'perWordPerplexity'],
);

/** The results of training. */
export const publicResults: Shape = {
  ...numbers('epoch', 'step', 'trainPerplexity', 'trainBitsPerByte', 'trainBitsPerCharacter'),
  ...numbers('validPerplexity', 'validBitsPerByte', 'validBitsPerCharacter'),
  valid: score,
  test: score,
};

/** The default sampling settings that `generate` and `serve` use. */
export const generationSettings: Shape = numbers(
  ...['temperature', 'top_k', 'top_p', 'min_p', 'typical_p', 'repetition_penalty'],
);

function numbers(...names: readonly string[]): { readonly [name: string]: 'number' } {
  return Object.fromEntries(names.map((name) => [name, 'number' as const]));
}
