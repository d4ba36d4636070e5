import { expect, test } from 'vitest';
import type { Plan } from '../../../src/recipe/plan.ts';
import { slowStepWarning } from '../../../src/recipe/run/slow-step.ts';
import { smallRecipe } from '../../support/small-plan.ts';

const recipe = { ...smallRecipe, batch: 100, time: 200 };
const small = { cell: 'rnn', vocabSize: 10, embeddingSize: 4, hiddenSize: 4, layers: 1 } as const;
const trial = (tokensPerSecond: number) =>
  ({ reason: 'widest-for-text', layers: 1, hidden: 4, cell: 'rnn', tokensPerSecond }) as const;
const warnings = (config: Plan['model']['config'], reasons: Plan['reasons']) => [
  ...slowStepWarning({ recipe, model: { config } as Plan['model'], reasons }),
];

test('a step expected to take over 30 seconds is reported before training', () => {
  expect(warnings(small, [trial(500)])).toEqual([
    { event: 'warning', reason: 'slow-step', seconds: 40, batch: 100, time: 200 },
  ]);
  expect(warnings(small, [trial(1000)])).toEqual([]);
});

test('without a trial, the nominal speed is used', () => {
  expect(warnings(small, [])).toEqual([]);
  expect(warnings({ ...small, hiddenSize: 5000, layers: 2 }, [])).toMatchObject([{ reason: 'slow-step' }]);
});
