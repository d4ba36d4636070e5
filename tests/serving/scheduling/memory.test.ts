import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { completeLazily } from '../../../src/serving/completions/complete.ts';
import { scoreLazily } from '../../../src/serving/score.ts';
import { openService, type Service } from '../../../src/serving/service.ts';
import { collectGarbage } from '../../support/garbage.ts';
import { served, someLimits } from '../../support/served.ts';

const words = Array.from({ length: 30 }, (_, i) => `word${i}`);
const text = (count: number) => Array.from({ length: count }, (_, i) => words[(7 * i) % 30]).join(' ');
const model = served(`${words.join(' ')}\n`, { unknown: '<unk>', cacheBytes: 0 });
/** Enough that what else is allocated or freed meanwhile hardly changes the mean. */
const COUNT = 8;

/** Memory in use, in bytes, when nothing else runs: once collecting garbage frees nothing more. */
async function used(): Promise<number> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    await setImmediate();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > before - 10_000) return heapUsed + external;
    before = heapUsed + external;
  }
}

/** The estimated and the measured bytes of one of several requests that are kept. */
async function compare(
  keep: (service: Service) => Promise<unknown>,
): Promise<{ counted: number; held: number }> {
  const service = openService([model], {
    ...someLimits,
    promptTokens: 1e5,
    maxTokens: 1e5,
    answerBytes: 1e9,
    memoryBytes: 1e12,
  });
  const kept = [await keep(service)];
  const [before, countedBefore] = [await used(), service.admission.bytes];
  for (let i = 0; i < COUNT; i++) kept.push(await keep(service));
  const held = ((await used()) - before) / COUNT;
  expect(kept).toHaveLength(COUNT + 1);
  return { counted: (service.admission.bytes - countedBefore) / COUNT, held };
}

/** Keeps slots, memory and answer. */
const admitted = { onAdmitted: () => {} };

describe('the estimated memory of a request covers what is held, and at most four times as much:', () => {
  test.each<[string, string, object]>([
    ['probabilities of a completion', 'completions', { prompt: 'word1', max_tokens: 150, logprobs: 20 }],
    [
      'probabilities of a prompt',
      'completions',
      { prompt: text(500), max_tokens: 0, echo: true, logprobs: 20 },
    ],
    ['a score with alternatives', 'score', { text: text(500), alternatives: 20 }],
    ['a score of short lines', 'score', { text: 'word1\n'.repeat(150), alternatives: 0, state: 'line' }],
    ['a score of unknown words', 'score', { text: 'no\n'.repeat(150), alternatives: 2 }],
  ])('%s', async (_, path, body) => {
    const call = path === 'score' ? scoreLazily : completeLazily;
    const { counted, held } = await compare((service) => call(service, { ...body }, admitted));
    expect(counted).toBeGreaterThan(held);
    expect(counted).toBeLessThan(4 * held);
  });

  test('a stream that waits for its client, which keeps no text', async () => {
    const paused: Promise<void>[] = [];
    const onPiece = vi.fn(() => paused[paused.push(new Promise(() => {})) - 1]);
    const keep = async (service: Service) => {
      const count = onPiece.mock.calls.length;
      void completeLazily(
        service,
        { prompt: text(500), max_tokens: 5, stream: true, echo: true, logprobs: 20 },
        { onPiece },
      );
      await vi.waitFor(() => expect(onPiece.mock.calls.length).toBe(count + 1), { interval: 1 });
    };
    const { counted, held } = await compare(keep);
    expect(counted).toBeGreaterThan(held);
    expect(counted).toBeLessThan(4 * held);
  });
});

test('a prompt of ids is kept as 32-bit integers while it waits, and other fields are not kept', async () => {
  const service = openService([model], { ...someLimits, promptTokens: 1e5, streams: 1 });
  await service.admission.enter(1, new AbortController().signal);
  const before = await used();
  const waiting = Array.from({ length: COUNT }, () => {
    const prompt = Array.from({ length: 20_000 }, (_, i) => i % 30);
    return completeLazily(service, { prompt, metadata: { note: 'x'.repeat(500_000) } }, {});
  });
  await setImmediate();
  expect(service.admission.queued).toBe(COUNT);
  const held = ((await used()) - before) / COUNT;
  expect(held).toBeLessThan(service.admission.bytes / COUNT);
  expect(waiting).toHaveLength(COUNT);
});
