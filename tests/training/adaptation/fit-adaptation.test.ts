import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { fitAdaptation, type Trial } from '../../../src/training/adaptation/fit-adaptation.ts';
import { gradientStatistics } from '../../../src/training/adaptation/gradient-statistics.ts';
import { fitOnGrid } from '../../../src/training/adaptation/grid-fit.ts';
import { evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { trainingData } from '../../support/models.ts';

const reference = await openBackend('reference');
const { corpus, model } = trainingData(103, 30);

test('parameters are fitted on a grid, one after the other, each point once', async () => {
  const axes = { x: [0, 1, 2, 3, 4, 5], y: [-2, -1, 0, 1, 2] };
  const points: string[] = [];
  const measure = async ({ x, y }: { x: number; y: number }) => {
    points.push(`${x} ${y}`);
    return x === 5 ? Infinity : (x - 4) ** 2 + (y + 1) ** 2 + 0.5 * (x - 4) * (y + 1);
  };
  const found = await fitOnGrid(axes, { x: 1, y: 1 }, measure);
  expect(found).toEqual({ values: { x: 4, y: -1 }, loss: 0 });
  expect(new Set(points).size).toBe(points.length);
  await expect(fitOnGrid(axes, { x: 1.5, y: 1 }, measure)).rejects.toThrow(/x starts at 1.5, off its grid/);
});

test('the fitted settings are the best trials, and the loss is that of evaluate', async () => {
  const judged = model(reference);
  const statistics = await gradientStatistics(judged, corpus);
  for (const dynamic of [{}, { statistics }]) {
    const trials: Trial[] = [];
    const fitted = await fitAdaptation(
      judged,
      corpus,
      { dynamic, cache: {} },
      { onTrial: (trial) => trials.push(trial) },
    );
    for (const way of ['dynamic', 'cache'] as const) {
      const losses = trials.filter((trial) => trial.way === way).map(({ loss }) => loss);
      const { loss } = await evaluate(judged, corpus, { [way]: fitted[way] });
      expect(losses.length).toBeGreaterThan(3);
      expect(loss).toBe(Math.min(...losses));
      expect(loss).toBeLessThanOrEqual(losses[0]);
    }
  }
});

test('given settings are kept, and only the beginning of the text is read', async () => {
  const judged = model(reference);
  const losses: number[] = [];
  const options = { tokens: 40, onTrial: ({ loss }: Trial) => losses.push(loss) };
  const cache = { window: 7, theta: 0.4 };
  const fitted = await fitAdaptation(judged, corpus, { cache }, options);
  expect(fitted).toMatchObject({ cache });
  expect(Object.keys(fitted)).toEqual(['cache']);
  const first = await tokenLosses(judged, corpus.ids.subarray(0, 41), { cache });
  expect(losses[0]).toBeCloseTo(first.reduce((a, b) => a + b, 0) / 40, 14);
});

test('settings with which the weights diverge are not chosen', async () => {
  const trials: Trial[] = [];
  const options = { onTrial: (trial: Trial) => trials.push(trial) };
  await fitAdaptation(model(reference), corpus, { dynamic: { lr: 1e300 } }, options);
  expect(new Set(trials.map(({ loss }) => loss))).toEqual(new Set([Infinity]));
});
