import {
  type Backend,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  SavedModel,
  Vocabulary,
} from 'unrolled';
import { afterAll, describe, expect, test } from 'vitest';
import { blockGradients, type GradientText } from '../../../lab/src/engine/gradients/block.ts';
import { orthogonalise } from '../../../lab/src/engine/gradients/orthogonal.ts';
import { SmallModels } from '../../../lab/src/engine/gradients/small-models.ts';
import { trainInTurn } from '../../../lab/src/engine/gradients/train-cells.ts';
import { encodeText } from '../../../lab/src/engine/reading/encoded-text.ts';
import { Reading } from '../../../lab/src/engine/reading/reading.ts';
import { blockAt, isCutBefore } from '../../../lab/src/state/back/block.ts';
import { arrowWidth, ratePerStep } from '../../../lab/src/state/back/shown-norms.ts';
import { normCurves } from '../../../lab/src/views/time/norm-curves.ts';
import { normsTSV } from '../../../lab/src/views/time/norms-tsv.ts';
import { sentences } from '../../support/process.ts';

const text = sentences(40);
const { signal } = new AbortController();
const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 1 });
afterAll(() => wasm.close());

function saved(backend: Backend): SavedModel {
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
  const sizes = { vocabSize: vocabulary.size, embeddingSize: 4, hiddenSize: 5, layers: 2 };
  const model = new RecurrentLM(backend, { cell: 'lstm', ...sizes }, new Random(3), { scale: 0.5 });
  return new SavedModel({
    model,
    tokenizer,
    vocabulary,
    recipe: null,
    corpus: null,
    results: null,
    extras: new Map(),
  });
}

async function textFor(open: SavedModel): Promise<GradientText> {
  const reading = await Reading.read(open.model, encodeText(open, text), () => {}, signal);
  const { ids, resets } = reading.encoded;
  return { ids, resets, stateBefore: (index) => reading.stateBefore(open.model, index) };
}

describe('the gradients of a block', () => {
  const request = { reading: 1, first: 20, end: 26, isStateful: true } as const;

  test('are those without truncation as far as the block goes, and end there', async () => {
    const open = saved(reference);
    for (const loss of ['last', 'all'] as const) {
      const { layers, whole, starts } = await blockGradients(open.model, await textFor(open), {
        ...request,
        loss,
      });
      for (const [i, { h, c }] of layers.entries()) {
        expect(h).toHaveLength(7);
        expect(whole[i].h).toHaveLength(28);
        // Without truncation, h before the block also has a path through the layer above it.
        const same = i === layers.length - 1 ? 7 : 6;
        for (let back = 0; back < same; back++) expect(whole[i].h[back]).toBeCloseTo(h[back], 10);
        c?.forEach((norm, back) => expect(whole[i].c?.[back]).toBeCloseTo(norm, 10));
        expect(Math.hypot(...starts[i])).toBeGreaterThan(0);
      }
    }
  });

  test('without a carried state, nothing before the block matters', async () => {
    const open = saved(reference);
    const stateless = { ...request, isStateful: false, loss: 'last' } as const;
    const { layers, whole, starts } = await blockGradients(open.model, await textFor(open), stateless);
    expect(whole).toEqual(layers);
    expect(starts.map((h) => Math.hypot(...h))).toEqual([0, 0]);
  });
});

