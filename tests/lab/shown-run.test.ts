import { expect, test } from 'vitest';
import type { RunMessage } from '../../lab/src/engine/runs/calls.ts';
import { RECENT_STEPS, RecentLoss } from '../../lab/src/engine/runs/recent-loss.ts';
import { afterMessages, MOST_POINTS, newRun } from '../../lab/src/state/shown-run.ts';
import { curvesOf, notesOf } from '../../lab/src/views/train/curves.ts';

const name = 'run-1.safetensors';
const begun = newRun({ name, text: 'text', state: 'running', error: null, notKept: null });

function step(seconds: number, recentPerplexity = 1000 - seconds): RunMessage {
  const measured = { loss: 1, trainPerplexity: 7, tokensPerSecond: 10, gradientNorm: 1, lr: 1 };
  const event = { event: 'step' as const, epoch: 1, step: seconds, share: 0.5, ...measured };
  const bits = { trainBitsPerByte: null, trainBitsPerCharacter: null };
  return { kind: 'event', name, seconds, recentPerplexity, event: { ...event, ...bits } } as RunMessage;
}

function epoch(number: number, seconds: number, validPerplexity: number): RunMessage {
  const measured = { step: number, trainPerplexity: 5, validPerplexity, tokensPerSecond: 10 };
  return {
    kind: 'event',
    name,
    seconds,
    recentPerplexity: 6,
    event: { event: 'epoch', epoch: number, ...measured },
  } as RunMessage;
}

test('a run of any length has a bounded number of points, with the first and the newest', () => {
  let run = begun;
  for (let batch = 0; batch < 10; batch++) {
    run = afterMessages(
      run,
      Array.from({ length: 700 }, (_, i) => step(batch * 700 + i)),
    );
    expect(run.train.at(-1)).toEqual({ seconds: batch * 700 + 699, perplexity: 301 - batch * 700 });
  }
  for (const { length, ...points } of [run.train, run.learning]) {
    expect(length).toBeGreaterThan(MOST_POINTS / 2);
    expect(length).toBeLessThanOrEqual(MOST_POINTS);
    expect(points[0].seconds).toBe(0);
  }
});

test('the best epoch stays when its point was thinned out', () => {
  const perplexities = Array.from({ length: 5000 }, (_, i) => (i === 1234 ? 2 : 3 + (i % 7)));
  const run = afterMessages(
    begun,
    perplexities.map((perplexity, i) => epoch(i + 1, i, perplexity)),
  );
  expect(run.best).toEqual({ epoch: 1235, seconds: 1234, perplexity: 2 });
  expect(run.valid.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(run.valid.at(-1)?.epoch).toBe(5000);
});

test('messages in one batch give the same run as one by one', () => {
  const messages: RunMessage[] = [
    { kind: 'baselines', name, unigram: 300, bigram: 80 },
    step(1),
    epoch(1, 2, 90),
    { kind: 'sample', name, epoch: 1, text: 'the cat' },
    step(3),
    epoch(2, 4, 95),
  ];
  const apart = messages.reduce((run, message) => afterMessages(run, [message]), begun);
  expect(afterMessages(begun, messages)).toEqual(apart);
  expect(apart).toMatchObject({ epoch: 2, best: { epoch: 1 }, samples: [{ epoch: 1, seconds: 2 }] });
});

test('the chart names the baselines on their lines, and marks the best epoch and the chosen one', () => {
  const names = { train: 'training', valid: 'validation', unigram: 'unigram', bigram: 'bigram' };
  const messages: RunMessage[] = [
    { kind: 'baselines', name, unigram: 300, bigram: 80 },
    epoch(1, 2, 90),
    epoch(2, 4, 85),
    epoch(3, 6, 88),
  ];
  const run = afterMessages(begun, messages);
  const texts = { ...names, best: (number: number) => `best epoch ${number}` };
  expect(notesOf([run], run, texts, 3, 'light')).toMatchObject([
    { kind: 'name', text: 'unigram', x: 6, y: 300 },
    { kind: 'name-below', text: 'bigram', x: 6, y: 80 },
    { kind: 'best', text: 'best epoch 2', x: 4, y: 85 },
    { kind: 'chosen', x: 6, y: 88 },
  ]);
  expect(notesOf([run, begun], run, texts, null, 'light')[0]).toMatchObject({ text: 'run-1 unigram' });
  const others = Array.from({ length: 3 }, (_, i) => ({ ...run, facts: { ...run.facts, name: `run-${i}` } }));
  const { series } = curvesOf([run, ...others], run, names, 'dark');
  const looks = series.map(({ stroke, dash }) => `${stroke} ${dash}`);
  expect(new Set(looks).size).toBe(4 + 2);
});

test('the curve has the perplexity of the recent steps, the status line that of the epoch', () => {
  const run = afterMessages(begun, [step(1, 90), epoch(1, 2, 80), step(3, 70)]);
  expect(run.train.map(({ perplexity }) => perplexity)).toEqual([90, 6, 70]);
  expect(run.trainPerplexity).toBe(7);
});

test('a run that is resumed has the reasons of its first start', () => {
  const start = (seconds: number, chosen: readonly object[]) =>
    ({
      kind: 'event',
      name,
      seconds,
      recentPerplexity: null,
      event: { event: 'start', chosen },
    }) as RunMessage;
  const reasons = [{ reason: 'epochs-enough', epochs: 3 }];
  const run = afterMessages(begun, [start(0, reasons), step(1), start(2, [])]);
  expect(run.start?.chosen).toEqual(reasons);
});

test('the recent perplexity is exp of the mean loss of the last steps', () => {
  const recent = new RecentLoss();
  expect(recent.perplexity).toBeNull();
  for (const loss of [9, ...Array(RECENT_STEPS / 2).fill(1), ...Array(RECENT_STEPS / 2).fill(3)])
    recent.add(loss);
  expect(recent.perplexity).toBeCloseTo(Math.exp(2), 10);
});

test('a run that begins again, because it had no checkpoint yet, has no points of before', () => {
  const start = { kind: 'event', name, seconds: 0, event: { event: 'start', chosen: [], resumed: null } };
  const baselines: RunMessage = { kind: 'baselines', name, unigram: 9, bigram: 5 };
  const before = afterMessages(begun, [baselines, start as unknown as RunMessage, step(1), epoch(1, 2, 7)]);
  expect(before.valid).toHaveLength(1);
  const again = afterMessages(before, [baselines, start as unknown as RunMessage, step(1)]);
  expect([again.train.length, again.valid, again.best]).toEqual([1, [], null]);
  expect(again.baselines).toEqual({ unigram: 9, bigram: 5 });
});

test('a run that is replanned has the recipe of its new length', () => {
  const about = { kind: 'event', name, seconds: 0, recentPerplexity: null } as const;
  const start = { event: 'start', chosen: [], resumed: null, recipe: { epochs: 3 } };
  const replan = { event: 'replan', recipe: { epochs: 4, maxSteps: 120, planned: '57:6' } };
  const run = afterMessages(begun, [
    { ...about, event: start } as unknown as RunMessage,
    { ...about, event: replan } as unknown as RunMessage,
  ]);
  expect(run.start?.recipe).toEqual(replan.recipe);
});
