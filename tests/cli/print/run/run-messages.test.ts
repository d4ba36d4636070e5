import { expect, test } from 'vitest';
import { jsonLines } from '../../../../src/cli/print/run/run-lines.ts';
import {
  chosenLines,
  failureMessage,
  replanMessage,
  reproducingFlags,
  warningMessage,
} from '../../../../src/cli/print/run/run-messages.ts';
import type { Reason } from '../../../../src/recipe/automatic/reasons.ts';
import { defaultRecipe } from '../../../../src/recipe/default-recipe.ts';
import type { FailedEvent, RunEvent } from '../../../../src/recipe/run/events.ts';

const model = { layers: 1, hidden: 150, cell: 'lstm', tokensPerSecond: 32556.7 } as const;
const recipe = { ...defaultRecipe, layers: 1, wordvec: 150, hidden: 150, dropout: 0.3, epochs: 12 };

test.each<[Reason, string]>([
  [
    { reason: 'wider-too-slow', ...model, tokens: 4e6, minutes: 2 },
    '1 × 150 lstm at 32,557 tokens/s here: a wider model needs 4,000,000 tokens of training, more than fit in 2 minutes',
  ],
  [
    { reason: 'narrowest', ...model, minutes: 1 },
    '1 × 150 lstm at 32,557 tokens/s here: the smallest candidate; a wider one needs more than 1 minute',
  ],
  [
    { reason: 'widest-for-text', ...model },
    '1 × 150 lstm at 32,557 tokens/s here: the widest for a text of this length',
  ],
  [{ reason: 'epochs-asked', epochs: 1 }, '1 epoch, as requested'],
  [
    { reason: 'part-of-text', maxTokens: 12345, minutes: 9 },
    'one epoch on the first 12,345 tokens; the whole text needs --minutes 9',
  ],
  [{ reason: 'epochs-enough', epochs: 40 }, '40 epochs: more epochs would overfit a text this short'],
  [{ reason: 'epochs-fit', epochs: 12, minutes: 1 }, '12 epochs: as many as fit in 1 minute (--minutes)'],
  [{ reason: 'epochs-fit', epochs: 1, minutes: 0.2 }, '1 epoch: as many as fit in 0.2 minutes (--minutes)'],
])('%j is printed with the flags that reproduce the choice', (reason, sentence) => {
  const repeat =
    'reproduce with: --cell rnn --layers 1 --embedding 150 --hidden 150 --dropout 0.3 --lr 5 --batch 20 --epochs 12';
  expect(chosenLines({ chosen: [reason], recipe })).toEqual([sentence, repeat]);
  const part = { ...recipe, maxTokens: 500 };
  expect(chosenLines({ chosen: [reason], recipe: part })[1]).toBe(`${repeat} --max-tokens 500`);
});

test('a new length is told with its reason', () => {
  const lengths = { step: 420, seconds: 12.4, before: 4200, steps: 5800, tokensPerSecond: 50_949.6 };
  expect(replanMessage({ event: 'replan', epoch: 1, ...lengths, recipe })).toBe(
    'Replanned at step 420 (0:12) for 50,950 tokens/s: 5,800 steps instead of 4,200 fit into the time budget.',
  );
});

test('the flags that reproduce a run have the length that it had in the end', () => {
  const reason = { reason: 'epochs-fit', epochs: 12, minutes: 1 } as const;
  const final = { ...recipe, epochs: 17, maxSteps: 5800, planned: '4200:420' };
  const sizes = '--cell rnn --layers 1 --embedding 150 --hidden 150 --dropout 0.3 --lr 5 --batch 20';
  const flags = `${sizes} --max-steps 5800 --planned 4200:420`;
  expect(reproducingFlags({ chosen: [reason], recipe: final })).toBe(flags);
  // A resumed run doesn't know how its tokens were chosen.
  expect(reproducingFlags({ chosen: [], recipe: { ...final, vocabSize: 900 } })).toBe(
    `--tokens word --vocab-size 900 --optimizer sgd ${flags}`,
  );
  expect(reproducingFlags({ chosen: [], recipe })).toBeNull();
});

