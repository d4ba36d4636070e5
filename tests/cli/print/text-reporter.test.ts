import { afterEach, expect, test, vi } from 'vitest';
import { textReporter } from '../../../src/cli/print/text-reporter.ts';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';
import type { EpochEvent, ResumedAt, RunEvent } from '../../../src/recipe/run/events.ts';

afterEach(() => void vi.useRealTimers());

const start = (resumed: ResumedAt | null): RunEvent => ({
  event: 'start',
  chosen: [],
  notes: [],
  recipe: { ...defaultRecipe, epochs: 4, randomTime: true },
  corpus: { files: [], tokens: 1, valid: null, test: null },
  config: { cell: 'rnn', vocabSize: 9, embeddingSize: 1, hiddenSize: 1, layers: 1 },
  parameters: 1,
  backend: 'none',
  plannedBytes: 1,
  trainTokens: 1,
  validUnknownRate: null,
  testUnknownRate: null,
  stepsPerEpoch: 50,
  resumed,
  unfinished: null,
  out: 'm',
});

/** What is said of a step that comes after so many seconds. */
function lineAfter(seconds: number, resumed: ResumedAt | null, epoch: number, share: number): string {
  vi.useFakeTimers({ toFake: ['performance'] });
  const said: string[] = [];
  const tell = textReporter((text) => said.push(text));
  tell(start(resumed));
  vi.advanceTimersByTime(1000 * seconds);
  const bits = { trainBitsPerByte: 1, trainBitsPerCharacter: 1 };
  const rates = { gradientNorm: null, lr: 1 };
  tell({
    event: 'step',
    epoch,
    step: 999,
    share,
    loss: 1,
    trainPerplexity: 7,
    ...bits,
    tokensPerSecond: 5,
    ...rates,
  });
  return said.at(-1) as string;
}

test('progress and remaining time depend on the tokens, not on the number of steps', () => {
  const line = lineAfter(60, null, 2, 0.5);
  expect(line).toMatch(/^epoch 2\/4 {2}50% {2}25\/50 .* 1:40 left$/);
});

test('the remaining time of a resumed run is based on the speed of this process', () => {
  const resumed = { file: 'c', epoch: 3, step: 700, share: 0.5 };
  expect(lineAfter(60, resumed, 3, 0.75)).toMatch(/^epoch 3\/4 {2}75% {2}38\/50 .* 5:00 left$/);
});

const epoch: EpochEvent = {
  event: 'epoch',
  ...{ epoch: 2, step: 100, tokensPerSecond: 38_509, saved: false, bestEpoch: 1 },
  ...{ trainPerplexity: 196.06, trainBitsPerByte: 1.7861, trainBitsPerCharacter: 1.7861 },
  ...{ validPerplexity: 100.31, validBitsPerByte: 1.5532, validBitsPerCharacter: 4.1 },
};

function linesOf(event: EpochEvent): string[] {
  const said: string[] = [];
  const tell = textReporter((text) => said.push(text));
  tell(start(null));
  said.length = 0;
  tell(event);
  return said;
}

test('an epoch shows bits next to each perplexity, within 80 columns for ASCII text', () => {
  const [train, valid] = linesOf(epoch);
  expect(train).toBe('epoch 2/4  train perplexity 196.06, 1.786 bits/byte  38,509 tokens/s  0:00');
  expect(valid).toMatch(
    /^ {11}valid perplexity 100\.31, 1\.553 bits\/byte, 4\.100\/character {2}not saved; best epoch 1$/,
  );
  const ascii = linesOf({ ...epoch, validBitsPerCharacter: 1.5532 });
  for (const line of ascii) expect(line.length).toBeLessThanOrEqual(80);
});

test('without a validation text, an epoch reports saving on its own line', () => {
  const none = { validPerplexity: null, validBitsPerByte: null, validBitsPerCharacter: null };
  expect(linesOf({ ...epoch, ...none })[1]).toBe(`${' '.repeat(11)}not saved; best epoch 1`);
});
