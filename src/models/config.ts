import { UnrolledError } from '../errors.ts';

/** What a model is made of: enough to build it again around its weights. */
export interface RecurrentConfig {
  /** The recurrent cell. */
  readonly cell: 'rnn';
  /** V: the number of different tokens. */
  readonly vocabSize: number;
  /** D: the length of a token's vector. */
  readonly wordvecSize: number;
  /** H: the length of the hidden state. */
  readonly hiddenSize: number;
  /** The number of recurrent layers, one on top of the other. */
  readonly layers: number;
}

const sizes = ['vocabSize', 'wordvecSize', 'hiddenSize', 'layers'] as const;
const cells = ['rnn'] as const;

/** Checks a config that came from outside: a file, an option. Unknown members are refused. */
export function checkConfig(value: unknown, where = 'config'): RecurrentConfig {
  if (typeof value !== 'object' || value === null) {
    throw new UnrolledError(`${where}: the config is ${JSON.stringify(value)}; it must be an object.`);
  }
  const config = value as Record<string, unknown>;
  for (const name of Object.keys(config)) {
    if (name !== 'cell' && !sizes.some((size) => size === name)) {
      throw new UnrolledError(
        `${where}: the config has '${name}', which this version doesn't know. Use a newer version of unrolled.`,
      );
    }
  }
  for (const name of sizes) {
    const size = config[name];
    if (!Number.isInteger(size) || (size as number) < 1 || (size as number) > 2 ** 31 - 1) {
      throw new UnrolledError(
        `${where}: ${name} is ${JSON.stringify(size)}; it must be a whole number from 1 on.`,
      );
    }
  }
  if (!cells.some((cell) => cell === config.cell)) {
    throw new UnrolledError(
      `${where}: cell is ${JSON.stringify(config.cell)}; it must be one of ${cells.join(', ')}.`,
    );
  }
  return config as unknown as RecurrentConfig;
}
