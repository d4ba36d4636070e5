import type { Backend } from '../backends/backend.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import { TimeCIFG } from '../layers/time/cifg.ts';
import { TimeGRU } from '../layers/time/gru.ts';
import { TimeLSTM } from '../layers/time/lstm.ts';
import { TimeMinGRU } from '../layers/time/mingru.ts';
import { TimeMinLSTM } from '../layers/time/minlstm.ts';
import { type RecurrentOptions, TimeRNN } from '../layers/time/rnn.ts';

/** What a layer's step is made of. */
export type Cell = 'rnn' | 'rnn-relu' | 'lstm' | 'lstm-cifg' | 'gru' | 'mingru' | 'minlstm';

/** The Params of one layer. */
export interface CellWeights {
  /** (D, G·H) */
  readonly Wx: Param;
  /** (H, G·H), of a cell with a recurrent weight. */
  readonly Wh?: Param | undefined;
  /** (G·H) */
  readonly b: Param;
  /** (H), of a cell that resets after its product. */
  readonly bh?: Param | undefined;
}

/** All that the rest of the library knows of a cell. */
export interface CellRecord {
  /** The G blocks of H columns of Wx, Wh and b, in the order in which they lie there. */
  readonly gates: readonly string[];
  /** What a layer carries from block to block, each (N, H). */
  readonly states: readonly ('h' | 'c')[];
  /** Whether h₋ is multiplied by a weight Wh. */
  readonly recurrentWeight: boolean;
  /** Whether `resetAfter` makes another cell of it: the reset comes after the product, which gets a bias bh. */
  readonly resetAfter: boolean;
  /** The gate whose bias a forget bias is, and with which sign; null where no gate forgets whatever the state is. */
  readonly forgetBias: { readonly gate: string; readonly sign: 1 | -1 } | null;
  /** The states that zoneout can hold. */
  readonly zoneout: readonly ('h' | 'c')[];
  /** The layer for T steps at once. */
  create(backend: Backend, weights: CellWeights, options: RecurrentOptions): RecurrentLayer;
  /**
   * The blocks of `torch.nn.RNN`, `LSTM` or `GRU` by our names, in their order; a minus stands before a gate whose
   * weights and biases change their sign, because the other's gate is 1 − ours. Null where PyTorch has no such cell.
   */
  readonly pytorch: readonly string[] | null;
  /** The same of the ONNX operator `RNN`, `LSTM` or `GRU`. */
  readonly onnx: readonly string[] | null;
}

const rnn: CellRecord = {
  gates: ['h'],
  states: ['h'],
  recurrentWeight: true,
  resetAfter: false,
  forgetBias: null,
  zoneout: ['h'],
  create: (backend, { Wx, Wh, b }, options) => new TimeRNN(backend, Wx, Wh!, b, options),
  pytorch: ['h'],
  onnx: ['h'],
};

const rnnRelu: CellRecord = {
  ...rnn,
  create: (backend, { Wx, Wh, b }, options) =>
    new TimeRNN(backend, Wx, Wh!, b, { ...options, activation: 'relu' }),
};

const lstm: CellRecord = {
  gates: ['f', 'g', 'i', 'o'],
  states: ['h', 'c'],
  recurrentWeight: true,
  resetAfter: false,
  forgetBias: { gate: 'f', sign: 1 },
  zoneout: ['h', 'c'],
  create: (backend, { Wx, Wh, b }, options) => new TimeLSTM(backend, Wx, Wh!, b, options),
  pytorch: ['i', 'f', 'g', 'o'],
  onnx: ['i', 'o', 'f', 'g'],
};

/** Elsewhere an LSTM whose input gate is made from the forget gate's weights: 1 − σ(a) = σ(−a). */
const lstmCifg: CellRecord = {
  ...lstm,
  gates: ['f', 'g', 'o'],
  create: (backend, { Wx, Wh, b }, options) => new TimeCIFG(backend, Wx, Wh!, b, options),
  pytorch: ['-f', 'f', 'g', 'o'],
  onnx: ['-f', 'o', 'f', 'g'],
};

/** PyTorch's is the one with `resetAfter`; ONNX has both, by `linear_before_reset`. */
const gru: CellRecord = {
  gates: ['z', 'r', 'ĥ'],
  states: ['h'],
  recurrentWeight: true,
  resetAfter: true,
  forgetBias: null,
  zoneout: ['h'],
  create: (backend, { Wx, Wh, b, bh }, options) => new TimeGRU(backend, Wx, Wh!, b, bh, options),
  pytorch: ['r', '-z', 'ĥ'],
  onnx: ['-z', 'r', 'ĥ'],
};

/** Its z is what it forgets. A scan has no steps to hold a state in. */
const mingru: CellRecord = {
  gates: ['z', 'ĥ'],
  states: ['h'],
  recurrentWeight: false,
  resetAfter: false,
  forgetBias: { gate: 'z', sign: -1 },
  zoneout: [],
  create: (backend, { Wx, b }, options) => new TimeMinGRU(backend, Wx, b, options),
  pytorch: null,
  onnx: null,
};

const minlstm: CellRecord = {
  ...mingru,
  gates: ['f', 'i', 'ĥ'],
  forgetBias: { gate: 'f', sign: 1 },
  create: (backend, { Wx, b }, options) => new TimeMinLSTM(backend, Wx, b, options),
};

/** Every cell, by the name that a config has. */
export const cells: Readonly<Record<Cell, CellRecord>> = {
  rnn,
  'rnn-relu': rnnRelu,
  lstm,
  'lstm-cifg': lstmCifg,
  gru,
  mingru,
  minlstm,
};

export const cellNames: readonly Cell[] = Object.keys(cells) as Cell[];

/** The cells for which that is so, for an error: `lstm, mingru or minlstm`. */
export function cellsWith(property: (cell: CellRecord) => boolean): string {
  const names = cellNames.filter((name) => property(cells[name]));
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}
