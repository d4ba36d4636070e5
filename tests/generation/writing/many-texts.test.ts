import { expect, test, vi } from 'vitest';
import { generate } from '../../../src/generation/writing/generate.ts';
import { writeMany } from '../../../src/generation/writing/many-texts.ts';
import { encodePrompt, type Prompt } from '../../../src/generation/writing/prompt.ts';
import { type Completed, type SamplingSettings, textOf } from '../../../src/generation/writing/write-text.ts';
import { Random } from '../../../src/tensor/random.ts';
import { collect } from '../../support/collect.ts';
import { savedModel } from '../../support/served.ts';

const saved = savedModel('word');
const drawing: SamplingSettings = { length: 40, stop: ['cat', 'door', '.'], seed: 7, choice: {} };
const never = new AbortController().signal;

/** Prompts of many lengths, as many as are asked for. */
async function* prompts(count: number = Number.POSITIVE_INFINITY): AsyncGenerator<Prompt, void> {
  const text = 'the old cat sat on the mat and it was late';
  for (let i = 0; i < count; i++)
    yield encodePrompt(
      text
        .split(' ')
        .slice(i % 7)
        .join(' '),
      saved,
    );
}

/** What a prompt alone gives. */
async function alone({ ids: prompt }: Prompt, seed: number): Promise<number[]> {
  const { length, stop } = drawing;
  const random = new Random(seed);
  const ids: number[] = [];
  for await (const id of generate(saved.model, { prompt, length, random })) {
    ids.push(id);
    if (stop.includes(saved.vocabulary.tokenOf(id))) break;
  }
  return ids;
}

test('each text is the same as its prompt alone with the seed + its index', async () => {
  const written = await collect(writeMany(saved, prompts(150), drawing, never));
  expect(written).toHaveLength(150);
  for (const [i, { prompt, ids, facts }] of written.entries()) {
    expect(facts).toEqual({ seed: 7 + i });
    expect(ids).toEqual(await alone(prompt, 7 + i));
    expect(textOf(saved, ids, drawing.stop)).not.toContain('cat');
  }
  expect(new Set(written.map(({ ids }) => ids.length)).size).toBeGreaterThan(10);
});

test('when a text ends another takes its slot, so no step waits for the longest text', async () => {
  const step = vi.spyOn(saved.model, 'step');
  const written = await collect(writeMany(saved, prompts(320), drawing, never));
  const steps = step.mock.calls.length;
  step.mockRestore();
  const lengths = written.map(({ ids }) => ids.length);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  expect(steps).toBeLessThanOrEqual(tokens / 64 + drawing.length);
  const batches = Array.from({ length: 5 }, (_, i) => Math.max(...lengths.slice(64 * i, 64 * i + 64)));
  expect(steps).toBeLessThan(batches.reduce((sum, length) => sum + length, 0));
});

test('endless prompts are read only as far as the buffer allows', async () => {
  let taken = 0;
  let told = 0;
  let ahead = 0;
  async function* counted(): AsyncGenerator<Prompt, void> {
    for await (const prompt of prompts()) {
      taken++;
      yield prompt;
    }
  }
  for await (const _ of writeMany(saved, counted(), drawing, never)) {
    ahead = Math.max(ahead, taken - told);
    if (++told === 600) break;
  }
  expect(told).toBe(600);
  expect(ahead).toBeLessThanOrEqual(8 * 64 + 1);
});

test('available prompts are processed without waiting for more', async () => {
  let come = () => {};
  async function* slow(): AsyncGenerator<Prompt, void> {
    yield* prompts(2);
    await new Promise<void>((resolve) => {
      come = resolve;
    });
    yield* prompts(1);
  }
  const texts = writeMany(saved, slow(), drawing, never);
  for (const seed of [7, 8]) expect((await texts.next()).value).toMatchObject({ facts: { seed } });
  const third = texts.next();
  come();
  expect((await third).value).toMatchObject({ facts: { seed: 9 } });
  expect((await texts.next()).done).toBe(true);
});

test('an error of the prompts is thrown after the texts of earlier prompts', async () => {
  async function* broken(): AsyncGenerator<Prompt, void> {
    yield* prompts(70);
    throw new Error('line 71');
  }
  const written: Completed[] = [];
  const all = async () => {
    for await (const one of writeMany(saved, broken(), drawing, never)) written.push(one);
  };
  await expect(all()).rejects.toThrow('line 71');
  expect(written).toHaveLength(70);
});

test('aborting ends it without unfinished texts', async () => {
  const interrupt = new AbortController();
  const endless = { ...drawing, length: Number.POSITIVE_INFINITY, stop: [] };
  setTimeout(() => interrupt.abort(), 0);
  expect(await collect(writeMany(saved, prompts(), endless, interrupt.signal))).toEqual([]);
});
