import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { type GenerateOptions, generate, generateBatch } from '../../../src/generation/writing/generate.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { Writer, writeNext } from '../../../src/generation/writing/writer.ts';
import { type Cell, cellNames } from '../../../src/models/cells.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { collect } from '../../support/collect.ts';

const V = 8;
const config = { cell: 'rnn', vocabSize: V, embeddingSize: 6, hiddenSize: 10, layers: 2 } as const;
const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 1 });
const prompt = Int32Array.of(3, 1, 4, 1, 5);

/** A model whose scores differ enough that the past matters. */
function open(backend = reference, cell: Cell = 'rnn'): RecurrentLM {
  const model = new RecurrentLM(backend, { ...config, cell }, new Random(6));
  const random = new Random(7);
  for (const { value } of model.params) value.set(value.values().map(() => 0.7 * random.normal()));
  return model;
}

/** The first `count` ids of a text that has no end. */
function take(model: RecurrentLM, options: Partial<GenerateOptions>, count: number): Promise<number[]> {
  return collect(generate(model, { prompt, random: new Random(1), ...options }), count);
}

/** The scores after all of `ids`, from one pass over them at once. */
function scoresOfWhole(model: RecurrentLM, ids: readonly number[]): Float64Array {
  const whole = Int32Array.from(ids);
  const { xs } = model.place({ N: 1, T: whole.length, xs: whole, ts: whole });
  return model
    .predict(xs)
    .step(whole.length - 1)
    .values();
}

describe('generate', () => {
  test('after k tokens has the logits of reading the whole text at once', () => {
    const [stepwise, whole] = [open(), open()];
    const text = [...prompt];
    const state = stepwise.state();
    let scores = logitsAfter(stepwise, prompt, state);
    for (let k = 0; k < 12; k++) {
      whole.resetState();
      scoresOfWhole(whole, text).forEach((score, id) => expect(scores[id]).toBeCloseTo(score, 10));
      text.push((3 * k) % V);
      scores = logitsAfter(stepwise, Int32Array.of(text.at(-1) as number), state);
    }
  });

  test('is greedy decoding at temperature 0', async () => {
    const [model, judge] = [open(), open()];
    const text = [...prompt];
    for (const id of await take(model, { temperature: 0 }, 20)) {
      judge.resetState();
      const scores = scoresOfWhole(judge, text);
      expect(id).toBe(scores.indexOf(Math.max(...scores)));
      text.push(id);
    }
  });

  test('reads each token of the prompt and each generated token once', async () => {
    const model = open();
    const read: number[] = [];
    for (const name of ['read', 'step'] as const) {
      const real = model[name].bind(model) as typeof model.step;
      vi.spyOn(model, name).mockImplementation((ids, states) => {
        read.push(...ids);
        return real(ids, states);
      });
    }
    const ids = await take(model, { random: new Random(3) }, 10);
    expect(read).toEqual([...prompt, ...ids.slice(0, -1)]);
  });

  test('depends on the whole prompt, including its first token', () => {
    const scores = (...ids: number[]) => logitsAfter(open(), Int32Array.from(ids));
    expect(scores(0, 1, 2)).not.toEqual(scores(5, 1, 2));
    expect(scores(1, 2)).not.toEqual(scores(1, 1, 2));
  });

  test('reads a long prompt in blocks, and the last token once', async () => {
    const long = Int32Array.from({ length: 150 }, (_, i) => (i * 5) % V);
    const scores = logitsAfter(open(), long);
    scoresOfWhole(open(), [...long]).forEach((score, id) => expect(scores[id]).toBeCloseTo(score, 10));
    const [id] = await take(open(), { prompt: long, temperature: 0 }, 1);
    expect(id).toBe(scores.indexOf(Math.max(...scores)));
  });

  test('continues from a state as if its text were part of the prompt', async () => {
    const model = open();
    const state = model.state();
    logitsAfter(model, prompt.subarray(0, 2), state);
    const rest = prompt.subarray(2);
    expect(await take(model, { prompt: rest, state }, 20)).toEqual(await take(model, {}, 20));
  });

  test('gives ids that depend only on the seed, not on earlier use of the model', async () => {
    const model = open();
    const run = (seed: number) => take(model, { random: new Random(seed) }, 40);
    const first = await run(1);
    const block = { N: 3, T: 2, xs: new Int32Array(6), ts: new Int32Array(6) };
    const { xs, ts } = model.place(block);
    model.forward(xs, ts);
    const carried = model.getState();
    expect(await run(2)).not.toEqual(first);
    expect(await run(1)).toEqual(first);
    expect(model.getState()).toEqual(carried);
  });

  test('never generates a banned id', async () => {
    const ids = await take(open(), { banned: [0, 2, 4], temperature: 3 }, 300);
    expect(new Set(ids)).toEqual(new Set([1, 3, 5, 6, 7]));
  });

  test('repeats less with a penalty, including tokens of the prompt', async () => {
    const greedy = { temperature: 0, repetitionWindow: V } as const;
    const free = await take(open(), greedy, 40);
    const penalised = await take(open(), { ...greedy, repetitionPenalty: 5 }, 40);
    expect(new Set(penalised).size).toBeGreaterThan(new Set(free).size);
    const scores = logitsAfter(open(), prompt);
    const expected = scores.map((score, id) =>
      prompt.includes(id) ? (score > 0 ? score / 5 : score * 5) : score,
    );
    expect(penalised[0]).toBe(expected.indexOf(Math.max(...expected)));
  });

  test('ends after its length, or when done returns true', async () => {
    expect(await take(open(), { length: 7 }, 100)).toHaveLength(7);
    let asked = 0;
    expect(await take(open(), { done: () => ++asked > 3 }, 100)).toHaveLength(3);
  });

  test('has constant memory: the 500th token needs no more than the 10th', async () => {
    const model = open(wasm);
    const ids = generate(model, { prompt, random: new Random(1), repetitionPenalty: 1.1 });
    const used: number[] = [];
    for (let i = 0; i < 500; i++) {
      await ids.next();
      used.push(wasm.arena.bytesUsed);
    }
    expect(used[499]).toBe(used[9]);
  });

  test('yields to timers', async () => {
    const model = open();
    let rang = false;
    setTimeout(() => {
      rang = true;
    }, 0);
    await collect(generate(model, { prompt, random: new Random(1), done: () => rang }), 1e6);
    expect(rang).toBe(true);
  });

  test('refuses an empty prompt and an id outside the vocabulary', async () => {
    const from = (...ids: number[]) => take(open(), { prompt: Int32Array.from(ids) }, 1);
    await expect(from()).rejects.toThrow('generate: the prompt is empty; it needs at least one token');
    await expect(from(1, V)).rejects.toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
  });
});

