import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { evaluate } from '../../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../../src/training/optimizers/sgd.ts';
import { train } from '../../../src/training/train.ts';
import { fastBackends } from '../../support/backends.ts';
import { trainingData } from '../../support/models.ts';

const reference = await openBackend('reference');
const { ids, corpus, model } = trainingData(157, 40);

/** A model whose predictions are far from even. */
function open(backend = reference): RecurrentLM {
  const opened = model(backend);
  const random = new Random(3);
  for (const { value } of opened.params) value.set(value.values().map(() => 0.6 * random.normal()));
  return opened;
}

/** −log p of each token but the first, from the formulas alone: one stream from h = 0. */
function byHand(of: RecurrentLM, text: Int32Array): number[] {
  const [W, Wx, Wh, b, affineW, affineB] = of.params.map(({ value }) => value.values());
  const { embeddingSize: D, hiddenSize: H, vocabSize: V } = of.config;
  let h = new Float64Array(H);
  return Array.from(text.subarray(1), (target, at) => {
    const before = h;
    h = new Float64Array(H).map((_, j) => {
      let sum = b[j];
      for (let d = 0; d < D; d++) sum += W[text[at] * D + d] * Wx[d * H + j];
      for (let k = 0; k < H; k++) sum += before[k] * Wh[k * H + j];
      return Math.tanh(sum);
    });
    const scores = new Float64Array(V).map((_, v) =>
      h.reduce((sum, hj, j) => sum + hj * affineW[j * V + v], affineB[v]),
    );
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[target];
  });
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);

describe('evaluate', () => {
  test('equals the float64 computation by hand, the tail included, whatever T', async () => {
    const expected = sum(byHand(open(), ids)) / 156;
    for (const T of [1, 7, 13, 128, 155, 156, 157, 1000]) {
      const found = await evaluate(open(), corpus, { T });
      expect(found.targets).toBe(156);
      expect(found.loss).toBeCloseTo(expected, 11);
      expect(found.perplexity).toBeCloseTo(Math.exp(expected), 8);
    }
  });

  test.each(fastBackends.map((backend) => [backend.description, backend] as const))(
    'is the same on %s within float32, whatever T',
    async (_, backend) => {
      const expected = Math.exp(sum(byHand(open(), ids)) / 156);
      for (const T of [1, 35, 128, 156]) {
        const { perplexity } = await evaluate(open(backend), corpus, { T });
        expect(Math.abs(perplexity / expected - 1)).toBeLessThan(1e-5);
      }
    },
  );

  test('neither uses nor changes the carried state', async () => {
    const judged = open();
    const { perplexity } = await evaluate(judged, corpus);
    expect(judged.getState()).toBeNull();
    judged.predict(judged.place({ N: 3, T: 2, xs: new Int32Array(6), ts: new Int32Array(6) }).xs);
    const state = judged.getState();
    expect((await evaluate(judged, corpus)).perplexity).toBe(perplexity);
    expect(judged.getState()).toEqual(state);
    expect(state?.N).toBe(3);
  });

  test('restores the state when aborted, and throws the reason', async () => {
    const judged = open();
    judged.predict(judged.place({ N: 2, T: 1, xs: new Int32Array(2), ts: new Int32Array(2) }).xs);
    const state = judged.getState();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluate(judged, corpus, { signal })).rejects.toThrow('enough');
    expect(judged.getState()).toEqual(state);
  });

  test('does not change the weights', async () => {
    const judged = open();
    const before = judged.params.map(({ value }) => value.values());
    await evaluate(judged, corpus);
    expect(judged.params.map(({ value }) => value.values())).toEqual(before);
  });

  test('counts unknown targets, and reports the perplexity over known ones', async () => {
    const vocabulary = Vocabulary.fromTokens(['<unk>', 'a', 'b', 'c'], '<unk>');
    // The first word is unknown but no target; the `<unk>` that the text spells out is a known one.
    const text = 'x a b zzz a <unk> c yy b a';
    const small = Corpus.encode(text, openTokenizer('word'), vocabulary);
    const config = { cell: 'rnn', vocabSize: 4, embeddingSize: 3, hiddenSize: 5, layers: 1 } as const;
    const judged = new RecurrentLM(reference, config, new Random(2));
    const losses = byHand(judged, small.ids);
    const unknown = [2, 6]; // zzz and yy, as targets counted from the second word
    const known = losses.filter((_, i) => !unknown.includes(i));
    const found = await evaluate(judged, small, { T: 4 });
    expect(found.targets).toBe(9);
    expect(found.unknownTargets).toBe(2);
    expect(found.perplexity).toBeCloseTo(Math.exp(sum(losses) / 9), 10);
    expect(found.knownPerplexity).toBeCloseTo(Math.exp(sum(known) / 7), 10);
    expect(found.bitsPerByte).toBe(found.bitsPerCharacter);
    expect(found.bitsPerCharacter).toBeCloseTo(sum(losses) / 9 / Math.LN2 / (text.length / 10), 10);
  });

  test('accepts two tokens, and refuses one', async () => {
    const vocabulary = Vocabulary.build(['a', 'b']);
    const of = (text: string) => Corpus.encode(text, openTokenizer('word'), vocabulary);
    const config = { cell: 'rnn', vocabSize: 2, embeddingSize: 2, hiddenSize: 2, layers: 1 } as const;
    const judged = new RecurrentLM(reference, config, new Random(2));
    expect((await evaluate(judged, of('a b'))).targets).toBe(1);
    for (const text of ['', 'a']) {
      await expect(evaluate(judged, of(text))).rejects.toThrow('it needs at least 2');
    }
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses T=%d', async (T) => {
    await expect(evaluate(open(), corpus, { T })).rejects.toThrow(
      `evaluate: T is ${T}; it must be a positive integer.`,
    );
  });
});

