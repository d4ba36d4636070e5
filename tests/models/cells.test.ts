import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { generate } from '../../src/generation/writing/generate.ts';
import { logitsAfter } from '../../src/generation/writing/read-ids.ts';
import { createParam } from '../../src/layers/layer.ts';
import { cellNames, cells, cellsWith, cellWeightsOf } from '../../src/models/cells.ts';
import { checkConfig, type RecurrentConfig } from '../../src/models/config.ts';
import { readModelFile, writeModelFile } from '../../src/models/model-file.ts';
import { parameterShapes } from '../../src/models/parameters.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import { fastBackends } from '../support/backends.ts';
import { collect } from '../support/collect.ts';
import { trainingData } from '../support/models.ts';
import { expectClose, expectGradient, RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');
const { corpus, vocabulary, ids } = trainingData(2000, 12);
const sizes = { vocabSize: vocabulary.size, embeddingSize: 6, hiddenSize: 9, layers: 2 } as const;

const configs: readonly RecurrentConfig[] = [
  { cell: 'rnn', ...sizes, tied: true },
  { cell: 'rnn-relu', ...sizes },
  { cell: 'lstm', ...sizes },
  { cell: 'lstm', ...sizes, layers: 3, tied: true },
  { cell: 'lstm', ...sizes, layers: 1, hiddenSize: 6, tied: true },
  { cell: 'lstm-cifg', ...sizes },
  { cell: 'lstm-cifg', ...sizes, layers: 3, tied: true },
  { cell: 'mogrifier-lstm', ...sizes },
  { cell: 'mogrifier-lstm', ...sizes, layers: 3, tied: true, mogrifierRounds: 4, mogrifierRank: 2 },
  { cell: 'gru', ...sizes },
  { cell: 'gru', ...sizes, resetAfter: true, tied: true },
  { cell: 'mingru', ...sizes },
  { cell: 'minlstm', ...sizes, tied: true },
];

/** A model with numbers of size 0.5 in the middle of its streams, and a block of ids. */
function setUp(config: RecurrentConfig, backend = reference) {
  const model = new RecurrentLM(backend, config, new Random(1));
  const make = new RandomTensors(backend, 5);
  for (const { value } of model.params) value.set(value.values().map(() => 0.5 * make.random.normal()));
  const [xs, ts] = [make.ids([2, 3], sizes.vocabSize), make.ids([2, 3], sizes.vocabSize)];
  model.forward(xs, ts);
  const state = model.getState();
  const forward = () => {
    model.setState(state);
    return model.forward(xs, ts).total;
  };
  return { model, xs, state, forward };
}

describe.each(configs)('a model of %o', (config) => {
  test('has the numeric gradient of every Param', () => {
    // Small, because each number of each Param takes two forward passes.
    const hiddenSize = config.hiddenSize === config.embeddingSize ? 4 : 5;
    const { model, forward } = setUp({ ...config, embeddingSize: 4, hiddenSize });
    forward();
    model.backward();
    const grads = model.params.map(({ grad }) => reference.arena.tensor(grad.shape).set(grad.values()));
    model.params.forEach(({ name, value }, i) => {
      expectGradient(name, grads[i], () => forward().item(), value);
    });
    expect(model.params[0].rows === null).toBe(config.tied === true);
  });

  test('has the loss and the gradients of the reference on each fast backend', () => {
    const results = [reference, ...fastBackends].map((on) => {
      const { model, forward } = setUp(config, on);
      const loss = forward();
      model.backward();
      return [loss, ...model.params.map(({ grad }) => grad)];
    });
    const [exact, ...fast] = results;
    for (const result of fast) {
      result.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i], 5e-6, 1e-6));
    }
  });

  test('returns its state as a value, and continues from it', () => {
    const { model, xs, state } = setUp(config);
    model.setState(state);
    const expected = model.predict(xs).values();
    expect(model.predict(xs).values()).not.toEqual(expected);
    model.setState(state);
    expect(model.getState()).toEqual(state);
    expect(model.predict(xs).values()).toEqual(expected);
    expect(state?.layers.map(({ c }) => c !== undefined)).toEqual(
      new Array(config.layers).fill(cells[config.cell].states.includes('c')),
    );
  });

  test('learns a text, and is unchanged after a round trip through its file', async () => {
    const backend = await openBackend('wasm', { threads: 1 });
    const model = new RecurrentLM(backend, config, new Random(1));
    const batches = new StreamBatches(ids.subarray(0, 1000), { N: 10, T: 8, end: 'wrap' });
    const before = (await evaluate(model, corpus)).perplexity;
    const optimizer = new SGD(backend, { lr: 1 });
    for await (const _ of train(model, { batches, optimizer, epochs: 6, clip: 0.5 }));
    const { perplexity } = await evaluate(model, corpus);
    expect(perplexity).toBeLessThan(0.9 * before);

    const saved = { tokenizer: openTokenizer('word'), vocabulary, recipe: null, corpus: null, results: null };
    const bytes = writeModelFile({ model, ...saved, extras: new Map() });
    const { model: again } = readModelFile(bytes, backend);
    expect(again.config).toEqual(config);
    expect((await evaluate(again, corpus)).perplexity).toBe(perplexity);
    const [written, read] = await Promise.all(
      [model, again].map((from) =>
        collect(generate(from, { prompt: Int32Array.of(1, 2, 3), random: new Random(3), length: 20 })),
      ),
    );
    expect(read).toEqual(written);
    const scores = logitsAfter(model, Int32Array.of(1, 2, 3));
    const state = again.state();
    logitsAfter(again, Int32Array.of(1, 2), state);
    logitsAfter(again, Int32Array.of(3), state).forEach((score, v) =>
      expect(score).toBeCloseTo(scores[v], 4),
    );
    backend.close();
  });
});

