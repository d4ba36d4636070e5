import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { generate, scoresAfter } from '../../src/generation/generate.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';

const V = 8;
const config = { cell: 'rnn', vocabSize: V, wordvecSize: 6, hiddenSize: 10, layers: 2 } as const;
const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 1 });
const prompt = Int32Array.of(3, 1, 4, 1, 5);

/** A model whose scores differ enough that the past matters. */
function open(backend = reference): RecurrentLM {
  const model = new RecurrentLM(backend, config, new Random(6));
  const random = new Random(7);
  for (const { value } of model.params) value.set(value.values().map(() => 0.7 * random.normal()));
  return model;
}

function take(ids: Generator<number>, count: number): number[] {
  return Array.from({ length: count }, () => ids.next().value);
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
  test('after k tokens has the scores of the whole text before, read at once', () => {
    const [stepwise, whole] = [open(), open()];
    const text = [...prompt];
    let scores = scoresAfter(stepwise, prompt);
    for (let k = 0; k < 12; k++) {
      whole.resetState();
      scoresOfWhole(whole, text).forEach((score, id) => expect(scores[id]).toBeCloseTo(score, 10));
      text.push((3 * k) % V);
      scores = scoresAfter(stepwise, Int32Array.of(text.at(-1) as number));
    }
  });

  test('at temperature 0 takes the likeliest after the whole text, token by token', () => {
    const [model, judge] = [open(), open()];
    const text = [...prompt];
    for (const id of take(generate(model, { prompt, random: new Random(1), temperature: 0 }), 20)) {
      judge.resetState();
      const scores = scoresOfWhole(judge, text);
      expect(id).toBe(scores.indexOf(Math.max(...scores)));
      text.push(id);
    }
  });

  test('reads each token of the prompt once, and then each that it made', () => {
    const model = open();
    const read: number[] = [];
    const predictNext = model.predictNext.bind(model);
    vi.spyOn(model, 'predictNext').mockImplementation((xs) => {
      read.push(...xs.values());
      return predictNext(xs);
    });
    const ids = take(generate(model, { prompt, random: new Random(3) }), 10);
    expect(read).toEqual([...prompt, ...ids.slice(0, -1)]);
  });

  test('depends on the whole prompt, its first token too', () => {
    const scores = (...ids: number[]) => scoresAfter(open(), Int32Array.from(ids));
    expect(scores(0, 1, 2)).not.toEqual(scores(5, 1, 2));
    expect(scores(1, 2)).not.toEqual(scores(1, 1, 2));
  });

  test('gives the same ids for the same seed, others for another, whatever the model did before', () => {
    const model = open();
    const run = (seed: number) => take(generate(model, { prompt, random: new Random(seed) }), 40);
    const first = run(1);
    model.place({ N: 3, T: 2, xs: new Int32Array(6), ts: new Int32Array(6) });
    model.resetState();
    expect(run(2)).not.toEqual(first);
    expect(run(1)).toEqual(first);
  });

  test('starts after training with N streams from a state of its own', () => {
    const [trained, fresh] = [open(), open()];
    const block = { N: 3, T: 2, xs: new Int32Array(6), ts: new Int32Array(6) };
    const { xs, ts } = trained.place(block);
    trained.forward(xs, ts);
    const ids = (model: RecurrentLM) => take(generate(model, { prompt, random: new Random(1) }), 20);
    expect(ids(trained)).toEqual(ids(fresh));
  });

  test('never gives a banned id', () => {
    const ids = take(
      generate(open(), { prompt, random: new Random(1), banned: [0, 2, 4], temperature: 3 }),
      300,
    );
    expect(new Set(ids)).toEqual(new Set([1, 3, 5, 6, 7]));
  });

  test('is endless: it takes no more memory for the 2000th token than for the 10th', () => {
    const model = open(wasm);
    const ids = generate(model, { prompt, random: new Random(1) });
    take(ids, 10);
    const used = wasm.arena.bytesUsed;
    take(ids, 2000);
    expect(wasm.arena.bytesUsed).toBe(used);
  });

  test('refuses an empty prompt and an id outside the vocabulary', () => {
    const from = (...ids: number[]) =>
      generate(open(), { prompt: Int32Array.from(ids), random: new Random(1) });
    expect(() => from().next()).toThrow('generate: the prompt has no token; it needs one at least');
    expect(() => from(1, V).next()).toThrow(`the id ${V}; ids must be 0 to ${V - 1}`);
  });
});