describe('finite weights that are too large are an error:', () => {
  const huge = async (size: number) => {
    const backend = await openBackend('wasm-strict', { threads: 1 });
    const config = { cell: 'rnn', vocabSize: 4, embeddingSize: 3, hiddenSize: 3, layers: 1 } as const;
    const model = new RecurrentLM(backend, config, new Random(1));
    for (const { name, value } of model.params) {
      if (name === 'rnn.0.b') value.set(value.values().fill(10));
      if (name === 'affine.W') value.set(value.values().map((_, i) => (i % 2 ? -size : size)));
    }
    const vocabulary = Vocabulary.fromTokens(['a', 'b', 'c', 'd'], null);
    return { model, corpus: Corpus.encode('abcdabdcbadcbad', openTokenizer('char'), vocabulary) };
  };

  test('a loss that is NaN or infinite, with its token', async () => {
    const { model, corpus } = await huge(3e38);
    const call = evaluate(model, corpus);
    await expect(call).rejects.toThrow(
      /^evaluate: the loss of token \d+ is (NaN|Infinity); it must be finite/,
    );
    await expect(call).rejects.toMatchObject({ code: 'not-finite' });
  });

  test('a perplexity that overflows', async () => {
    const { model, corpus } = await huge(1e6);
    const call = evaluate(model, corpus);
    await expect(call).rejects.toThrow(
      /^evaluate: the mean loss is \d+\.\d+ nats, so the perplexity overflows/,
    );
    await expect(call).rejects.toMatchObject({ code: 'not-finite' });
  });

  test('is divergence in training, which may roll back', async () => {
    const { model, corpus } = await huge(3e38);
    const batches = new StreamBatches(corpus.ids, { N: 1, T: 2, end: 'cut' });
    const optimizer = new SGD(model.backend, { lr: 1e-30 });
    const run = async () => {
      for await (const _ of train(model, { batches, optimizer, epochs: 1, valid: corpus }));
    };
    await expect(run()).rejects.toMatchObject({ code: 'diverged' });
  });
});
