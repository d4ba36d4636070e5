import {
  type Backend,
  openBackend,
  probabilities,
  type RecurrentConfig,
  type SavedModel,
  scoreText,
} from 'unrolled';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOf } from '../../lab/src/engine/reading/columns.ts';
import { encodeText, MOST_TOKENS } from '../../lab/src/engine/reading/encoded-text.ts';
import { keepInterval, Reading } from '../../lab/src/engine/reading/reading.ts';
import { drawnModel, tracedLayers } from '../support/lab-models.ts';
import { sentences } from '../support/process.ts';

const text = `${sentences(40)}a line more\n\nthe last one`;
const korean = '모든 인간은 태어날 때부터 자유로우며\n그 존엄과 권리에 있어 동등하다.';
/** H of the models. */
const HIDDEN = 10;
const { signal } = new AbortController();
const nothing = () => {};

let wasm: Backend;
let reference: Backend;

beforeAll(async () => {
  wasm = await openBackend('wasm');
  reference = await openBackend('reference');
});
afterAll(() => wasm.close());

const saved = (backend: Backend, kind: 'word' | 'byte', cell: RecurrentConfig['cell'], items = false) =>
  drawnModel(backend, { kind, cell, text, items });

const read = (model: SavedModel, given: string) =>
  Reading.read(model.model, encodeText(model, given), nothing, signal);

describe.each([
  { kind: 'word', cell: 'lstm', items: false, given: text },
  { kind: 'byte', cell: 'gru', items: false, given: korean },
  { kind: 'byte', cell: 'rnn', items: true, given: korean },
] as const)(
  'a text of $kind tokens read by a model of $cell, items: $items',
  ({ kind, cell, items, given }) => {
    test('its surprisals and ranks are those of scoreText, to the bit', async () => {
      const model = saved(wasm, kind, cell, items);
      const { bits, ranks, encoded } = await read(model, given);
      const { tokens } = await scoreText(model, given);
      expect([...bits]).toEqual(tokens.map((token) => token.bits));
      expect([...ranks]).toEqual(tokens.map(({ rank }) => rank));
      expect([...encoded.ids.slice(1)]).toEqual(tokens.map(({ id }) => id));
      expect(Array.from(encoded.starts, (start, t) => encoded.text.slice(start, encoded.ends[t]))).toEqual(
        tokens.map((token) => token.text),
      );
    });

    test('a window from the middle has the numbers of the whole text, and they are near float64', async () => {
      const [model, exact] = [saved(wasm, kind, cell, items), saved(reference, kind, cell, items)];
      const reading = await read(model, given);
      const { ids, resets } = reading.encoded;
      const [start, end] = [Math.floor(ids.length / 2) - 1, ids.length - 1];
      const window = await columnsOf(model, reading, { start, end, gates: true }, signal);
      const from = Math.max(...[...resets].filter((at) => at <= start + 1));
      const until = Math.min(...[...resets].filter((at) => at > start + 1), start + 1 + window.T);
      const part = ids.slice(from, until);
      const [layers, wide] = [await tracedLayers(model, part), await tracedLayers(exact, part)];
      window.layers.forEach(({ h, gates, width }, layer) => {
        const count = (until - start - 1) * width;
        const skipped = (start + 1 - from) * width;
        expect([...h.slice(0, count)]).toEqual(layers[layer].h.slice(skipped));
        expect(Object.keys(gates)).toEqual(Object.keys(layers[layer].gates));
        for (const [name, gate] of Object.entries(gates))
          expect([...gate.slice(0, count)]).toEqual(layers[layer].gates[name].slice(skipped));
        wide[layer].h.slice(skipped).forEach((value, i) => expect(h[i]).toBeCloseTo(value, 5));
      });
    });
  },
);

test('the predictions of a step are the most likely tokens by its logits', async () => {
  const model = saved(wasm, 'word', 'lstm');
  const reading = await read(model, text);
  const window = await columnsOf(model, reading, { start: 3, end: 5, gates: false }, signal);
  const state = model.model.state();
  const logits = model.model.step(reading.encoded.ids.slice(0, 5), [state]);
  const chances = probabilities(Float64Array.from(await wasm.read(logits)));
  state.release();
  expect(window.topProbabilities[0]).toBe(Math.max(...chances));
  for (let k = 0; k < window.K; k++) expect(window.topProbabilities[k]).toBe(chances[window.topIds[k]]);
  expect(window.topTokens[0]).toBe(model.vocabulary.tokenOf(window.topIds[0]));
});

test('a text that is cut before a token is two texts', async () => {
  const model = saved(wasm, 'word', 'lstm');
  const encoded = encodeText(model, text);
  const cut = 30;
  const resets = new Set([...encoded.resets, cut + 1]);
  const reading = await Reading.read(model.model, { ...encoded, resets }, nothing, signal);
  const whole = await read(model, text);
  expect([...reading.bits.slice(0, cut + 1)]).toEqual([...whole.bits.slice(0, cut + 1)]);
  const second = await tracedLayers(model, encoded.ids.slice(cut + 1));
  const window = await columnsOf(model, reading, { start: cut, end: cut + 20, gates: false }, signal);
  window.layers.forEach(({ h }, layer) => expect([...h]).toEqual(second[layer].h.slice(0, h.length)));
  expect([...reading.bits.slice(cut + 1)]).not.toEqual([...whole.bits.slice(cut + 1)]);
});

test('a text in which a token is replaced is the other text', async () => {
  const model = saved(wasm, 'word', 'gru');
  const [first, other] = text.split(' ');
  const encoded = encodeText(model, text);
  const ids = encoded.ids.slice();
  ids[1] = model.vocabulary.idOf(other) as number;
  const replaced = await Reading.read(model.model, { ...encoded, ids }, nothing, signal);
  const written = await read(model, other + text.slice(first.length));
  expect(replaced.bits).toEqual(written.bits);
});

test('100,000 tokens keep bounded states, and a window far in has the bits of a reading from the start', async () => {
  const model = saved(wasm, 'byte', 'rnn');
  const encoded = encodeText(model, 'abcdefghi\n'.repeat(11_000));
  expect(encoded.ids.length).toBe(MOST_TOKENS + 1);
  expect(encoded.isCut).toBe(true);
  const few = { ...encoded, ids: encoded.ids.slice(0, 5_001) };
  const reading = await Reading.read(model.model, few, nothing, signal);
  const stateBytes = 4 * 2 * HIDDEN;
  expect(reading.keptBytes).toBe(Math.ceil(5_001 / 256) * stateBytes);
  const window = await columnsOf(model, reading, { start: 4_900, end: 4_910, gates: false }, signal);
  const layers = await tracedLayers(model, few.ids.slice(0, 4_911));
  expect([...window.layers[1].h]).toEqual(layers[1].h.slice(4_901 * HIDDEN));
  // Two LSTM layers of 650 units: 10,400 bytes a state.
  const interval = keepInterval(MOST_TOKENS + 1, 10_400);
  expect(Math.ceil((MOST_TOKENS + 1) / interval) * 10_400).toBeLessThanOrEqual(16 * 2 ** 20);
});

test('a reading that is no longer wanted stops', async () => {
  const model = saved(wasm, 'byte', 'rnn');
  const abort = new AbortController();
  const encoded = encodeText(model, text);
  const running = Reading.read(model.model, encoded, () => abort.abort(), abort.signal);
  await expect(running).rejects.toThrow(/abort/i);
});
