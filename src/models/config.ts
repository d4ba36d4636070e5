import { UnrolledError } from '../errors.ts';
import { choice, flag, integer, type Kind, rate, shown } from '../kinds.ts';
import { type Cell, cellNames, cells, cellsWith } from './cells.ts';

/** The architecture of a model. Together with the weights it defines the model completely. */
export interface RecurrentConfig {
  /**
   * The recurrent cell. `rnn` has tanh, `rnn-relu` max(0, …) instead; in a `mogrifier-lstm` the input and h modulate each
   * other before each step; the gates of `mingru` and `minlstm` depend only on the input.
   */
  readonly cell: Cell;
  /** V: the vocabulary size, in tokens. */
  readonly vocabSize: number;
  /** D: the embedding size. */
  readonly embeddingSize: number;
  /** H: the size of the hidden state. */
  readonly hiddenSize: number;
  /** The number of stacked recurrent layers. */
  readonly layers: number;
  /** GRU only: apply the reset gate after the product with Whh, as PyTorch does. Default false: before, as in the book. */
  readonly resetAfter?: boolean;
  /**
   * Tied embeddings: the output layer uses the embedding table, transposed (Press and Wolf 2017). The top recurrent layer
   * then has D units instead of H, as in the AWD-LSTM. Default false.
   */
  readonly tied?: boolean;
  /**
   * Zoneout (Krueger et al. 2017): the probability that a unit of h keeps its previous value, from 0 to below 1. Training
   * draws the units at random, evaluation uses the expectation. Default 0.
   */
  readonly zoneout?: number;
  /** The zoneout probability of an LSTM's or CIFG's c. Default 0. */
  readonly zoneoutCell?: number;
  /** Mogrifier LSTM only: the number of rounds in which x and h modulate each other, at least 2. Default 5. */
  readonly mogrifierRounds?: number;
  /** Mogrifier LSTM only: the rank of Q and R. Default: a quarter of the smaller of D and H, rounded up, at most 40. */
  readonly mogrifierRank?: number;
}

/** T, or T with the earlier name of `embeddingSize`. */
export type OrEarlierName<T> =
  | T
  | (Omit<T, 'embeddingSize'> & {
      /** @deprecated Use `embeddingSize`. */
      readonly wordvecSize: number;
    });

/** `embeddingSize` keeps its earlier name, `wordvecSize`, as a key in files and in `--json`. */
const [NAME, KEY] = ['embeddingSize', 'wordvecSize'];

/** A copy of a config from a file or an earlier program, with the names of `RecurrentConfig`. */
export function fromConfigKeys(config: object): Record<string, unknown> {
  return renamed(config, KEY, NAME);
}

/** A copy of a config with the keys of files and `--json`, in the same order. */
export function toConfigKeys(config: RecurrentConfig): Record<string, unknown> {
  return renamed(config, NAME, KEY);
}

function renamed(object: object, from: string, to: string): Record<string, unknown> {
  const entries = Object.entries(object);
  return Object.fromEntries(entries.map(([name, value]) => [name === from ? to : name, value]));
}

/** The number of rounds of a Mogrifier LSTM: with fewer than two, h would not be modulated. */
export const rounds: Kind<number> = integer({ from: 2, to: 100 });

const size = integer({ from: 1, to: 2 ** 31 - 1 });

/** The allowed values of each member. Members in `optional` may be omitted. */
const kinds: Readonly<Record<keyof RecurrentConfig, Kind>> = {
  vocabSize: size,
  embeddingSize: size,
  hiddenSize: size,
  layers: size,
  cell: choice(cellNames),
  resetAfter: flag,
  tied: flag,
  zoneout: rate,
  zoneoutCell: rate,
  mogrifierRounds: rounds,
  mogrifierRank: size,
};
const optional: readonly string[] = [
  'resetAfter',
  'tied',
  'zoneout',
  'zoneoutCell',
  'mogrifierRounds',
  'mogrifierRank',
];

/**
 * Checks a config from a file or an option.
 * @returns a copy, with the names of `RecurrentConfig`
 * @throws {UnrolledError} code `config` for a missing, unknown or invalid member, and for members that exclude each other
 */
