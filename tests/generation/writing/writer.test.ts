import { afterEach, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readAhead } from '../../../src/generation/writing/read-ids.ts';
import { Writer, type WriterOptions, writeNext } from '../../../src/generation/writing/writer.ts';
import { cellNames } from '../../../src/models/cells.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { livelyModel } from '../../support/served.ts';

const V = 9;
const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 1 });
const model = livelyModel(V);
const prompt = Int32Array.of(3, 1, 4, 1, 5);

afterEach(() => vi.restoreAllMocks());

const open = (options: Partial<WriterOptions> = {}, by = model) =>
  new Writer(by, { prompt, random: new Random(1), ...options });

function textOf(seed: number, length: number): Int32Array {
  const random = new Random(seed);
  return Int32Array.from({ length }, () => Math.floor(V * random.uniform()));
}

/** log softmax of the scores after `ids`, read anew. */
function logProbabilities(ids: readonly number[]): number[] {
  const scores = [...model.step(Int32Array.from(ids), [model.state()]).values()];
  const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
  return scores.map((score) => score - Math.log(sum));
}

describe('the log-probabilities of a writer', () => {
  const choosings = [
    {},
    { temperature: 0 },
    { banned: [2, 3], topK: 3, repetitionPenalty: 2, temperature: 0.3 },
  ];

  test.each(choosings)('are those of the model, for any sampling options: %o', (choosing) => {
    const writer = open({ alternatives: 3, ...choosing });
    const text = [...prompt];
    for (let k = 0; k < 10; k++) {
      const [id] = writeNext(model, [writer]);
      const expected = logProbabilities(text);
      expect(writer.note?.logProbability).toBeCloseTo(expected[id], 10);
      const likely = [...expected.keys()].sort((a, b) => expected[b] - expected[a]).slice(0, 3);
      expect(writer.note?.alternatives.map((one) => one.id)).toEqual(likely);
      writer.note?.alternatives.forEach(({ probability }, i) =>
        expect(Math.log(probability)).toBeCloseTo(expected[likely[i]], 10),
      );
      text.push(id);
    }
  });

  test('are null before the first token, and if not requested', () => {
    const [asked, unasked] = [open({ alternatives: 0 }), open()];
    expect(asked.note).toBeNull();
    const [id, same] = writeNext(model, [asked, unasked]);
    expect(asked.note?.alternatives).toEqual([]);
    expect(unasked.note).toBeNull();
    expect(id).toBe(same);
  });

  test('of all tokens or more include all, and the probabilities sum to 1', () => {
    const writer = open({ alternatives: 50 });
    writeNext(model, [writer]);
    const { alternatives } = writer.note!;
    expect(new Set(alternatives.map(({ id }) => id)).size).toBe(V);
    expect(alternatives.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });
});

describe('a writer with a cached state', () => {
  test('generates the same as one that read the prompt itself', () => {
    const state = model.state();
    model.read(prompt.subarray(0, 4), [state]);
    const options = { repetitionPenalty: 3, repetitionWindow: 10 };
    const [skipping, whole] = [open({ ...options, state }), open(options)];
    skipping.skip(4);
    expect(skipping.unread).toEqual(prompt.subarray(4));
    for (let k = 0; k < 20; k++) {
      const [a] = writeNext(model, [skipping]);
      expect([a]).toEqual(writeNext(model, [whole]));
    }
  });

  test('does not change its prompt', () => {
    const writer = open();
    writer.skip(2);
    writer.skip(1);
    expect(writer.unread).toEqual(Int32Array.of(1, 5));
    expect(prompt).toEqual(Int32Array.of(3, 1, 4, 1, 5));
  });
});

test.each([1e-300, 1e300])('a temperature of %d equals the limit, also in float32', (temperature) => {
  const by = livelyModel(V, wasm);
  const scores = by.step(Int32Array.of(3), [by.state()]);
  const values = [...scores.values()];
  const writer = open({ temperature, random: { uniform: () => 0.5 } as Random }, by);
  const drawn = by.draw(scores, [writer.draw()]);
  // The highest, or the one in the middle where all are alike.
  expect(drawn[0]).toBe(temperature < 1 ? values.indexOf(Math.max(...values)) : Math.floor(V / 2));
});

/** Of each call of `read` from now on, how many streams it has and how many ids of each. */
function sizesOf(by: RecurrentLM): [N: number, T: number][] {
  const sizes: [number, number][] = [];
  const read = by.read.bind(by);
  vi.spyOn(by, 'read').mockImplementation((ids, states) => {
    sizes.push([states.length, ids.length / states.length]);
    read(ids, states);
  });
  return sizes;
}

describe('prompts read in a batch', () => {
  test.each(
    cellNames.flatMap((cell) => [
      { cell, name: 'reference', backend: reference },
      { cell, name: 'wasm', backend: wasm },
    ]),
  )('leave the states of each alone, to the bit: $cell on $name', ({ cell, backend }) => {
    const by = livelyModel(V, backend, { cell });
    const texts = [2, 150, 30, 65, 30, 7].map((length, i) => textOf(i, length));
    const readers = texts.map((text) => open({ prompt: text }, by));
    for (;;) {
      const behind = readers.filter(({ unread }) => unread.length > 1);
      if (behind.length === 0) break;
      readAhead(by, behind);
    }
    readers.forEach(({ state, unread }, i) => {
      expect(unread).toEqual(texts[i].subarray(-1));
      const alone = by.state();
      for (const id of texts[i].subarray(0, -1)) by.step(Int32Array.of(id), [alone]);
      expect(state).toEqual(alone);
    });
  });

  test('are read up to the shortest of similar length, in bounded chunks', () => {
    const sizes = sizesOf(model);
    const ahead = (...lengths: number[]) =>
      readAhead(
        model,
        lengths.map((length, i) => open({ prompt: textOf(i, length) })),
      );
    ahead(2, 100);
    ahead(200, 100, 40);
    ahead(200, 100);
    ahead(65);
    ahead(...new Array(128).fill(100));
    ahead(...new Array(2100).fill(3));
    expect(sizes).toEqual([
      [1, 1],
      [1, 64], // 100, and by itself
      [3, 39],
      [2, 64],
      [1, 64],
      [128, 16],
      [2100, 1],
    ]);
  });

  test('need few calls of the model, then one step for all', () => {
    const [sizes, step] = [sizesOf(model), vi.spyOn(model, 'step')];
    const writers = [10, 40, 10, 1, 40].map((length, i) => open({ prompt: textOf(i, length) }));
    writeNext(model, writers);
    expect(sizes).toEqual([
      [2, 9],
      [2, 39],
    ]);
    expect(step.mock.calls.map(([, states]) => states.length)).toEqual([5]);
    writeNext(model, writers);
    expect(sizes).toHaveLength(2);
  });
});
