export type Cell = 'rnn' | 'lstm' | 'gru';

/** A model of recurrent layers: D a token's vector, H the hidden state, V the vocabulary. */
export interface ModelSizes {
  /** `rnn` has tanh; the reset of `gru` comes after its product. */
  readonly cell: Cell;
  readonly layers: number;
  readonly V: number;
  readonly D: number;
  readonly H: number;
}

export interface TrainJob extends ModelSizes {
  readonly kind: 'train';
  /** Streams. */
  readonly N: number;
  /** Steps of a block. */
  readonly T: number;
}

/** Generation of one stream, token by token; or a prompt and the first token after it. */
export interface GenerateJob extends ModelSizes {
  readonly kind: 'generate' | 'first-token';
  /** Length of the prompt in tokens. */
  readonly prompt: number;
}

/** out (M,N) = a (M,K) · b (K,N) in float32. */
export interface GemmJob {
  readonly kind: 'gemm';
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** A text to ids by a tokenizer.json; both are files. */
export interface EncodeJob {
  readonly kind: 'encode';
  readonly text: string;
  readonly tokenizer: string;
}

/** The job of a contender, passed as JSON in its last argument. One step of it is timed. */
export type Job = TrainJob | GenerateJob | GemmJob | EncodeJob;

const train = (cell: Cell, layers: number, V: number, H: number, N: number, T: number): TrainJob => {
  return { kind: 'train', cell, layers, V, D: H, H, N, T };
};

/** The training configurations of the table. */
export const trainConfigs: Readonly<Record<string, TrainJob>> = {
  chapter: train('rnn', 1, 418, 100, 10, 5),
  'rnn-10k': train('rnn', 1, 10_000, 100, 20, 35),
  'rnn-200': train('rnn', 2, 10_000, 200, 20, 20),
  'rnn-650': train('rnn', 2, 10_000, 650, 20, 35),
  'lstm-200': train('lstm', 2, 10_000, 200, 20, 20),
  'lstm-650': train('lstm', 2, 10_000, 650, 20, 35),
  'gru-200': train('gru', 2, 10_000, 200, 20, 20),
  'gru-650': train('gru', 2, 10_000, 650, 20, 35),
};

const large: ModelSizes = { cell: 'rnn', layers: 2, V: 10_000, D: 650, H: 650 };

/** One stream through the model of `rnn-650`. */
export const generateConfigs = {
  'next token': { kind: 'generate', prompt: 1, ...large },
  'first token': { kind: 'first-token', prompt: 32, ...large },
} as const satisfies Record<string, GenerateJob>;

/** A cube, and the recurrent product of a wide LSTM. */
export const gemmConfigs = {
  '512³': { kind: 'gemm', M: 512, N: 512, K: 512 },
  '20×2600×650': { kind: 'gemm', M: 20, N: 2600, K: 650 },
} as const satisfies Record<string, GemmJob>;

/** Tokens that one step trains on or generates. */
export function tokensPerStep(job: TrainJob | GenerateJob, oneStream: boolean = false): number {
  if (job.kind !== 'train') return 1;
  return oneStream ? job.T : job.N * job.T;
}

/** Products with a weight of H columns in each layer. */
const gates: Readonly<Record<Cell, number>> = { rnn: 1, lstm: 4, gru: 3 };

/**
 * Operations of the matrix products for one trained token: 2 for each weight forward, 4 backward.
 * The rows of the embedding are looked up, not multiplied.
 */
export function flopsPerToken({ cell, layers, V, D, H }: ModelSizes): number {
  return 6 * (gates[cell] * (D * H + H * H + (layers - 1) * 2 * H * H) + H * V);
}

export function flopsPerProduct({ M, N, K }: GemmJob): number {
  return 2 * M * N * K;
}

/** The sizes of a job in words: `RNN 2×650, V=10,000, N=20, T=35`. */
export function describeModel({ cell, layers, V, D, H, ...rest }: TrainJob | GenerateJob): string {
  const size = `${cell.toUpperCase()} ${layers === 1 ? '' : `${layers}×`}${H}`;
  const vectors = D === H ? '' : `, D=${D}`;
  const block = 'N' in rest ? `, N=${rest.N}, T=${rest.T}` : '';
  return `${size}${vectors}, V=${V.toLocaleString('en')}${block}`;
}
