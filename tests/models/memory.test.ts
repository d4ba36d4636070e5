import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { readModelFile, writeModelFile } from '../../src/models/model-file.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { State } from '../../src/models/state/state.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { train } from '../../src/training/train.ts';
import { asyncBackend } from '../support/async-backend.ts';
import { afterCollection } from '../support/garbage.ts';
import { trainingData } from '../support/models.ts';
import { savedModel } from '../support/served.ts';

const { ids, model: open } = trainingData(300, 40);
const reference = await openBackend('reference');
const batches = () => new StreamBatches(ids, { N: 4, T: 5, end: 'cut' });

async function trainOnce(model: RecurrentLM, optimizer = new Adam(model.backend)): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of train(model, { batches: batches(), optimizer, epochs: 1, clip: 1 })) {
    if (event.event === 'step') losses.push(event.loss);
  }
  return losses;
}

const bytesOfWeights = (model: RecurrentLM) =>
  model.parameterCount * (model.backend.arena.floatType === 'float64' ? 8 : 4);

describe.each<[string, () => Promise<Backend>]>([
  ['reference', () => openBackend('reference')],
  ['wasm', () => openBackend('wasm', { threads: 2 })],
  ['an asynchronous backend', async () => asyncBackend()],
])('on %s', (_, openOne) => {
  test('disposing a model frees its memory, including optimizer, states and workspace', async () => {
    const backend = await openOne();
    const before = backend.arena.bytesUsed;
    const spans: number[] = [];
    for (let round = 0; round < 5; round++) {
      const model = open(backend, 1, { cell: 'lstm', layers: 2 });
      await trainOnce(model);
      model.read(ids.slice(0, 8), [model.state(), model.state()]);
      model.dispose();
      model.dispose();
      expect(backend.arena.bytesUsed).toBe(before);
      spans.push(backend.arena.bytesSpanned);
    }
    expect(new Set(spans).size).toBe(1);
  });

  test('training leaves no memory allocated besides the model', async () => {
    const backend = await openOne();
    const model = open(backend);
    const optimizer = new Adam(backend);
    await trainOnce(model, optimizer);
    const used = backend.arena.bytesUsed;
    for (let round = 0; round < 3; round++) await trainOnce(model, optimizer);
    expect(backend.arena.bytesUsed).toBe(used);
  });
});

test('one hundred models of one file, opened, used and disposed, take the memory of one', async () => {
  const [file, backend] = [writeModelFile(savedModel('word')), await openBackend('wasm', { threads: 1 })];
  let span = 0;
  for (let i = 0; i < 100; i++) {
    const { model } = readModelFile(file, backend);
    model.step(Int32Array.of(1, 2, 3), [model.state()]);
    if (i === 0) span = backend.arena.bytesSpanned;
    model.dispose();
  }
  expect(backend.arena.bytesSpanned).toBe(span);
});

test('unreachable models are freed too', async () => {
  const backend = await openBackend('wasm', { threads: 1 });
  const before = backend.arena.bytesUsed;
  const taken = () => backend.arena.bytesUsed - before;
  const use = () => {
    const clone = open(backend).clone();
    clone.step(Int32Array.of(1), [clone.state()]);
  };
  for (let i = 0; i < 20; i++) use();
  const full = taken();
  await afterCollection(() => expect(taken()).toBeLessThan(full / 4));
});

test('every use of a disposed model, its parameters or its states reports it', async () => {
  const model = open(reference, 1, { cell: 'lstm' });
  const [state, other] = [model.state(), model.state()];
  const { xs, ts } = model.place({ N: 1, T: 2, xs: ids.slice(0, 2), ts: ids.slice(1, 3) });
  const values = state.values();
  model.dispose();
  const uses: (() => unknown)[] = [
    () => model.place({ N: 1, T: 2, xs: ids.slice(0, 2), ts: ids.slice(1, 3) }),
    () => model.forward(xs, ts),
    () => model.predict(xs),
    () => model.state(),
    () => model.step(Int32Array.of(1), [state]),
    () => model.clone(),
    () => model.params[0].value.values(),
    () => model.params[0].grad,
    () => state.values(),
    () => state.restore(values),
    () => state.fork(),
    () => State.merge([state, other]),
    () => model.resetState(),
    () => model.carry(null),
    () => model.carried(),
    () => new Adam(reference).update(model.params),
  ];
  for (const use of uses) expect(use, String(use)).toThrow('the model was disposed');
  await expect(trainOnce(model)).rejects.toThrow('the model was disposed');
  await expect(model.trace(ids).next()).rejects.toThrow('the model was disposed');
  state.release();
});

test("states and optimizers of a disposed model can't affect a new one in its memory", () => {
  const first = open(reference);
  const [state, optimizer] = [first.state(), new Adam(reference)];
  first.forward(...blockOf(first));
  first.backward();
  optimizer.update(first.params);
  first.dispose();
  const second = open(reference, 2);
  const before = second.params.map(({ value }) => [...value.values()]);
  state.release();
  expect(() => optimizer.update(first.params)).toThrow('disposed');
  expect(second.params.map(({ value }) => [...value.values()])).toEqual(before);
  second.forward(...blockOf(second));
  second.backward();
  optimizer.update(second.params);
});

function blockOf(
  model: RecurrentLM,
): [ReturnType<RecurrentLM['place']>['xs'], ReturnType<RecurrentLM['place']>['ts']] {
  const { xs, ts } = model.place({ N: 1, T: 2, xs: ids.slice(0, 2), ts: ids.slice(1, 3) });
  return [xs, ts];
}

test('`using` disposes, if the engine supports it', () => {
  const model = open(reference);
  const before = reference.arena.bytesUsed;
  open(reference)[Symbol.dispose]();
  expect(reference.arena.bytesUsed).toBe(before);
  model.dispose();
});

test('a clone computes the same and is independent', async () => {
  const model = open(reference, 3, { cell: 'gru', tied: true });
  await trainOnce(model);
  const clone = model.clone();
  const logits = (one: RecurrentLM) => [...one.step(Int32Array.of(1, 2, 3), [one.state()]).values()];
  const before = logits(model);
  expect(logits(clone)).toEqual(before);
  model.resetState();
  const clean = model.clone();
  expect(await trainOnce(clean)).toEqual(await trainOnce(model.clone()));
  expect(logits(model)).toEqual(before);
  expect(logits(clean)).not.toEqual(before);
  model.dispose();
  expect(logits(clone)).toEqual(before);
});

test('gradients are allocated only in training', async () => {
  const backend = await openBackend('reference');
  const before = backend.arena.bytesUsed;
  const model = open(backend, 1, { hiddenSize: 64, embeddingSize: 64 });
  const [taken, weights] = [() => backend.arena.bytesUsed - before, bytesOfWeights(model)];
  expect(taken()).toBeLessThan(1.1 * weights);
  model.step(Int32Array.of(1), [model.state()]);
  expect(taken()).toBeLessThan(1.3 * weights);
  await trainOnce(model);
  expect(taken()).toBeGreaterThan(3.9 * weights); // and two moments
});
