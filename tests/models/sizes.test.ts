import { expect, test } from 'vitest';
import { ReferenceBackend } from '../../src/backends/reference/reference.ts';
import { cellNames } from '../../src/models/cells.ts';
import { parameterShapes } from '../../src/models/parameters.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { parameterCount } from '../../src/models/sizes.ts';
import { planBytes } from '../../src/training/plan-bytes.ts';

const sizes = { vocabSize: 11, embeddingSize: 5, hiddenSize: 7 };

test.each(cellNames)('the parameters of %s are counted by formula', (cell) => {
  for (const layers of [1, 2, 3, 6]) {
    for (const tied of layers === 1 ? [false] : [false, true]) {
      for (const resetAfter of cell === 'gru' ? [false, true] : [false]) {
        const config = { cell, ...sizes, layers, tied, resetAfter };
        const all = [...parameterShapes(config)].map(([, shape]) => shape.reduce((a, b) => a * b, 1));
        expect(parameterCount(config)).toBe(all.reduce((a, b) => a + b, 0));
      }
    }
  }
});

test('a billion layers are refused immediately, wherever a model is created', async () => {
  const backend = new ReferenceBackend();
  const config = { cell: 'rnn', ...sizes, layers: 1_000_000_000 } as const;
  const message =
    'RecurrentLM: layers is 1000000000; it must be an integer from 1 to 1000. Use fewer, wider layers.';
  expect(() => new RecurrentLM(backend, config)).toThrow(message);
  await expect(planBytes(backend, config, { N: 1, T: 1 })).rejects.toThrow(message);
  expect(backend.arena.bytesUsed).toBe(0);
});

test('a block beyond any memory is refused when its memory is planned', async () => {
  const config = { cell: 'rnn', ...sizes, layers: 1 } as const;
  const call = planBytes(new ReferenceBackend(), config, { N: 1e9, T: 1e9 });
  await expect(call).rejects.toThrow(
    'planBytes: N is 1000000000, T is 1000000000; a block of 1000000000000000000 tokens',
  );
});

test('sizes beyond any memory are an error with its own code', () => {
  const config = { cell: 'rnn', ...sizes, layers: 1, hiddenSize: 2 ** 28 } as const;
  expect(() => new RecurrentLM(new ReferenceBackend(), config)).toThrow(
    expect.objectContaining({ code: 'memory' }),
  );
});
