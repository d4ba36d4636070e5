import type { Backend } from '../backends/backend.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import type { ModulationParams } from '../layers/steps/mogrifier-steps.ts';
import { TimeCIFG } from '../layers/time/cifg.ts';
import { TimeGRU } from '../layers/time/gru.ts';
import { TimeLSTM } from '../layers/time/lstm.ts';
import { TimeMinGRU } from '../layers/time/mingru.ts';
import { TimeMinLSTM } from '../layers/time/minlstm.ts';
import { TimeMogrifierLSTM } from '../layers/time/mogrifier-lstm.ts';
import { type RecurrentOptions, TimeRNN } from '../layers/time/rnn.ts';

/** The name of a recurrent cell. */
export type Cell =
  | 'rnn'
  | 'rnn-relu'
  | 'lstm'
  | 'lstm-cifg'
  | 'mogrifier-lstm'
  | 'gru'
  | 'mingru'
  | 'minlstm';

/** The parameters of one recurrent layer. */
export interface CellWeights {
  /** (D, G·H) */
  readonly Wx: Param;
  /** (H, G·H), of a cell with recurrent weights. */
  readonly Wh?: Param | undefined;
  /** (G·H) */
  readonly b: Param;
  /** (H), of a GRU with `resetAfter`. */
  readonly bh?: Param | undefined;
  /** The matrices Q and R of a Mogrifier LSTM. */
  readonly modulation?: ModulationParams | undefined;
}

/**
 * The parameters of a layer.
 * @param find finds a parameter by its name, such as `Wx`; undefined if the model has none
 */
export function cellWeightsOf(find: (name: string) => Param | undefined): CellWeights {
  const [Qdown, Qup, Rdown, Rup] = ['Qdown', 'Qup', 'Rdown', 'Rup'].map(find);
  return {
    Wx: find('Wx') as Param,
    Wh: find('Wh'),
    b: find('b') as Param,
    bh: find('bh'),
    modulation: Qdown && Qup && Rdown && Rup && { Qdown, Qup, Rdown, Rup },
  };
}

/** The properties of a cell. The rest of the library depends only on these, not on the cell's name. */
export interface CellRecord {
  /** The names of the G blocks of H columns in Wx, Wh and b, in order. */
  readonly gates: readonly string[];
  /** The states that a layer carries from block to block, each (N, H). */
  readonly states: readonly ('h' | 'c')[];
  /** Whether the cell has recurrent weights Wh. */
  readonly recurrentWeight: boolean;
  /**
   * Whether the cell has the variant `resetAfter`: the reset gate is applied after the product with Whh, which has a bias bh.
   */
  readonly resetAfter: boolean;
  /** Whether x and h modulate each other in rounds before each step, with low-rank matrices Q and R. */
  readonly modulated: boolean;
  /** The gate whose bias `forgetBias` sets, and its sign; null for a cell without a forget gate. */
  readonly forgetBias: { readonly gate: string; readonly sign: 1 | -1 } | null;
  /** The states with zoneout. */
  readonly zoneout: readonly ('h' | 'c')[];
  /** Creates the layer that computes T steps at once. */
  create(backend: Backend, weights: CellWeights, options: RecurrentOptions): RecurrentLayer;
  /**
   * The blocks of `torch.nn.RNN`, `LSTM` or `GRU` by our names, in PyTorch's order. A minus marks a gate whose weights and
   * biases change sign, because PyTorch's gate is 1 − ours. Null if PyTorch has no such cell.
   */
  readonly pytorch: readonly string[] | null;
  /** The same for the ONNX operator `RNN`, `LSTM` or `GRU`. */
  readonly onnx: readonly string[] | null;
}

const rnn: CellRecord = {
  gates: ['h'],
  states: ['h'],
  recurrentWeight: true,
  resetAfter: false,
  modulated: false,
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
  modulated: false,
  forgetBias: { gate: 'f', sign: 1 },
  zoneout: ['h', 'c'],
  create: (backend, { Wx, Wh, b }, options) => new TimeLSTM(backend, Wx, Wh!, b, options),
  pytorch: ['i', 'f', 'g', 'o'],
  onnx: ['i', 'o', 'f', 'g'],
};

/** PyTorch and ONNX: an LSTM whose input gate has the negated weights of the forget gate: 1 − σ(a) = σ(−a). */
const lstmCifg: CellRecord = {
  ...lstm,
  gates: ['f', 'g', 'o'],
  create: (backend, { Wx, Wh, b }, options) => new TimeCIFG(backend, Wx, Wh!, b, options),
  pytorch: ['-f', 'f', 'g', 'o'],
  onnx: ['-f', 'o', 'f', 'g'],
};

const mogrifierLstm: CellRecord = {
  ...lstm,
  modulated: true,
  create: (backend, { Wx, Wh, b, modulation }, options) =>
    new TimeMogrifierLSTM(backend, Wx, Wh!, b, modulation!, options),
  pytorch: null,
  onnx: null,
};

/** PyTorch's GRU is that with `resetAfter`; ONNX has both, selected by `linear_before_reset`. */
const gru: CellRecord = {
  gates: ['z', 'r', 'ĥ'],
  states: ['h'],
  recurrentWeight: true,
  resetAfter: true,
  modulated: false,
  forgetBias: null,
  zoneout: ['h'],
  create: (backend, { Wx, Wh, b, bh }, options) => new TimeGRU(backend, Wx, Wh!, b, bh, options),
  pytorch: ['r', '-z', 'ĥ'],
  onnx: ['-z', 'r', 'ĥ'],
};

/** z is 1 − the forget gate. There is no zoneout, because the scan has no separate steps. */
const mingru: CellRecord = {
  gates: ['z', 'ĥ'],
  states: ['h'],
  recurrentWeight: false,
  resetAfter: false,
  modulated: false,
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

/** All cells, by their names in a config. */
export const cells: Readonly<Record<Cell, CellRecord>> = {
  rnn,
  'rnn-relu': rnnRelu,
  lstm,
  'lstm-cifg': lstmCifg,
  'mogrifier-lstm': mogrifierLstm,
  gru,
  mingru,
  minlstm,
};

/** The names of all cells. */
export const cellNames: readonly Cell[] = Object.keys(cells) as Cell[];

/** The cells with a property, for an error: `lstm, mingru or minlstm`. */
export function cellsWith(property: (cell: CellRecord) => boolean): string {
  const names = cellNames.filter((name) => property(cells[name]));
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}
