import {
  type Backend,
  openBackend,
  openTokenizer,
  Random,
  type RecurrentConfig,
  RecurrentLM,
  SavedModel,
  Vocabulary,
} from 'unrolled';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DISTANCE, PLACES } from '../../../lab/src/engine/activations/extremes.ts';
import { influenceOn } from '../../../lab/src/engine/activations/influence.ts';
import { Recording } from '../../../lab/src/engine/activations/recording.ts';
import { TrainingRecording } from '../../../lab/src/engine/activations/training-recording.ts';
import { activationAt, columnOf, unitAt, unitIndex } from '../../../lab/src/engine/activations/units.ts';
import { encodeText } from '../../../lab/src/engine/reading/encoded-text.ts';
import { Reading } from '../../../lab/src/engine/reading/reading.ts';
import { sentences } from '../../support/process.ts';

const text = sentences(90);
const { signal } = new AbortController();
const sizes = { embeddingSize: 6, hiddenSize: 7, layers: 2 } as const;

let wasm: Backend;
let reference: Backend;
beforeAll(async () => {
  wasm = await openBackend('wasm');
  reference = await openBackend('reference');
});
afterAll(() => wasm.close());

/** A model of words with weights that are drawn. */
function saved(backend: Backend, cell: RecurrentConfig['cell'], items = false): SavedModel {
  const tokenizer = openTokenizer('word');
  const words = Vocabulary.build(tokenizer.tokenize(text));
  const vocabulary = items ? words.withEnd() : words;
  const model = new RecurrentLM(backend, { cell, vocabSize: vocabulary.size, ...sizes });
  const random = new Random(5);
  for (const { value } of model.params)
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => 0.6 * random.normal()),
    );
  return new SavedModel({
    ...{ model, tokenizer, vocabulary, recipe: null, corpus: null, results: null },
    extras: new Map(),
  });
}

/** h and then tanh(c) of all layers after each token, by one `trace` for each stretch without a reset. */
async function traced({ model }: SavedModel, ids: Int32Array, resets: ReadonlySet<number>) {
  const rows: number[][] = [];
  const starts = [...resets, ids.length];
  for (const [i, start] of starts.slice(0, -1).entries()) {
    for await (const { layers, ids: read } of model.trace(ids.slice(start, starts[i + 1]))) {
      for (let t = 0; t < read.length; t++)
        rows.push([
          ...layers.flatMap(({ h, width }) => [...h.slice(t * width, (t + 1) * width)]),
          ...layers.flatMap(({ c, width }) => tanhOf(c?.slice(t * width, (t + 1) * width))),
        ]);
    }
  }
  return rows;
}

/** Rounded to float32, as the engine keeps it. */
function tanhOf(c: Iterable<number> = []): number[] {
  return Array.from(c, (value) => Math.fround(Math.tanh(value)));
}

describe('a recording', () => {
  test.each([
    { cell: 'lstm', items: false, W: 28 },
    { cell: 'gru', items: true, W: 14 },
  ] as const)(
    'has the bits of model.trace, kept or computed again ($cell, items: $items)',
    async ({ cell, items, W }) => {
      const model = saved(wasm, cell, items);
      const encoded = encodeText(model, text);
      expect(encoded.resets.size > 1).toBe(items);
      const rows = await traced(model, encoded.ids, encoded.resets);
      for (const mostKept of [Number.POSITIVE_INFINITY, 4_000]) {
        const recording = new Recording(model.model, encoded, { mostKept });
        await recording.read(signal);
        expect(recording.widths).toEqual([7, 7]);
        expect([recording.units, recording.width]).toEqual([14, W]);
        const slice = await recording.slice(200, 600);
        expect([...slice]).toEqual(rows.slice(200, 600).flat());
        let last = -1;
        await recording.each((part, start) => {
          expect([...part]).toEqual(rows.slice(start, start + part.length / W).flat());
          last = start + part.length / W;
        }, signal);
        expect(last).toBe(encoded.ids.length);
        recording.release();
      }
    },
  );

  test('continues after a cancelled call, and reads each block once for all callers', async () => {
    const model = saved(wasm, 'rnn');
    const encoded = encodeText(model, text);
    const starts: number[] = [];
    const abort = new AbortController();
    const recording = new Recording(model.model, encoded, {
      onBlock: (_, start) => {
        starts.push(start);
        if (starts.length === 2) abort.abort(new Error('enough'));
      },
    });
    await expect(recording.read(abort.signal)).rejects.toThrow('enough');
    expect(recording.end).toBe(512);
    await Promise.all([recording.read(signal), recording.read(signal)]);
    expect(starts).toEqual(Array.from({ length: Math.ceil(encoded.ids.length / 256) }, (_, i) => 256 * i));
  });

  test('a unit has an index across layers, and back', () => {
    expect(unitIndex([3, 5], { layer: 1, unit: 2 })).toBe(5);
    expect(unitAt([3, 5], 5)).toEqual({ layer: 1, unit: 2 });
    expect(unitAt([3, 5], 2)).toEqual({ layer: 0, unit: 2 });
    const inRow = { layer: 1, unit: 2, activation: 'tanh-c' } as const;
    expect(columnOf([3, 5], inRow)).toBe(13);
    expect(activationAt([3, 5], 13)).toEqual(inRow);
    expect(activationAt([3, 5], 2)).toEqual({ layer: 0, unit: 2, activation: 'h' });
  });
});

