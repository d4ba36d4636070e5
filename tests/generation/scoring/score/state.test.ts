import { describe, expect, test } from 'vitest';
import { score } from '../../../../src/generation/scoring/score.ts';
import type { ScoredLine } from '../../../../src/generation/scoring/scored-line.ts';
import { generate } from '../../../../src/generation/writing/generate.ts';
import { Random } from '../../../../src/tensor/random.ts';
import { lines, open, scored } from './scored.ts';

describe('the model', () => {
  test('keeps its carried state before, after and between lines', async () => {
    const model = open();
    const block = { N: 3, T: 2, xs: Int32Array.of(1, 2, 3, 4, 5, 6), ts: new Int32Array(6) };
    model.model.predict(model.model.place(block).xs);
    const before = model.model.getState();
    for (const state of ['line', 'carry'] as const) {
      for await (const _ of score(model, lines(40, 3), { state })) {
        expect(model.model.getState()).toEqual(before);
      }
    }
    expect(before?.N).toBe(3);
  });

  test('can be used between two lines: two scores and a generator do not interfere', async () => {
    const [model, judge] = [open(), open()];
    const [a, b] = [lines(40, 50), lines(40, 60)];
    const expected = [await scored(judge, a, { state: 'carry' }), await scored(judge, b, { state: 'carry' })];
    const chunked = (text: string) => text.split(/(?<=\n)/).map((line) => Promise.resolve(line));
    async function* slowly(text: string) {
      for (const line of chunked(text)) yield line;
    }
    const runs = [a, b].map((text) => score(model, slowly(text), { state: 'carry' }));
    const found: [ScoredLine[], ScoredLine[]] = [[], []];
    const options = { prompt: Int32Array.of(1), random: new Random(1) };
    const text = generate(model.model, options);
    const alone = generate(open().model, { ...options, random: new Random(1) });
    for (let i = 0; i < 40; i++) {
      found[0].push((await runs[0].next()).value as ScoredLine);
      expect((await text.next()).value).toBe((await alone.next()).value);
      found[1].push((await runs[1].next()).value as ScoredLine);
    }
    expect(found).toEqual(expected);
  });
});
