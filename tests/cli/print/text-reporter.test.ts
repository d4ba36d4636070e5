import { afterEach, expect, test, vi } from 'vitest';
import { textReporter } from '../../../src/cli/print/text-reporter.ts';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';
import type { ResumedAt, RunEvent } from '../../../src/recipe/run/events.ts';

afterEach(() => void vi.useRealTimers());

const start = (resumed: ResumedAt | null): RunEvent => ({
  event: 'start',
  chosen: [],
  recipe: { ...defaultRecipe, epochs: 4, randomTime: true },
  corpus: { files: [], tokens: 1, valid: null, test: null },
  config: { cell: 'rnn', vocabSize: 9, wordvecSize: 1, hiddenSize: 1, layers: 1 },
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
  tell({ event: 'step', epoch, step: 999, share, loss: 1, trainPerplexity: 7, tokensPerSecond: 5 });
  return said.at(-1) as string;
}

test('progress and time left go by the share of the tokens, not by the count of steps', () => {
  const line = lineAfter(60, null, 2, 0.5);
  expect(line).toMatch(/^epoch 2\/4 {2}50% {2}25\/50 .* 1:40 left$/);
});

test('the time left of a resumed run comes from the pace of this process', () => {
  const resumed = { file: 'c', epoch: 3, step: 700, share: 0.5 };
  expect(lineAfter(60, resumed, 3, 0.75)).toMatch(/^epoch 3\/4 {2}75% {2}38\/50 .* 5:00 left$/);
});
