import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { configs } from '../../src/models/configs.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { fastBackends } from '../support/backends.ts';
import { expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const chapter = configs.simpleRnnlm({ vocabSize: 418, embeddingSize: 100, hiddenSize: 100 });
const [N, T] = [2, 3];

const small = (layers: number): RecurrentConfig => ({
  cell: 'rnn',
  vocabSize: 7,
  embeddingSize: 3,
  hiddenSize: 4,
  layers,
});

/** A small model with numbers of size 1 in it, in the middle of its streams, and a block of ids. */
function setUp(layers: number, backend = reference) {
  const model = new RecurrentLM(backend, small(layers), new Random(1));
  const make = new RandomTensors(backend, 5);
  for (const { value } of model.params) value.set(value.values().map(() => 0.5 * make.random.normal()));
  const [xs, ts] = [make.ids([N, T], 7), make.ids([N, T], 7)];
  model.forward(xs, ts);
  const state = model.getState();
  const forward = () => {
    model.setState(state);
    return model.forward(xs, ts).total;
  };
  return { model, make, xs, ts, forward };
}

describe('RecurrentLM', () => {
  test.each([1, 2, 3])('with %i recurrent layers has the numeric gradient of every Param', (layers) => {
    const { model, forward } = setUp(layers);
    forward();
    model.backward();
    expect(model.params).toHaveLength(3 + 3 * layers);
    // The loss's forward pass writes gradients too, so that they are copied before it runs again.
    const grads = model.params.map(({ grad }) => reference.arena.tensor(grad.shape).set(grad.values()));
    model.params.forEach(({ name, value }, i) => {
      expectGradient(name, grads[i], () => forward().item(), value);
    });
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'has the loss and the gradients of the reference on %s',
    (_, backend) => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { model, forward } = setUp(2, on);
        const loss = forward();
        model.backward();
        return [loss, ...model.params.map(({ grad }) => grad)];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i], 3e-6));
    },
  );

  test("starts with the chapter's deviations, biases of 0, and other numbers for another seed", () => {
    const model = new RecurrentLM(reference, chapter, new Random(1));
    const deviation = (values: Float64Array) => Math.hypot(...values) / Math.sqrt(values.length);
    const found = Object.fromEntries(
      model.params.map(({ name, value }) => [name, deviation(value.values())]),
    );
    expect(found).toEqual({
      'embedding.W': expect.closeTo(0.01, 3),
      'rnn.0.Wx': expect.closeTo(0.1, 2),
      'rnn.0.Wh': expect.closeTo(0.1, 2),
      'rnn.0.b': 0,
      'affine.W': expect.closeTo(0.1, 2),
      'affine.b': 0,
    });
    const weights = (seed: number) =>
      new RecurrentLM(reference, small(1), new Random(seed)).params.map(({ value }) => value.values());
    expect(weights(2)).toEqual(weights(2));
    expect(weights(2)).not.toEqual(weights(3));
    expect(weights(2)[3].every((value) => value === 0)).toBe(true);
  });

  test('draws its weights from bottom to top', () => {
    const random = new Random(9);
    const model = new RecurrentLM(reference, small(2), new Random(9));
    for (const { name, value } of model.params) {
      if (name.endsWith('.b')) continue;
      const deviation = name === 'embedding.W' ? 1 / 100 : 1 / Math.sqrt(value.shape[0]);
      value.values().forEach((weight) => expect(weight).toBe(random.normal() * deviation));
    }
  });

  test('has a perplexity of about V before training', async () => {
    const backend = await openBackend('wasm', { threads: 1 });
    const model = new RecurrentLM(backend, chapter, new Random(1));
    const make = new RandomTensors(backend, 6);
    const loss = model.forward(make.ids([10, 5], 418), make.ids([10, 5], 418)).total.item();
    expect(Math.exp(loss) / 418).toBeGreaterThan(0.97);
    expect(Math.exp(loss) / 418).toBeLessThan(1.03);
  });

  test('returns its state as a value, and continues from it', () => {
    const { model, xs } = setUp(2);
    const state = model.getState();
    const next = () => model.predict(xs).values();
    const expected = next();
    expect(next()).not.toEqual(expected);
    model.setState(
      JSON.parse(JSON.stringify(state), (_, part) => (part.h ? { h: Object.values(part.h) } : part)),
    );
    expect(next()).toEqual(expected);
    model.setState(state);
    expect(model.getState()).toEqual(state);
    expect(model.getState()).not.toBe(state);
    expect(state).toMatchObject({ N, layers: [{ h: { length: N * 4 } }, { h: { length: N * 4 } }] });
  });

  test('starts without a state, and again after resetState', () => {
    const model = new RecurrentLM(reference, small(2), new Random(1));
    const xs = new RandomTensors(reference, 5).ids([N, T], 7);
    expect(model.getState()).toBeNull();
    const first = model.predict(xs).values();
    model.resetState();
    expect(model.getState()).toBeNull();
    expect(model.predict(xs).values()).toEqual(first);
    model.setState(null);
    expect(model.predict(xs).values()).toEqual(first);
  });

  test('the logits after the last step equal the last step of predict', () => {
    const { model, xs } = setUp(2);
    const V = model.config.vocabSize;
    model.resetState();
    const all = model.predict(xs).values(); // (N, T, V)
    model.resetState();
    const next = model.predictNext(xs);
    expect(next.shape).toEqual([N, 1, V]);
    next.values().forEach((score, i) => {
      expect(score).toBe(all[(Math.floor(i / V) * T + T - 1) * V + (i % V)]);
    });
  });

  test('refuses a state of another model', () => {
    const { model } = setUp(2);
    const one = setUp(1).model.getState();
    expect(() => model.setState(one)).toThrow('RecurrentLM: the state has 1 layers; the model has 2.');
    const wrong = { N: 3, layers: [{ h: new Float64Array(12) }, { h: new Float64Array(5) }] };
    const before = model.getState();
    expect(() => model.setState(wrong)).toThrow(
      'RecurrentLM: layer 1 of the state has 5 numbers; it needs N·H = 3·4 = 12.',
    );
    expect(model.getState()).toEqual(before); // the good first layer was not set either
  });

  test('places a block in the time-major order of the batches', () => {
    const { model } = setUp(1);
    const { xs, ts } = model.place({
      N: 2,
      T: 3,
      xs: Int32Array.of(0, 1, 2, 3, 4, 5),
      ts: new Int32Array(6),
    });
    expect([...xs.values()]).toEqual([0, 2, 4, 1, 3, 5]);
    expect([...ts.values()]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => model.place({ N: 2, T: 3, xs: new Int32Array(5), ts: new Int32Array(6) })).toThrow(
      'RecurrentLM: xs has 5 ids; N=2, T=3 needs 6.',
    );
  });

  test('allocates nothing in a second step', () => {
    const { model, forward } = setUp(2);
    const step = () => {
      forward();
      model.backward();
      return reference.arena.bytesUsed;
    };
    expect(step()).toBe(step());
  });
});