export function checkConfig(value: unknown, where = 'config'): RecurrentConfig {
  if (typeof value !== 'object' || value === null) {
    throw wrong(where, `the config is ${shown(value)}; it must be an object.`);
  }
  const config = fromConfigKeys(value);
  const unknown = Object.keys(config).find((name) => !Object.hasOwn(kinds, name));
  if (unknown !== undefined) {
    throw wrong(where, `the config has the unknown key '${unknown}'. Use a newer version of unrolled.`);
  }
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind.accepts(config[name]) || (optional.includes(name) && !Object.hasOwn(config, name))) continue;
    throw wrong(where, `${name} is ${shown(config[name])}; it must be ${kind.needs}.`);
  }
  checkTogether(config as unknown as RecurrentConfig, where);
  return config as unknown as RecurrentConfig;
}

function wrong(where: string, what: string): UnrolledError {
  return new UnrolledError('config', `${where}: ${what}`);
}

/** Whether a layer keeps part of its previous state: in training at random, otherwise by expectation. */
export function hasZoneout({
  zoneout = 0,
  zoneoutCell = 0,
}: Pick<RecurrentConfig, 'zoneout' | 'zoneoutCell'>): boolean {
  return zoneout > 0 || zoneoutCell > 0;
}

/** The rounds of a Mogrifier LSTM, X for x and Y for h, and the rank K of their matrices. */
export function modulationOf(config: RecurrentConfig): { X: number; Y: number; K: number } {
  const { embeddingSize: D, hiddenSize: H, mogrifierRounds: count = 5, mogrifierRank } = config;
  const K = mogrifierRank ?? Math.min(40, Math.ceil(Math.min(D, H) / 4));
  return { X: Math.ceil(count / 2), Y: Math.floor(count / 2), K };
}

/** The width of layer i, from 0: H, or D for the top layer of a tied model. */
export function widthOf({ hiddenSize, embeddingSize, layers, tied }: RecurrentConfig, i: number): number {
  return tied && i === layers - 1 ? embeddingSize : hiddenSize;
}

/** Throws for members that exclude each other. */
function checkTogether(config: RecurrentConfig, where: string): void {
  const { tied, layers, hiddenSize: H, embeddingSize: D } = config;
  checkCell(config, where);
  checkModulation(config, where);
  if (tied && layers === 1 && H !== D) {
    throw wrong(
      where,
      `hiddenSize is ${H}, embeddingSize is ${D}; with tied weights, a single layer needs both equal. ` +
        'Make them equal, or use more layers.',
    );
  }
}

/** Throws for options that the cell does not have. */
function checkCell({ cell, resetAfter, zoneout, zoneoutCell }: RecurrentConfig, where: string): void {
  const record = cells[cell];
  if (resetAfter && !record.resetAfter) {
    throw wrong(
      where,
      `resetAfter is true, cell is "${cell}"; it needs a cell with a reset gate: ` +
        `${cellsWith((other) => other.resetAfter)}. Leave it out, or use gru.`,
    );
  }
  if (zoneout !== undefined && !record.zoneout.includes('h')) {
    throw wrong(
      where,
      `zoneout is ${zoneout}, cell is "${cell}", which has no zoneout. ` +
        'Leave it out, or use lstm or gru.',
    );
  }
  if (zoneoutCell !== undefined && !record.zoneout.includes('c')) {
    throw wrong(
      where,
      `zoneoutCell is ${zoneoutCell}, cell is "${cell}"; it needs a cell with a cell state c: ` +
        `${cellsWith((other) => other.zoneout.includes('c'))}. Leave it out, or use lstm.`,
    );
  }
}

function checkModulation({ cell, mogrifierRounds, mogrifierRank }: RecurrentConfig, where: string): void {
  const given = Object.entries({ mogrifierRounds, mogrifierRank }).find(([, value]) => value !== undefined);
  if (!given || cells[cell].modulated) return;
  throw wrong(
    where,
    `${given[0]} is ${given[1]}, cell is "${cell}"; it needs a cell whose input and state modulate each other: ` +
      `${cellsWith((other) => other.modulated)}. Leave it out, or use mogrifier-lstm.`,
  );
}
