import { UnrolledError } from '../errors.ts';
import { type Cell, cellNames, cells, cellsWith } from './cells.ts';

/** What a model is made of: enough to build it again around its weights. */
export interface RecurrentConfig {
  /**
   * The recurrent cell; `rnn` has tanh, `rnn-relu` max(0, …) in its place; the gates of `mingru` and
   * `minlstm` know the input alone.
   */
  readonly cell: Cell;
  /** V: the number of different tokens. */
  readonly vocabSize: number;
  /** D: the length of a token's vector. */
  readonly wordvecSize: number;
  /** H: the length of the hidden state. */
  readonly hiddenSize: number;
  /** The number of recurrent layers, one on top of the other. */
  readonly layers: number;
  /** Of a GRU: reset after the product with Whh, as in PyTorch. Default false: before, as in the book. */
  readonly resetAfter?: boolean;
  /**
   * The affine layer's W is the embedding's, transposed (Press and Wolf 2017). The top recurrent layer
   * then has D units instead of H, as in the AWD-LSTM. Default false.
   */
  readonly tied?: boolean;
  /**
   * Zoneout (Krueger et al. 2017): the share of the units of h that a step leaves as they are, in training at
   * random, else by expectation; that of an LSTM's c is `zoneoutCell`. From 0 to below 1. Default 0.
   */
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
}

const sizes = ['vocabSize', 'wordvecSize', 'hiddenSize', 'layers'] as const;
const choices = ['resetAfter', 'tied'] as const;
const shares = ['zoneout', 'zoneoutCell'] as const;

/** Checks a config that came from outside: a file, an option. Unknown members are refused. */
export function checkConfig(value: unknown, where = 'config'): RecurrentConfig {
  if (typeof value !== 'object' || value === null) {
    throw new UnrolledError(
      'config',
      `${where}: the config is ${JSON.stringify(value)}; it must be an object.`,
    );
  }
  const config = value as Record<string, unknown>;
  for (const name of Object.keys(config)) {
    if (![...sizes, ...choices, ...shares, 'cell'].includes(name)) {
      throw new UnrolledError(
        'config',
        `${where}: the config has '${name}', which this version doesn't know. Use a newer version of unrolled.`,
      );
    }
  }
  for (const name of sizes) {
    const size = config[name];
    if (!Number.isInteger(size) || (size as number) < 1 || (size as number) > 2 ** 31 - 1) {
      throw new UnrolledError(
        'config',
        `${where}: ${name} is ${JSON.stringify(size)}; it must be a whole number from 1 on.`,
      );
    }
  }
  if (!cellNames.some((cell) => cell === config.cell)) {
    throw new UnrolledError(
      'config',
      `${where}: cell is ${JSON.stringify(config.cell)}; it must be one of ${cellNames.join(', ')}.`,
    );
  }
  for (const name of choices) {
    if (!Object.hasOwn(config, name) || typeof config[name] === 'boolean') continue;
    throw new UnrolledError(
      'config',
      `${where}: ${name} is ${JSON.stringify(config[name])}; it must be true or false.`,
    );
  }
  for (const name of shares) {
    const share = config[name];
    if (!Object.hasOwn(config, name) || (typeof share === 'number' && share >= 0 && share < 1)) continue;
    throw new UnrolledError(
      'config',
      `${where}: ${name} is ${JSON.stringify(share)}; it must be from 0 to below 1, for example 0.1.`,
    );
  }
  checkTogether(config as unknown as RecurrentConfig, where);
  return config as unknown as RecurrentConfig;
}

/** The width of layer i, counted from 0: H, or D of the top one when it meets the embedding again. */
export function widthOf({ hiddenSize, wordvecSize, layers, tied }: RecurrentConfig, i: number): number {
  return tied && i === layers - 1 ? wordvecSize : hiddenSize;
}

/** Refuses what says nothing, or two things at once. */
function checkTogether(config: RecurrentConfig, where: string): void {
  const { tied, layers, hiddenSize: H, wordvecSize: D } = config;
  checkCell(config, where);
  if (tied && layers === 1 && H !== D) {
    throw new UnrolledError(
      'config',
      `${where}: hiddenSize is ${H}, wordvecSize is ${D}; a single layer that is tied has the width of the ` +
        'vectors. Make both the same, or take more layers.',
    );
  }
}

/** Refuses what the cell can't have. */
function checkCell({ cell, resetAfter, zoneout, zoneoutCell }: RecurrentConfig, where: string): void {
  const record = cells[cell];
  if (resetAfter && !record.resetAfter) {
    throw new UnrolledError(
      'config',
      `${where}: resetAfter is true, cell is "${cell}"; it needs a cell with a reset: ` +
        `${cellsWith((other) => other.resetAfter)}. Leave it out, or take gru.`,
    );
  }
  if (zoneout !== undefined && !record.zoneout.includes('h')) {
    throw new UnrolledError(
      'config',
      `${where}: zoneout is ${zoneout}, cell is "${cell}", whose scan has no steps to hold a state in. ` +
        'Leave it out, or take lstm or gru.',
    );
  }
  if (zoneoutCell !== undefined && !record.zoneout.includes('c')) {
    throw new UnrolledError(
      'config',
      `${where}: zoneoutCell is ${zoneoutCell}, cell is "${cell}"; it needs a cell with a c beside h: ` +
        `${cellsWith((other) => other.zoneout.includes('c'))}. Leave it out, or take lstm.`,
    );
  }
}