describe('the small models', () => {
  test('begin from orthogonal matrices if asked, scaled and back', async () => {
    const [one] = new SmallModels(saved(reference), 'orthogonal').all;
    const Wh = one.model.params.find(({ name }) => name === 'rnn.0.Wh')?.value;
    const before = Wh?.values() as Float64Array;
    const H = 5;
    for (let a = 0; a < H; a++) {
      for (let b = 0; b < H; b++) {
        let product = 0;
        for (let row = 0; row < H; row++) product += before[row * H + a] * before[row * H + b];
        expect(product).toBeCloseTo(Number(a === b), 12);
      }
    }
    one.scale(2);
    expect(Wh?.values()).toEqual(before.map((weight) => 2 * weight));
    one.scale(1);
    expect(Wh?.values()).toEqual(before);
  });

  test('of a gated cell have one orthogonal matrix per gate', () => {
    const H = 3;
    const random = new Random(1);
    const Wh = Float64Array.from({ length: 2 * H * H }, () => random.normal());
    orthogonalise(Wh, H);
    const column = (at: number) => [0, 1, 2].map((row) => Wh[row * 2 * H + at]);
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    expect(dot(column(3), column(4))).toBeCloseTo(0, 12);
    expect(dot(column(5), column(5))).toBeCloseTo(1, 12);
    expect(Math.abs(dot(column(0), column(3)))).toBeGreaterThan(1e-6);
  });

  test('learn in turn, read the same tokens, and become better than a guess', async () => {
    const open = saved(wasm);
    const { all } = new SmallModels(open, 'normal');
    const shares: number[] = [];
    const { ids } = encodeText(open, text.repeat(4));
    const afterBlocks = (blocks: number) => blocks / 40;
    const tokens = await trainInTurn(all, ids, afterBlocks, (share) => shares.push(share), signal);
    expect(tokens).toBe(40 * 16 * 20);
    expect(shares.at(-1)).toBe(1);
    for (const { perplexity } of all) expect(perplexity).toBeLessThan(open.vocabulary.size);
  });
});

test('a block ends with its last step, and starts where the state was set to 0 at the latest', () => {
  const resets = Int32Array.of(-1, 7);
  expect(blockAt({ resets }, 5, 4)).toEqual({ first: 2, end: 6 });
  expect(blockAt({ resets }, 1, 10)).toEqual({ first: -1, end: 2 });
  expect(blockAt({ resets }, 9, 10)).toEqual({ first: 7, end: 10 });
  const block = { first: 5, end: 9 };
  const cuts = Array.from({ length: 16 }, (_, step) => step).filter((step) => isCutBefore(step, block, 4));
  expect(cuts).toEqual([1, 5, 9, 13]);
});

test('an arrow loses a quarter of its width for each factor of 10', () => {
  expect(arrowWidth(2, 2)).toBe(1);
  expect(arrowWidth(0.02, 2)).toBeCloseTo(0.5, 12);
  expect(arrowWidth(1e-9, 2)).toBe(0.04);
  expect(arrowWidth(0, 2)).toBe(0);
});

test('curves go on without truncation behind a vertical line at the cut, and a 0 is left out', () => {
  const norms = (...h: number[]) => [{ h: Float64Array.from(h), c: null }];
  const own = {
    ...{ cell: 'rnn' as const, loss: 1, parameterNorm: 1, starts: [] },
    layers: norms(1, 0.5, 0.25),
    whole: norms(1, 0.5, 0.25, 0.125),
  };
  const gru = { ...own, cell: 'gru', perplexity: null, whole: norms(1, 0, 1, 2) } as const;
  const names = { own: 'own', beyond: 'beyond', cut: 'cut' };
  const { data, series } = normCurves(own, [gru], { state: 'h', layerFromTop: 0 }, names);
  expect(data).toEqual([
    [0, 1, 2, 2, 3],
    [1, 0.5, 0.25, 0.25, null],
    [null, null, 0.25, 0.25, 0.125],
    [1, null, 1, 1, 2],
    [null, null, 0.125, 2, null],
  ]);
  expect(series.map(({ label }) => label)).toEqual(['own', 'beyond', 'GRU', 'cut']);
  expect(ratePerStep(own, 0)).toBe(0.5);
  const lines = normsTSV(own, [gru]).trim().split('\n');
  expect(lines[4]).toBe('model\trnn\t0\th\t3\t0.125\t1');
  expect(lines).toHaveLength(9);
});
