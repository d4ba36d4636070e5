import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { TokenVectors } from '../../../src/generation/vectors/token-vectors.ts';
import { asyncBackend } from '../../support/async-backend.ts';
import { randomModel } from '../../support/models.ts';

const tokens = ['king', 'man', 'woman', 'queen', 'tree', '<eos>'];
const vocabulary = Vocabulary.fromTokens(tokens, null);
const tokenizer = openTokenizer('word');
const config = { cell: 'rnn', vocabSize: tokens.length, embeddingSize: 3, hiddenSize: 4, layers: 1 } as const;
const backend = await openBackend('reference');

/** A model whose vectors are given: D = 3 of the embedding, H = 4 of the affine layer. */
function modelOf(table: readonly (readonly number[])[], name: 'embedding.W' | 'affine.W' = 'embedding.W') {
  const model = randomModel(backend, config, { seed: 1, deviation: 0.5 });
  const { value } = model.params.find((param) => param.name === name)!;
  backend.write(value, table.flat());
  return { model, tokenizer, vocabulary };
}

const plane = [
  [1, 1, 0], // king
  [1, 0, 0], // man
  [0, 0, 2], // woman
  [0, 1, 2], // queen
  [-3, 0, 0], // tree
  [0, 0, 0], // <eos>
];

describe('token vectors', () => {
  test('neighbours come by the cosine of the angle, whatever the norms', async () => {
    const vectors = await TokenVectors.of(modelOf(plane));
    expect(vectors.nearest(0)).toEqual([
      { id: 1, token: 'man', cosine: 1 / Math.SQRT2 },
      { id: 3, token: 'queen', cosine: 1 / (Math.sqrt(5) * Math.SQRT2) },
      { id: 2, token: 'woman', cosine: 0 },
      { id: 5, token: '<eos>', cosine: 0 },
      { id: 4, token: 'tree', cosine: -3 / (3 * Math.SQRT2) },
    ]);
    expect(vectors.nearest(0, 2).map(({ id }) => id)).toEqual([1, 3]);
  });

  test('an analogy adds the difference of two vectors to a third', async () => {
    const vectors = await TokenVectors.of(modelOf(plane));
    expect(vectors.analogy(1, 0, 2, 1)).toEqual([{ id: 3, token: 'queen', cosine: expect.closeTo(1, 14) }]);
  });

  test('output vectors are the columns of the affine layer; a tied model has one table', async () => {
    const rows = Array.from({ length: 4 }, (_, h) => tokens.map((_, v) => 10 * h + v)); // (H, V)
    const vectors = await TokenVectors.of(modelOf(rows, 'affine.W'), 'output');
    expect(vectors.dimension).toBe(4);
    expect([...vectors.vector(2)]).toEqual([2, 12, 22, 32]);
    const model = randomModel(backend, { ...config, hiddenSize: 3, tied: true }, { seed: 1, deviation: 0.5 });
    const [input, output] = await Promise.all(
      (['input', 'output'] as const).map((table) => TokenVectors.of({ model, tokenizer, vocabulary }, table)),
    );
    expect(output.vectors).toEqual(input.vectors);
  });

  test('a backend needs only asynchronous reads', async () => {
    const model = randomModel(asyncBackend(), config, { seed: 2, deviation: 0.5 });
    const same = randomModel(backend, config, { seed: 2, deviation: 0.5 });
    const [far, near] = await Promise.all(
      [model, same].map((one) => TokenVectors.of({ model: one, tokenizer, vocabulary })),
    );
    expect(far.vectors).toEqual(near.vectors);
    expect(far.norms.every((norm) => norm > 0)).toBe(true);
  });

  test('errors name what is wrong', async () => {
    const saved = modelOf(plane);
    const vectors = await TokenVectors.of(saved);
    expect(() => vectors.nearest(6)).toThrow(expect.objectContaining({ code: 'id-range' }));
    expect(() => vectors.nearest(0, 0)).toThrow(expect.objectContaining({ code: 'option-value' }));
    expect(() => vectors.nearestTo(new Float64Array(2))).toThrow(expect.objectContaining({ code: 'shape' }));
    await expect(TokenVectors.of(saved, 'both' as never)).rejects.toMatchObject({ code: 'option-value' });
  });
});
