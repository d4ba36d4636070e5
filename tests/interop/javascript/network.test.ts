import { expect, test } from 'vitest';
import { type Cell, cellNames } from '../../../src/models/cells.ts';
import { importExported, moduleText } from '../../support/exported-module.ts';
import { largestDifference, logitsOf, randomModelFile, someIds } from '../../support/interop.ts';

const variants = [
  ...cellNames.map((cell: Cell) => ({ cell })),
  { cell: 'gru', resetAfter: true },
  { cell: 'lstm', zoneout: 0.3, zoneoutCell: 0.2 },
  { cell: 'lstm-cifg', zoneoutCell: 0.4 },
  { cell: 'mogrifier-lstm', mogrifierRounds: 4, mogrifierRank: 3, zoneout: 0.2, tied: true },
  { cell: 'gru', zoneout: 0.25, resetAfter: true },
  { cell: 'rnn', zoneout: 0.25 },
  { cell: 'gru', tied: true, layers: 3 },
  { cell: 'minlstm', tied: true, hiddenSize: 9, embeddingSize: 13 },
  { cell: 'lstm', layers: 1, embeddingSize: 11, hiddenSize: 19 },
  { cell: 'rnn-relu', layers: 3, embeddingSize: 9, hiddenSize: 8 },
] as const;

test.each(variants)('the module of %o has the logits of the model within 1e-5', async (config) => {
  const file = randomModelFile(config);
  const module = await importExported(file);
  const ids = someIds(module.vocabulary.length, 12);
  const exact = logitsOf(file, ids);
  let state = module.start();
  for (const [t, id] of ids.entries()) {
    const after = module.next(state, id);
    expect(largestDifference(after.logits, exact[t])).toBeLessThan(1e-5);
    state = after.state;
  }
});

test('a state is a value: it can be continued in several ways, cloned and kept', async () => {
  const module = await importExported(randomModelFile());
  const { state } = module.next(module.start(), 3);
  const kept = structuredClone(state);
  const one = module.next(state, 4);
  const other = module.next(state, 5);
  expect(state).toEqual(kept);
  expect(module.next(kept, 4)).toEqual(one);
  expect(other.logits).not.toEqual(one.logits);
});

test('an id outside the vocabulary is refused', async () => {
  const module = await importExported(randomModelFile());
  for (const id of [-1, 14, 0.5, Number.NaN]) {
    expect(() => module.next(module.start(), id)).toThrow(/must be an integer from 0 to 13/);
  }
  expect(() => module.decode([14])).toThrow(RangeError);
});

test('the probabilities are the softmax of the logits', async () => {
  const { probabilities } = await importExported(randomModelFile());
  const probs = probabilities(Float32Array.of(0, Math.log(3)));
  expect(probs[1]).toBeCloseTo(0.75, 6);
  expect(probabilities([0, Math.log(3)], 0.5)[1]).toBeCloseTo(0.9, 6);
});

test('a module has only the code that its model needs', async () => {
  const text = await moduleText(randomModelFile({ cell: 'rnn' }));
  expect(text).toContain('function rnnStep');
  for (const other of [
    'lstmStep',
    'withZoneout',
    'Utf8Decoder',
    'mergeLong',
    'float16',
    'bytesFrom',
    'normalize',
  ]) {
    expect(text).not.toContain(other);
  }
});
