import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { initEmbedding } from '../../../src/models/initial/embedding.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';

const backend = await openBackend('reference');
/** Ids 0 and 1 follow 4 and precede 5; 2 and 3 follow 6 and precede 7; 8 never occurs. */
const [V, D] = [9, 5];
const random = new Random(1);
const ids = Int32Array.from(
  Array.from({ length: 400 }, () => Math.floor(4 * random.uniform())).flatMap((kind) =>
    kind < 2 ? [4, kind, 5] : [6, kind, 7],
  ),
);

function open(tied: boolean) {
  const config = { cell: 'rnn', vocabSize: V, embeddingSize: D, hiddenSize: D, layers: 1, tied } as const;
  const model = new RecurrentLM(backend, config, new Random(2));
  const [before, ...others] = model.params.map(({ value }) => value.values());
  return { model, before, others };
}

test.each([true, false])(
  'similar tokens start with similar vectors of the given length (tied: %s)',
  (tied) => {
    const { model, before, others } = open(tied);
    initEmbedding(model, ids, { random: new Random(3), deviation: 0.2 });
    const [after, ...unchanged] = model.params.map(({ value }) => value.values());
    expect(unchanged).toEqual(others);
    const row = (id: number, of = after) => of.subarray(id * D, (id + 1) * D);
    const inner = (a: number, b: number) => row(a).reduce((sum, x, d) => sum + x * row(b)[d], 0);
    for (let id = 0; id < 8; id++) expect(inner(id, id)).toBeCloseTo(D * 0.2 ** 2, 12);
    for (const [one, other] of [
      [0, 1],
      [2, 3],
    ]) {
      for (const far of [0, 1, 2, 3].filter((id) => id !== one && id !== other)) {
        expect(inner(one, other)).toBeGreaterThan(inner(one, far) + 0.1 * inner(one, one));
      }
    }
    expect(row(8)).toEqual(row(8, before));
  },
);

test('the seed determines the numbers', () => {
  const numbers = [3, 3, 4].map((seed) => {
    const { model } = open(true);
    initEmbedding(model, ids, { random: new Random(seed) });
    return model.embedding.params[0].value.values();
  });
  expect(numbers[1]).toEqual(numbers[0]);
  expect(numbers[2]).not.toEqual(numbers[0]);
});

test('a text without pairs changes nothing', () => {
  const { model, before } = open(true);
  initEmbedding(model, Int32Array.of(3), { random: new Random(3) });
  expect(model.embedding.params[0].value.values()).toEqual(before);
});

test('wrong arguments', () => {
  const { model } = open(true);
  const options = { random: new Random(1) };
  expect(() => initEmbedding(model, Int32Array.of(1, 9), options)).toThrow(
    'initEmbedding: row 1 has the id 9',
  );
  expect(() => initEmbedding(model, 'text' as never, options)).toThrow('initEmbedding: ids is a string');
  expect(() => initEmbedding(model, ids, { ...options, deviation: 0 })).toThrow(
    'initEmbedding: deviation is 0',
  );
});