test('a tied model has one embedding table, whose gradient is the sum of both uses', () => {
  const { model, forward } = setUp({ cell: 'lstm', ...sizes, tied: true });
  expect(model.params.map(({ name }) => name)).not.toContain('affine.W');
  expect(model.embedding.params[0]).toBe(model.affine.params[0]);
  forward();
  const [{ grad }] = model.params;
  const ofAffine = grad.values();
  model.backward();
  expect(grad.values()).not.toEqual(ofAffine);
  expect(() => model.backward()).toThrow('TimeEmbedding: backward came before forward');
});

test('the forget bias initialises the block of the forget gate', () => {
  const model = new RecurrentLM(reference, { cell: 'lstm', ...sizes, tied: true }, new Random(1), {
    forgetBias: 1,
  });
  const biases = model.params
    .filter(({ name }) => /^rnn.\d.b$/.test(name))
    .map(({ value }) => value.values());
  expect(biases.map((b) => b.filter((x) => x === 1).length)).toEqual([9, 6]);
  for (const b of biases) expect([...b.subarray(0, b.length / 4)]).toEqual(new Array(b.length / 4).fill(1));
  const firstBias = (cell: RecurrentConfig['cell']) => {
    const { params } = new RecurrentLM(reference, { cell, ...sizes }, new Random(1), { forgetBias: 1 });
    return [...(params.find(({ name }) => name === 'rnn.0.b')?.value.values() ?? [])];
  };
  expect(firstBias('minlstm')).toEqual([...new Array(9).fill(1), ...new Array(18).fill(0)]);
  expect(firstBias('lstm-cifg')).toEqual([...new Array(9).fill(1), ...new Array(18).fill(0)]);
  expect(firstBias('mingru')).toEqual([...new Array(9).fill(-1), ...new Array(9).fill(0)]);
  const create = (config: RecurrentConfig, forgetBias: number) => () =>
    new RecurrentLM(reference, config, new Random(1), { forgetBias });
  expect(create({ cell: 'gru', ...sizes }, 1)).toThrow('forgetBias is 1, cell is "gru"');
  expect(create({ cell: 'lstm', ...sizes }, Number.NaN)).toThrow('forgetBias is NaN');
});

test('a state with a missing or extra c, or of the wrong width, is refused', () => {
  const [lstm, gru] = (['lstm', 'gru'] as const).map((cell) => setUp({ cell, ...sizes, tied: true }).model);
  const state = (widths: number[], withC: boolean) => ({
    N: 1,
    layers: widths.map((width) => {
      const numbers = new Float64Array(width);
      return withC ? { h: numbers, c: numbers } : { h: numbers };
    }),
  });
  expect(() => lstm.setState(state([9, 6], false))).toThrow('layer 0 of the state has no c');
  expect(() => gru.setState(state([9, 6], true))).toThrow('layer 0 of the state has a c');
  expect(() => gru.setState(state([9, 9], false))).toThrow(
    'layer 1 of the state has 9 numbers; it needs N·H = 1·6 = 6',
  );
  lstm.setState(state([9, 6], true));
  gru.setState(state([9, 6], false));
});

test.each(cellNames)('the record of %s is consistent with its layer', (name) => {
  const { gates, states, recurrentWeight, forgetBias, zoneout, create } = cells[name];
  const config = checkConfig({ cell: name, ...sizes, layers: 1 });
  const shapes = new Map(parameterShapes(config));
  const params = new Map(
    [...shapes]
      .filter(([weight]) => weight.startsWith('rnn.0.'))
      .map(([weight, shape]) => [weight.slice(6), createParam(reference.arena, weight, shape)] as const),
  );
  expect(params.has('Wh')).toBe(recurrentWeight);
  const layer = create(
    reference,
    cellWeightsOf((weight) => params.get(weight)),
    {},
  );
  expect(layer.params).toEqual([...params.values()]);
  const hs = layer.forward(reference.arena.sequence([2, 3, sizes.embeddingSize]));
  expect(hs.shape).toEqual([2, 3, sizes.hiddenSize]);
  expect((['h', 'c'] as const).filter((state) => layer[state])).toEqual(states);
  expect(new Set(gates).size).toBe(gates.length);
  if (forgetBias) expect(gates).toContain(forgetBias.gate);
  expect(states).toEqual(expect.arrayContaining([...zoneout]));
});