test.each<[Reason, string, string]>([
  [
    { reason: 'tokenised-text' },
    'word tokens: this text is already tokenised at white space (--tokens)',
    '--tokens bpe ',
  ],
  [
    { reason: 'words-by-size' },
    'word tokens: --vocab-size of this size applies to words only',
    '--tokens bpe ',
  ],
  [
    { reason: 'raw-text', vocabSize: 2200 },
    'bpe with 2,200 pieces: this text is not tokenised (--tokens, --vocab-size)',
    '--tokens bpe --vocab-size 2200 ',
  ],
  [
    { reason: 'pieces-for-text', vocabSize: 2200 },
    '2,200 pieces: suits a text of this length (--vocab-size)',
    '--vocab-size 2200 ',
  ],
  [
    { reason: 'fewer-pieces', learnt: 900, vocabSize: 2200 },
    '900 pieces, not 2,200: no other pair occurs twice in this text',
    '',
  ],
])('%j is printed with the flags that reproduce it', (reason, sentence, flags) => {
  const pieces = { ...recipe, tokens: 'bpe', vocabSize: 2200 } as const;
  const [first, repeat] = chosenLines({ chosen: [reason], recipe: pieces });
  expect(first).toBe(sentence);
  expect(repeat).toMatch(new RegExp(`^reproduce with: ${flags}--cell rnn --layers 1 `));
});

test('without automatic choices nothing is printed', () => {
  expect(chosenLines({ chosen: [], recipe })).toEqual([]);
});

test('warnings name flags and say what happens next', () => {
  const file = 'a.checkpoint-1.safetensors';
  expect(
    warningMessage({ event: 'warning', reason: 'other-arithmetic', file, before: 'blas', now: 'wasm' }),
  ).toBe(
    `--resume: ${file} was computed with blas, and the run resumes with wasm; from here on, the results are equally good but not bit-identical. ` +
      'Use the same --backend and --threads if that matters.',
  );
  const full = { event: 'warning', code: 'disk-full', message: 'm: the disk is full.' } as const;
  expect(warningMessage({ ...full, reason: 'model-not-saved' })).toBe(
    'm: the disk is full. Training continues; saving is retried at the end.',
  );
  expect(warningMessage({ ...full, reason: 'checkpoint-not-saved' })).toBe(
    'm: the disk is full. Training continues without this checkpoint.',
  );
});

const failed: FailedEvent = { event: 'failed', code: 'diverged', message: 'No.', out: 'm', savedEpoch: null };

test('a failure names the model file that it leaves', () => {
  expect(failureMessage(failed)).toBe('No. No model file was written by this run.');
  expect(failureMessage({ ...failed, savedEpoch: 3 })).toBe('No. m has the weights of epoch 3.');
});

test('in JSON, warnings and failures have messages, choices have sentences, and steps can be omitted', () => {
  const lines: string[] = [];
  const write = jsonLines((line) => lines.push(line), 2);
  const step = {
    event: 'step',
    epoch: 1,
    share: 1,
    loss: 1,
    trainPerplexity: 1,
    trainBitsPerByte: 1,
    trainBitsPerCharacter: 1,
    tokensPerSecond: 1,
    gradientNorm: null,
    lr: 1,
  } as const;
  const events: RunEvent[] = [
    { event: 'warning', reason: 'model-not-saved', code: 'disk-full', message: 'm: full.' },
    failed,
    { ...step, step: 1 },
    { ...step, step: 2 },
    { event: 'checkpoint', epoch: 1, step: 2, file: 'c' },
  ];
  for (const event of events) write(event);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'warning', message: 'm: full. Training continues; saving is retried at the end.' },
    { event: 'failed', message: 'No. No model file was written by this run.' },
    { ...step, step: 2 },
    { event: 'checkpoint', epoch: 1, step: 2, file: 'c' },
  ]);
});