describe.each(cellNames)('texts of a model of %s', (cell) => {
  test.each([
    ['reference', reference],
    ['wasm', wasm],
  ] as const)('are the same interleaved at random, and in one batch, as alone, on %s', async (_, backend) => {
    const model = open(backend, cell);
    const random = new Random(11);
    const options = [1, 2, 3, 4].map((seed) => ({
      prompt: Int32Array.from({ length: seed }, (_, i) => (seed * 3 + i) % V),
      seed,
      length: 25,
      temperature: 1.5,
      topP: 0.9,
      repetitionPenalty: seed % 2 === 0 ? 1.3 : 1,
    }));
    const withRandom = () => options.map(({ seed, ...rest }) => ({ ...rest, random: new Random(seed) }));
    const alone: number[][] = [];
    for (const one of withRandom()) alone.push(await collect(generate(model, one)));

    const writers = withRandom().map((one) => new Writer(model, one));
    const interleaved: number[][] = writers.map(() => []);
    for (;;) {
      const open = [...writers.keys()].filter((n) => interleaved[n].length < 25);
      if (open.length === 0) break;
      const some = open.filter(() => random.uniform() < 0.6);
      if (some.length === 0) continue;
      const ids = writeNext(
        model,
        some.map((n) => writers[n]),
      );
      some.forEach((n, i) => interleaved[n].push(ids[i]));
    }
    expect(interleaved).toEqual(alone);

    const batch: number[][] = options.map(() => []);
    for await (const { text, id } of generateBatch(model, withRandom())) batch[text].push(id);
    expect(batch).toEqual(alone);
  });
});

test('a batch continues with the texts that are not finished', async () => {
  const options = [3, 0, 5].map((length) => ({ prompt, random: new Random(1), length }));
  const found = await collect(generateBatch(open(), options));
  expect(found.map(({ text }) => text)).toEqual([0, 2, 0, 2, 0, 2, 2, 2]);
});
