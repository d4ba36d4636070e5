import type { Cell } from '../../models/cells.ts';

/** How Keras computes a cell of ours. */
export interface KerasCell {
  /** The class of its layer. */
  readonly type: 'SimpleRNN' | 'LSTM' | 'GRU';
  readonly activation: 'tanh' | 'relu';
  /** The blocks of its kernels by our names, in its order; a minus marks a gate that is 1 − ours. */
  readonly gates: readonly string[];
}

/** Keras' update gate z keeps the old state, ours takes the new one. Its GRU has both positions of the reset gate. */
export const kerasCells: Readonly<Record<Cell, KerasCell | null>> = {
  rnn: { type: 'SimpleRNN', activation: 'tanh', gates: ['h'] },
  'rnn-relu': { type: 'SimpleRNN', activation: 'relu', gates: ['h'] },
  lstm: { type: 'LSTM', activation: 'tanh', gates: ['i', 'f', 'g', 'o'] },
  'lstm-cifg': { type: 'LSTM', activation: 'tanh', gates: ['-f', 'f', 'g', 'o'] },
  gru: { type: 'GRU', activation: 'tanh', gates: ['-z', 'r', 'ĥ'] },
  'mogrifier-lstm': null,
  mingru: null,
  minlstm: null,
};

/** The cell of a Keras layer; an LSTM is never taken for a CIFG. */
export function cellFor(type: string, activation: string): Cell {
  if (type === 'SimpleRNN') return activation === 'relu' ? 'rnn-relu' : 'rnn';
  return type === 'LSTM' ? 'lstm' : 'gru';
}