test('the blocks of PyTorch and ONNX are ours, some with the sign changed', () => {
  for (const { gates, pytorch, onnx } of Object.values(cells)) {
    for (const blocks of [pytorch, onnx]) {
      const used = new Set(blocks?.map((block) => block.replace('-', '')) ?? gates);
      expect(used).toEqual(new Set(gates));
    }
  }
});

test("the blocks of PyTorch stand where the recipe of the golden file, which PyTorch's own layers run, finds them", () => {
  const recipe = readFileSync(new URL('../golden/gates-from-pytorch.py', import.meta.url), 'utf8');
  for (const [cell, layer] of [
    ['lstm', 'LSTM'],
    ['gru', 'GRU'],
    ['rnn-relu', 'RNN'],
  ] as const) {
    const [, places, signs] =
      new RegExp(`nn.${layer}\\(D.*?\\), (\\[.*?\\]), (\\[.*?\\]),`).exec(recipe) ?? [];
    const blocks = cells[cell].pytorch ?? [];
    const ours: [number, number][] = cells[cell].gates.map((gate) => {
      const place = blocks.findIndex((block) => block.replace('-', '') === gate);
      return [place, blocks[place].startsWith('-') ? -1 : 1];
    });
    expect(ours).toEqual(JSON.parse(places).map((place: number, i: number) => [place, JSON.parse(signs)[i]]));
  }
});

test('cells are listed by their properties, for errors', () => {
  expect(cellsWith(({ resetAfter }) => resetAfter)).toBe('gru');
  expect(cellsWith(({ recurrentWeight }) => !recurrentWeight)).toBe('mingru or minlstm');
  expect(cellsWith(({ forgetBias }) => forgetBias !== null)).toMatch(
    /^lstm, lstm-cifg, mogrifier-lstm, mingru or minlstm$/,
  );
});

test('a Mogrifier LSTM has five rounds, and the rank of a quarter of the smaller size up to 40, unless set', () => {
  const shapesOf = (given: object) => {
    const config = checkConfig({ cell: 'mogrifier-lstm', vocabSize: 9, layers: 1, ...given });
    const shapes = new Map(parameterShapes(config));
    return ['Qdown', 'Qup', 'Rdown', 'Rup'].map((name) => shapes.get(`rnn.0.${name}`));
  };
  expect(shapesOf({ embeddingSize: 10, hiddenSize: 12 })).toEqual([
    [12, 9],
    [3, 30],
    [10, 6],
    [3, 24],
  ]);
  expect(shapesOf({ embeddingSize: 400, hiddenSize: 600 })[1]).toEqual([40, 1200]);
  const set = { embeddingSize: 10, hiddenSize: 12, mogrifierRounds: 2, mogrifierRank: 7 };
  expect(shapesOf(set)).toEqual([
    [12, 7],
    [7, 10],
    [10, 7],
    [7, 12],
  ]);
  const check = (config: object) => () => checkConfig({ ...sizes, cell: 'lstm', ...config });
  expect(check({ mogrifierRounds: 5 })).toThrow(
    'config: mogrifierRounds is 5, cell is "lstm"; it needs a cell whose input and state modulate each other: mogrifier-lstm. ' +
      'Leave it out, or use mogrifier-lstm.',
  );
  expect(check({ cell: 'mogrifier-lstm', mogrifierRounds: 1 })).toThrow('mogrifierRounds is 1; it must be');
  expect(check({ cell: 'mogrifier-lstm', mogrifierRank: 0 })).toThrow('mogrifierRank is 0; it must be');
});

test('a matrix of a recurrent layer says of how many blocks of gates or rounds it is made', () => {
  const blocksOf = (config: object) =>
    Object.fromEntries(
      new RecurrentLM(reference, checkConfig({ ...sizes, layers: 1, ...config })).params.map(
        ({ name, gates }) => [name, gates],
      ),
    );
  const others = { 'embedding.W': undefined, 'affine.W': undefined, 'affine.b': undefined };
  expect(blocksOf({ cell: 'gru' })).toEqual({
    ...others,
    ...{ 'rnn.0.Wx': 3, 'rnn.0.Wh': 3, 'rnn.0.b': undefined },
  });
  expect(blocksOf({ cell: 'mogrifier-lstm' })).toEqual({
    ...others,
    ...{ 'rnn.0.Wx': 4, 'rnn.0.Wh': 4, 'rnn.0.b': undefined },
    ...{ 'rnn.0.Qdown': 3, 'rnn.0.Qup': 3, 'rnn.0.Rdown': 2, 'rnn.0.Rup': 2 },
  });
});
