import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments/parse.ts';
import { flagOf, readRecipeFlags, recipeFlags } from '../../../src/cli/arguments/recipe-flags.ts';
import { train } from '../../../src/cli/commands/train.ts';
import { AUTOMATIC_OPTIMIZER, adamSets, sgdSet } from '../../../src/recipe/settings/learning-sets.ts';
import { settingList } from '../../../src/recipe/settings/settings.ts';

const read = (line: string) =>
  readRecipeFlags(
    parseArguments({ name: 'train', summary: '', ...train }, line.split(' ').filter(Boolean)).values,
  );

test('every setting of a recipe has a flag of train, and only given flags are read', () => {
  for (const [, { flag, opposite }] of settingList) {
    for (const one of [flag, opposite]) if (one) expect(train.options).toHaveProperty([one.name]);
  }
  expect(read('')).toEqual({});
});

test.each([
  ['--hidden 12 --cell gru --reset-after', { hidden: 12, cell: 'gru', resetAfter: true }],
  ['--embedding 8', { wordvec: 8 }],
  ['--wordvec 8', { wordvec: 8 }],
  ['--wordvec=7 --embedding 8', { wordvec: 8 }],
  ['--tied', { tied: true }],
  ['--untied', { tied: false }],
  ['--stateless', { stateful: false }],
  ['--valid 0.2', { validFraction: 0.2 }],
  ['--valid text.txt', { validFraction: null }],
  ['--valid none', { validFraction: null }],
  ['--clip 0', { clip: 0 }],
  [
    '--clip none --vocab-size all --sampled-softmax all',
    { clip: null, vocabSize: null, sampledSoftmax: null },
  ],
  [
    '--init-scale fan-in --average none --max-tokens all',
    { initScale: null, average: null, maxTokens: null },
  ],
  [
    '--output-bias unigram --init-embedding cooccurrence',
    { outputBias: 'unigram', initEmbedding: 'cooccurrence' },
  ],
  [
    '--optimizer muon --other-optimizer adam --other-lr 0.002',
    { optimizer: 'muon', otherOptimizer: 'adam', otherLr: 0.002 },
  ],
  ['--sampled-softmax 500 --full-softmax-from 0.8', { sampledSoftmax: 500, fullSoftmaxFrom: 0.8 }],
  ['--on-divergence rollback --decay-after 2', { onDivergence: 'rollback', decayAfter: 2 }],
])('%s', (line, recipe) => expect(read(line)).toEqual(recipe));

test('two flags that exclude each other are refused', () => {
  expect(() => read('--tied --untied')).toThrow('train: got --tied and --untied; they exclude each other.');
});

test('every option name is spelled as a flag, also outside recipes', () => {
  expect(['forgetBias', 'stateful', 'validFraction', 'resume'].map(flagOf)).toEqual([
    '--forget-bias',
    '--stateless',
    '--valid',
    '--resume',
  ]);
});

test('the help shows the defaults of a run without a preset', () => {
  const flags = recipeFlags('tokens', 'backend');
  const shown = (name: string) => Object(flags[name]).otherwise;
  expect(shown('vocab-size')).toBe('4000; with bpe, chosen for the text');
  expect(shown('max-tokens')).toBe('all');
  expect(shown('cell')).toBe('lstm; mogrifier-lstm for long texts of words');
  expect(shown('optimizer')).toBe(`${AUTOMATIC_OPTIMIZER}; sgd with --init`);
  expect(shown('hidden')).toBe('automatic, see --minutes');
  expect(shown('average')).toBe('none');
  expect(shown('patience')).toBe('never');
});

test.each([
  ['lr', 'lr', ''],
  ['schedule', 'schedule', ''],
  ['clip', 'clip', ''],
  ['time', 'time', ''],
  ['output-bias', 'outputBias', 'zero'],
  ['init-embedding', 'initEmbedding', 'random'],
] as const)('the help shows the default of --%s, and where it differs', (flag, name, absent) => {
  const shown: string = Object(recipeFlags('tokens', 'backend')[flag]).otherwise;
  const [first, ...others] = shown.split('; ');
  expect(first).toBe(`${adamSets.word[name] ?? absent}`);
  for (const set of [adamSets.character, sgdSet]) {
    const value = `${set[name] ?? absent}`;
    expect(value === first || others.some((part) => part.startsWith(`${value} for `)), shown).toBe(true);
  }
});