test('extremes over the training text equal a search over model.trace, and contexts show the tokens around', async () => {
  const model = saved(wasm, 'lstm');
  const training = new TrainingRecording(model, text, () => {});
  const { tokens } = await training.read(signal);
  const { ids, ends, resets } = encodeText(model, text);
  expect(tokens).toBe(ids.length - 1);
  const rows = await traced(model, ids, resets);
  // Of h and of tanh(c).
  for (const column of [0, 9, 23]) {
    const values = rows.map((row) => row[column]);
    const { highest, lowest } = training.extremesOf(column);
    expect(highest[0].value).toBe(Math.max(...values));
    expect(lowest[0].value).toBe(Math.min(...values));
    for (const { index, value } of highest)
      expect(value).toBe(Math.max(...values.slice(Math.max(0, index - DISTANCE), index + DISTANCE + 1)));
    const peaks = values.filter((value, i) =>
      values.slice(Math.max(0, i - DISTANCE), i + DISTANCE + 1).every((other) => other <= value),
    );
    expect(highest.map(({ value }) => value)).toEqual(peaks.sort((a, b) => b - a).slice(0, PLACES));
    const [{ index }] = highest;
    const context = await training.context(index, index, (part, row) => part[row + column]);
    expect(context.values[index - 1 - context.first]).toBe(highest[0].value);
    expect(context.pieces.join('')).toBe(
      text.slice(ends[context.first - 1] ?? 0, ends[context.first + context.pieces.length - 1]),
    );
  }
});

describe('influence', () => {
  /** Each token of the text is another word, so that a row of the embedding belongs to one position. */
  const distinct = [...new Set(text.split(/\s+/))].join(' ');

  test.each(['rnn', 'lstm', 'gru'] as const)('equals numeric differences of log p (%s)', async (cell) => {
    const model = saved(reference, cell);
    const reading = await Reading.read(model.model, encodeText(model, distinct), () => {}, signal);
    const { ids } = reading.encoded;
    const [step, id] = [8, 3];
    const { first, norms, products, logProbability } = await influenceOn(model.model, reading, step, id);
    expect(first).toBe(-1);
    expect(norms).toHaveLength(step + 2);
    const { value: W } = model.model.embedding.params[0];
    const weights = Float64Array.from(await reference.read(W));
    const logOf = async (shifted: Float64Array) => {
      reference.write(W, shifted);
      const read = await Reading.read(
        model.model,
        { ...reading.encoded, ids: Int32Array.of(...ids.slice(0, step + 2), id) },
        () => {},
        signal,
      );
      return -read.bits[step + 1] * Math.LN2;
    };
    expect(await logOf(weights)).toBeCloseTo(logProbability, 12);
    for (const t of [0, 4, step + 1]) {
      const gradient: number[] = [];
      for (let d = 0; d < sizes.embeddingSize; d++) {
        const at = ids[t] * sizes.embeddingSize + d;
        const [up, down] = [1e-5, -1e-5].map((change) => weights.map((w, i) => (i === at ? w + change : w)));
        gradient.push(((await logOf(up)) - (await logOf(down))) / 2e-5);
      }
      const embedding = weights.subarray(ids[t] * sizes.embeddingSize, (ids[t] + 1) * sizes.embeddingSize);
      expect(norms[t]).toBeCloseTo(Math.hypot(...gradient), 7);
      expect(products[t]).toBeCloseTo(
        gradient.reduce((sum, g, d) => sum + g * embedding[d], 0),
        7,
      );
    }
  });
});
