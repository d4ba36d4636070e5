import type { RecurrentConfig } from '../../../src/models/config.ts';
import { logitsOf, someIds } from '../../support/interop.ts';

/** Each cell, with 1 to 3 layers, tied or not, of different widths or not, with zoneout or not. */
export const configs: readonly Partial<RecurrentConfig>[] = [
  { cell: 'rnn', layers: 1 },
  { cell: 'rnn', layers: 3, tied: true },
  { cell: 'rnn-relu' },
  { cell: 'lstm', layers: 1 },
  { cell: 'lstm', layers: 3 },
  { cell: 'lstm', tied: true },
  { cell: 'lstm', layers: 1, hiddenSize: 5, tied: true },
  { cell: 'lstm-cifg' },
  { cell: 'mogrifier-lstm' },
  { cell: 'mogrifier-lstm', mogrifierRounds: 2, mogrifierRank: 3, layers: 3, tied: true, zoneout: 0.2 },
  { cell: 'gru' },
  { cell: 'gru', resetAfter: true },
  { cell: 'gru', layers: 3, resetAfter: true, tied: true },
  { cell: 'mingru' },
  { cell: 'minlstm', layers: 3, tied: true },
  { cell: 'rnn', zoneout: 0.2 },
  { cell: 'rnn-relu', zoneout: 0.3 },
  { cell: 'lstm', zoneout: 0.1, zoneoutCell: 0.4 },
  { cell: 'lstm', zoneout: 0.2, tied: true },
  { cell: 'lstm-cifg', zoneoutCell: 0.4 },
  { cell: 'gru', zoneout: 0.2 },
  { cell: 'gru', zoneout: 0.2, resetAfter: true },
];

/** T of each block. */
const sizes = [1, 7, 4];
const length = sizes.reduce((sum, T) => sum + T);

/** N = 2 texts. */
const ids = someIds(14, 2 * length);
const texts = [ids.subarray(0, length), ids.subarray(length)];

/** The ids (T, N) of each block. */
export const blocks: readonly (readonly number[][])[] = sizes.map((T, block) => {
  const from = sizes.slice(0, block).reduce((sum, size) => sum + size, 0);
  return Array.from({ length: T }, (_, t) => texts.map((text) => text[from + t]));
});

/** The logits (T, N·V) of all blocks, from the zero state, computed in float64. */
export function exactLogits(file: Uint8Array): number[] {
  const rows = texts.map((text) => logitsOf(file, text));
  return rows[0].flatMap((_, t) => rows.flatMap((ofText) => [...ofText[t]]));
}
