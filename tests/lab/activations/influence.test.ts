import {
  inputGradients,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  rowNorms,
  SavedModel,
  Vocabulary,
} from 'unrolled';
import { afterAll, expect, test } from 'vitest';
import { influenceOn } from '../../../lab/src/engine/activations/influence.ts';
import { encodeText } from '../../../lab/src/engine/reading/encoded-text.ts';
import { Reading } from '../../../lab/src/engine/reading/reading.ts';
import { sentences } from '../../support/process.ts';

const text = sentences(40);
const { signal } = new AbortController();
const wasm = await openBackend('wasm', { threads: 1 });
const reference = await openBackend('reference');
afterAll(() => wasm.close());

function saved(backend: typeof wasm): SavedModel {
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
  const sizes = { vocabSize: vocabulary.size, embeddingSize: 5, hiddenSize: 6, layers: 2 };
  const model = new RecurrentLM(backend, { cell: 'lstm', ...sizes }, new Random(3), { scale: 0.5 });
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  return new SavedModel({ model, tokenizer, vocabulary, ...rest });
}

async function gradientsOf(model: SavedModel, step: number, token: number, cuts: readonly number[] = []) {
  const encoded = encodeText(model, text);
  const resets = new Set([...encoded.resets, ...cuts.map((cut) => cut + 1)]);
  const reading = await Reading.read(model.model, { ...encoded, resets }, () => {}, signal);
  return influenceOn(model.model, reading, step, token);
}

test('a prediction’s gradients are those of the library over the whole text before it', async () => {
  const [fast, wide] = [saved(wasm), saved(reference)];
  const [step, token] = [70, 5];
  const got = await gradientsOf(fast, step, token);
  const { ids } = encodeText(wide, text);
  const expected = await inputGradients(wide.model, ids.slice(0, step + 2), token);
  expect(got.first).toBe(-1);
  expect(got.logProbability).toBeCloseTo(expected.logProbability, 5);
  expect(got.norms).toHaveLength(step + 2);
  for (const t of [0, 40, step + 1]) {
    expect(got.norms[t] / expected.norms[t]).toBeCloseTo(1, 3);
    expect(got.products[t]).toBeCloseTo(expected.products[t], 5);
  }
  for (const [i, { width, h, c }] of expected.layers.entries()) {
    expect(got.layers[i].h.at(-1)).toBeCloseTo(rowNorms(h, width).at(-1) as number, 5);
    expect(got.layers[i].c?.at(-2)).toBeCloseTo(rowNorms(c as Float64Array, width).at(-2) as number, 5);
  }
});

test('no gradient passes the place where the state is cut', async () => {
  const model = saved(wasm);
  const cut = await gradientsOf(model, 70, 5, [66]);
  expect(cut.first).toBe(66);
  expect(cut.norms).toHaveLength(5);
  const { ids } = encodeText(model, text);
  const { norms } = await inputGradients(model.model, ids.slice(67, 72), 5);
  expect([...cut.norms]).toEqual([...norms]);
});
