import { expect, test } from 'vitest';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { flopsPerToken } from '../../src/models/flops.ts';

const sizes = { cell: 'rnn', vocabSize: 1000, embeddingSize: 20, hiddenSize: 20, layers: 2 } as const;
const recurrent = 2 * (20 * 20 + 20 * 20);

test.each([false, true])(
  'counts three products per weight matrix and none for embedding lookups (tied: %s)',
  (tied) => {
    const config: RecurrentConfig = { ...sizes, tied };
    expect(flopsPerToken(config)).toBe(6 * (recurrent + 20 * 1000));
    expect(flopsPerToken(config, 100)).toBe(6 * (recurrent + 20 * 100));
    expect(flopsPerToken(config, 5000)).toBe(flopsPerToken(config));
  },
);
