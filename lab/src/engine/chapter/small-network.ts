import {
  type Backend,
  createParam,
  initByFanIn,
  initNormal,
  openBackend,
  type Param,
  Random,
  type Tensor,
  TimeAffine,
  TimeEmbedding,
  TimeRNN,
  TimeSoftmaxWithLoss,
} from 'unrolled';
import { spellings } from './sentence.ts';

/** Sizes whose numbers can all be shown. */
export const [D, H] = [3, 4];
const SEED = 2;

export interface NetworkOptions {
  /** H. Default: small enough to show each number. */
  readonly hidden?: number;
  /** Factor of the initial Wh. Default 1. */
  readonly scale?: number;
  readonly stateful?: boolean;
}

/** The chapter's layers at a small size: embedding, RNN, affine, softmax with loss. */
export interface SmallNetwork {
  readonly backend: Backend;
  readonly embedding: TimeEmbedding;
  readonly rnn: TimeRNN;
  readonly affine: TimeAffine;
  readonly softmax: TimeSoftmaxWithLoss;
  readonly params: readonly Param[];
}

/** Calls a function with a new network in float64, which is closed after it. */
export async function withNetwork<T>(
  options: NetworkOptions,
  work: (network: SmallNetwork) => T,
): Promise<T> {
  const backend = await openBackend('reference');
  try {
    return work(create(backend, options));
  } finally {
    backend.close();
  }
}

function create(backend: Backend, { hidden = H, scale = 1, stateful = true }: NetworkOptions): SmallNetwork {
  const V = spellings.length;
  const param = (name: string, ...shape: number[]) => createParam(backend.arena, name, shape);
  const [table, Wx] = [param('embedding.W', V, D), param('rnn.Wx', D, hidden)];
  const [Wh, b] = [param('rnn.Wh', hidden, hidden), param('rnn.b', hidden)];
  const [W, c] = [param('affine.W', hidden, V), param('affine.b', V)];
  const random = new Random(SEED);
  // Larger than the 1/100 of training, so that the states differ visibly.
  initNormal(table, random, 1);
  initByFanIn(Wx, random);
  initNormal(Wh, random, scale / Math.sqrt(hidden));
  initByFanIn(W, random);
  return {
    backend,
    embedding: new TimeEmbedding(backend, table),
    rnn: new TimeRNN(backend, Wx, Wh, b, { stateful }),
    affine: new TimeAffine(backend, W, c),
    softmax: new TimeSoftmaxWithLoss(backend),
    params: [table, Wx, Wh, b, W, c],
  };
}

/** Ids (N, T) as a tensor, given in row-major order. */
export function placed({ arena }: Backend, ids: ArrayLike<number>, N = 1): Tensor {
  return arena.sequence([N, ids.length / N], 'int32').set(ids);
}
