import { expect, test } from 'vitest';
import type { RunMessage } from '../../lab/src/engine/runs/calls.ts';
import { afterMessages, MOST_POINTS, newRun } from '../../lab/src/state/shown-run.ts';
import { curvesOf, notesOf } from '../../lab/src/views/train/curves.ts';

const name = 'run-1.safetensors';
const begun = newRun({ name, text: 'text', state: 'running', error: null, notKept: null });

function step(seconds: number): RunMessage {
  const measured = { loss: 1, trainPerplexity: 1000 - seconds, tokensPerSecond: 10, gradientNorm: 1, lr: 1 };
  const event = { event: 'step' as const, epoch: 1, step: seconds, share: 0.5, ...measured };
  const bits = { trainBitsPerByte: null, trainBitsPerCharacter: null };
  return { kind: 'event', name, seconds, event: { ...event, ...bits } } as RunMessage;
}

function epoch(number: number, seconds: number, validPerplexity: number): RunMessage {
  const measured = { step: number, trainPerplexity: 5, validPerplexity, tokensPerSecond: 10 };
  return {
    kind: 'event',
    name,
    seconds,
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
  const others = Array.from({ length: 3 }, (_, i) => ({ ...run, facts: { ...run.facts, name: `run-${i}` } }));
  const { series } = curvesOf([run, ...others], run, names, 'dark');
  const looks = series.map(({ stroke, dash }) => `${stroke} ${dash}`);
  expect(new Set(looks).size).toBe(4 + 2);
});
