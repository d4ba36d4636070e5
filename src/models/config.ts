import { UnrolledError } from '../errors.ts';
import { choice, flag, integer, type Kind, rate, shown } from '../kinds.ts';
import { type Cell, cellNames, cells, cellsWith } from './cells.ts';

/** The architecture of a model: with the weights, enough to rebuild it. */
export interface RecurrentConfig {
  /**
   * The recurrent cell; `rnn` has tanh, `rnn-relu` max(0, …) in its place; the gates of `mingru` and
   * `minlstm` depend on the input alone.
   */
  readonly cell: Cell;
  /** V: the number of different tokens. */
  readonly vocabSize: number;
  /** D: the embedding size. */
  readonly embeddingSize: number;
  /** H: the size of the hidden state. */
  readonly hiddenSize: number;
  /** The number of stacked recurrent layers. */
  readonly layers: number;
  /** Of a GRU: reset after the product with Whh, as in PyTorch. Default false: before, as in the book. */
  readonly resetAfter?: boolean;
  /**
   * The affine layer's W is the embedding's, transposed (Press and Wolf 2017). The top recurrent layer
   * then has D units instead of H, as in the AWD-LSTM. Default false.
   */
  readonly tied?: boolean;
  /**
   * Zoneout (Krueger et al. 2017): the fraction of the units of h that a step leaves as they are, in training at
   * random, otherwise in expectation; that of an LSTM's c is `zoneoutCell`. From 0 to below 1. Default 0.
   */
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
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

/** A copy with the names of `RecurrentConfig` of a config from a file or an earlier program. */
export function fromConfigKeys(config: object): Record<string, unknown> {
  return renamed(config, KEY, NAME);
}

/** A copy with the keys of files and `--json`, in the same order. */
export function toConfigKeys(config: RecurrentConfig): Record<string, unknown> {
  return renamed(config, NAME, KEY);
}

function renamed(object: object, from: string, to: string): Record<string, unknown> {
  const entries = Object.entries(object);
  return Object.fromEntries(entries.map(([name, value]) => [name === from ? to : name, value]));
}

const size = integer({ from: 1, to: 2 ** 31 - 1 });

/** The values of each member. Those of `optional` may be left out. */
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
};
const optional: readonly string[] = ['resetAfter', 'tied', 'zoneout', 'zoneoutCell'];

/**
 * Checks a config from a file or an option.
 * @returns a copy, with the names of `RecurrentConfig`
 * @throws for a member that is missing, unknown or of the wrong kind, and for members that contradict one another
 */
export function checkConfig(value: unknown, where = 'config'): RecurrentConfig {
  if (typeof value !== 'object' || value === null) {
    throw wrong(where, `the config is ${shown(value)}; it must be an object.`);
  }
  const config = fromConfigKeys(value);
  const unknown = Object.keys(config).find((name) => !Object.hasOwn(kinds, name));
  if (unknown !== undefined) {
    throw wrong(
      where,
      `the config has '${unknown}', which this version doesn't know. Use a newer version of unrolled.`,
    );
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

/** The width of layer i, counted from 0: H, or D for the top layer of a tied model. */
export function widthOf({ hiddenSize, embeddingSize, layers, tied }: RecurrentConfig, i: number): number {
  return tied && i === layers - 1 ? embeddingSize : hiddenSize;
}

/** Throws for members that contradict one another. */
function checkTogether(config: RecurrentConfig, where: string): void {
  const { tied, layers, hiddenSize: H, embeddingSize: D } = config;
  checkCell(config, where);
  if (tied && layers === 1 && H !== D) {
    throw wrong(
      where,
      `hiddenSize is ${H}, embeddingSize is ${D}; a single layer that is tied has the width of the ` +
        'vectors. Make both the same, or take more layers.',
    );
  }
}

/** Throws for options that the cell lacks. */
function checkCell({ cell, resetAfter, zoneout, zoneoutCell }: RecurrentConfig, where: string): void {
  const record = cells[cell];
  if (resetAfter && !record.resetAfter) {
    throw wrong(
      where,
      `resetAfter is true, cell is "${cell}"; it needs a cell with a reset: ` +
        `${cellsWith((other) => other.resetAfter)}. Leave it out, or take gru.`,
    );
  }
  if (zoneout !== undefined && !record.zoneout.includes('h')) {
    throw wrong(
      where,
      `zoneout is ${zoneout}, cell is "${cell}", whose scan has no steps to hold a state in. ` +
        'Leave it out, or take lstm or gru.',
    );
  }
  if (zoneoutCell !== undefined && !record.zoneout.includes('c')) {
    throw wrong(
      where,
      `zoneoutCell is ${zoneoutCell}, cell is "${cell}"; it needs a cell with a c beside h: ` +
        `${cellsWith((other) => other.zoneout.includes('c'))}. Leave it out, or take lstm.`,
    );
  }
}
