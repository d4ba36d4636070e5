import { UnrolledError } from '../errors.ts';
import { checkNumbers } from '../kinds.ts';
import type { Arena } from '../tensor/arena.ts';
import type { Mask } from '../tensor/mask.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor, TensorView } from '../tensor/tensor.ts';

export interface GemmOptions {
  /** Use the first factor as its transpose. */
  transposeA?: boolean;
  transposeB?: boolean;
  /** Add the product to what `out` holds. */
  accumulate?: boolean;
  /** Compute only these columns of out, from the same ones of b. Either tensor may hold just these. */
  columns?: Columns;
}

/** From `first` to before `end`. */
export type Columns = readonly [first: number, end: number];

/** What a simple RNN cell does to its sum. */
export type Activation = 'tanh' | 'relu';

/**
 * Zoneout (Krueger et al. 2017) of a state (N,H): after each step s_t = k⊙s_{t−1} + (1 − k)⊙s̃_t, where s̃_t
 * is the cell's new state. Element i of the sequence (T,N,H) has k = 1 where the mask drops element i,
 * else 0; without a mask every k is `rate`, the expectation.
 */
export interface Zoneout {
  readonly rate: number;
  readonly mask: Mask | null;
  /** (N,T,H) s̃, saved for backward; null where the backward pass needs the mixed states only. */
  readonly made: Tensor | null;
  /** (2,N,H) Backward scratch. */
  readonly room: Tensor;
}

/**
 * Resets of a state in a block: before some steps of some streams it is 0, and no gradient passes the step's beginning. What
 * follows from the state before a step, zoneout included, sees that 0.
 */
export interface Resets {
  /** (N,T, int32) 1 where the state before the step is 0, else 0. */
  readonly at: Tensor;
  /**
   * (N,T,H) The state before each step. Its first step is the block's hStart or cStart, which is 0 where it is reset; the loop
   * writes the others, and the backward pass reads them.
   */
  readonly before: Tensor;
}

/** A block of T steps of an LSTM or CIFG, which its backward pass reads again. */
export interface LSTMBlock {
  /** (N,T,4H) x·Wx + b, which become the gates f, g, i, o; or (N,T,3H) of a CIFG, which become f, g, o. */
  gates: Tensor;
  /** (N,T,H) */
  hs: Tensor;
  cs: Tensor;
  /** (N,H) The state before the first step. */
  hStart: Tensor;
  cStart: Tensor;
  /** Of h and of c; the `made` of c is c̃. Default: none. */
  zoneout?: { readonly h: Zoneout | null; readonly c: Zoneout | null };
  /** Of h and of c, at the same steps. Default: none. */
  resets?: { readonly h: Resets; readonly c: Resets } | null;
}

/** What the backward pass of an LSTM or CIFG writes. */
export interface LSTMGradients {
  /** (N,T,4H) or (N,T,3H), w.r.t. the gate pre-activations. */
  dgates: Tensor;
  /** (N,H) In: w.r.t. the last state. Out: w.r.t. hStart and cStart. */
  dh: Tensor;
  dc: Tensor;
}

/** A block of T steps of a GRU, which its backward pass reads again. */
export interface GRUBlock {
  /** (N,T,3H) x·Wx + b, which become the gates z and r and the candidate ĥ. */
  gates: Tensor;
  /** (N,T,H) The candidate's input from h₋: r⊙h₋, or h₋·Whh + bh, to which r is applied later. */
  candidateInput: Tensor;
  /** (N,T,H) */
  hs: Tensor;
  /** (N,H) The state before the first step. */
  hStart: Tensor;
  /** (H) The bias of h₋·Whh where the reset follows that product; null where the reset precedes it. */
  bh: Tensor | null;
  /** Default: none. */
  zoneout?: Zoneout | null;
  /** Default: none. */
  resets?: Resets | null;
}

/** What the backward pass of a GRU writes. */
export interface GRUGradients {
  /** (N,T,3H) w.r.t. the pre-activations of gates and candidate. */
  dgates: Tensor;
  /** (N,T,H) w.r.t. `candidateInput`. */
  dcandidateInput: Tensor;
  /** (N,H) In: w.r.t. the last state. Out: w.r.t. hStart. */
  dh: Tensor;
}

/** A block of T steps of a minGRU or minLSTM, which its backward pass reads again. */
export interface ScanBlock {
  /** (N,T,2H) x·Wx + b, which become the gate z and the candidate ĥ; or (N,T,3H), which become f, i, ĥ. */
  gates: Tensor;
  /** (N,T,H) */
  hs: Tensor;
  /** (N,H) The state before the first step. */
  hStart: Tensor;
  /** Default: none. */
  resets?: Resets | null;
}

export interface LossOutputs {
  /** (M) −log softmax(xs + b)[m, ts[m]]. */
  losses: Tensor;
  /**
   * (3, float64) The mean loss, the sum of the losses, the number of targets that count. `countTargets`
   * initialises it, perhaps for more rows than these; the losses are added.
   */
  total: Tensor;
  /** (M,V) The gradient of that mean w.r.t. xs; null for none. May be the same tensor as xs. */
  dxs: Tensor | null;
  /** (rowChunks(M), V) The sums of dxs over chunks of M / rowChunks(M) consecutive rows; null for none. */
  sums: Tensor | null;
}

/** Common to all optimizers with moments: the gradient of a weight is dW + decay·W. */
interface StepNumbers {
  readonly decay: number;
}

export interface MomentumStep extends StepNumbers {
  readonly momentum: number;
  readonly ofGradient: number;
  readonly ofVelocity: number;
}

export interface SquaresStep extends StepNumbers {
  readonly keep: number;
  readonly share: number;
  readonly rate: number;
  readonly epsilon: number;
}

export interface AdamStep extends StepNumbers {
  readonly shrink: number;
  readonly keepM: number;
  readonly shareM: number;
  readonly keepV: number;
  readonly shareV: number;
  readonly rate: number;
  readonly epsilon: number;
}

/**
 * The only interface to the hardware: the operations that layers need, over tensors of one arena.
 *
 * A backend checks that tensors lie in its own memory. It does NOT check shapes that only a layer can explain, differentiate, plan memory or reorder: calls
 * take effect in the order in which they arrive. Every argument named `out` is overwritten, and may not
 * overlap an input, unless its docstring says otherwise. M rows, N columns; sequences are passed as their
 * `rows()`.
 *
 * Ids are checked on the host, where they are written. A call with an id outside its table accesses no memory
 * outside its tensors; a backend that detects it at once throws.
 */
export interface Backend {
  readonly name: string;
  /** A description for people: `wasm, float32, relaxed SIMD`. */
  readonly description: string;
  readonly arena: Arena;
  /** The number of threads that compute, the caller's included. */
  readonly threads: number;
  /** Releases threads and other resources beside memory. Afterwards the backend can't be used. */
  close(): void;

  /** A copy of the elements of x in memory order, as they are at the time of the call. */
  read(x: Tensor): Promise<TensorView>;
  /** `read` at once, on backends whose memory the host can access. A model's synchronous methods need it. */
  readSync?(x: Tensor): TensorView;
  /**
   * Copies numbers into x, in memory order; takes effect in order with the other calls.
   * @throws unless there are as many numbers as x has elements
   */
  write(x: Tensor, numbers: ArrayLike<number>): void;
  fill(out: Tensor, value: number): void;
  copy(out: Tensor, x: Tensor): void;
  /** out (M,N) = a (M,K) · b (K,N), or some columns of it. */
  gemm(out: Tensor, a: Tensor, b: Tensor, options?: GemmOptions): void;
  /** out (N,M) = aᵀ, a (M,N). */
  transpose(out: Tensor, a: Tensor): void;
  /** Each row of out (M,N) = b (N). */
  broadcastRows(out: Tensor, b: Tensor): void;
  /** Each row of x (M,N) = itself + b (N). */
  addToRows(x: Tensor, b: Tensor): void;
  /** out (N) = Σ over the rows of x (M,N), added to what out holds if `accumulate`. */
  sumRows(out: Tensor, x: Tensor, accumulate?: boolean): void;
  /** x = tanh x, element by element. */
  tanh(x: Tensor): void;
  /** dt = dh ⊙ (1 − h²): back through h = tanh t. */
  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void;
  /** x = max(0, x), element by element. */
  relu(x: Tensor): void;
  /** dt = dh where h > 0, else 0: back through h = max(0, t). */
  reluBackward(dt: Tensor, h: Tensor, dh: Tensor): void;
  /**
   * The time loop of the RNN. hs (N,T,H) holds x·Wx + b and becomes h_t = tanh(hs_t + h_{t−1}·Wh),
   * where h_{−1} is hStart (N,H); Wh (H,H). With `relu`, max(0, …) instead of tanh. Zoneout needs `made`.
   */
  rnnForward(
    hs: Tensor,
    hStart: Tensor,
    Wh: Tensor,
    activation?: Activation,
    zoneout?: Zoneout | null,
    resets?: Resets | null,
  ): void;
  /**
   * The backward pass of that loop, from the last step to the first: dts_t = (dhs_t + dh) ⊙ (1 − h_t²), then
   * dh = dts_t·WhT. dh (N,H) begins as 0 and ends as the gradient w.r.t. hStart; WhT (H,H) is Whᵀ.
   */
  rnnBackward(
    dts: Tensor,
    dh: Tensor,
    dhs: Tensor,
    hs: Tensor,
    WhT: Tensor,
    activation?: Activation,
    zoneout?: Zoneout | null,
    resets?: Resets | null,
  ): void;
  /**
   * The time loop of the LSTM; Wh (H,4H). f, i, o = σ(gates_t + h_{t−1}·Wh), g = tanh of the same;
   * c_t = f ⊙ c_{t−1} + g ⊙ i; h_t = o ⊙ tanh c_t. With gates of (N,T,3H) and Wh (H,3H) the CIFG's: i = 1 − f.
   */
  lstmForward(block: LSTMBlock, Wh: Tensor): void;
  /**
   * The backward pass of that loop. dhs (N,T,H); WhT (4H,H) or (3H,H) is Whᵀ.
   */
  lstmBackward(out: LSTMGradients, dhs: Tensor, block: LSTMBlock, WhT: Tensor): void;
  /**
   * The time loop of the GRU; Wh (H,3H). z, r = σ(gates_t + h_{t−1}·Wh); h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ.
   * ĥ = tanh(gates_t + (r ⊙ h_{t−1})·Whh), or with bh tanh(gates_t + r ⊙ (h_{t−1}·Whh + bh)).
   */
  gruForward(block: GRUBlock, Wh: Tensor): void;
  /**
   * The backward pass of that loop. dhs (N,T,H); WhT (3H,H) is Whᵀ.
   */
  gruBackward(out: GRUGradients, dhs: Tensor, block: GRUBlock, WhT: Tensor): void;
  /**
   * The scan of a cell whose gates don't depend on the state: h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ. Gates (N,T,2H)
   * are a minGRU's, z = σ(gates_t); gates (N,T,3H) a minLSTM's, f, i = σ(gates_t) and z = i/(f + i).
   */
  scanForward(block: ScanBlock): void;
  /**
   * The backward pass of that scan. dgates, of the shape of the gates: the gradient w.r.t. their
   * pre-activations. dh (N,H) holds the gradient w.r.t. the last state and ends as that w.r.t. hStart. dhs
   * (N,T,H).
   */
  scanBackward(out: { dgates: Tensor; dh: Tensor }, dhs: Tensor, block: ScanBlock): void;
  /** Row m of out (M,D) = row ids[m] of W (V,D). */
  gatherRows(out: Tensor, W: Tensor, ids: Tensor): void;
  /** Adds row m of dout (M,D) to row ids[m] of dW (V,D), in the order of m. */
  scatterAddRows(dW: Tensor, ids: Tensor, dout: Tensor): void;
  /** Row ids[m] of table (V,D) = row m of x (M,D); rows of equal ids must be equal. */
  scatterRows(table: Tensor, ids: Tensor, x: Tensor): void;
  /**
   * The unique ids among ids (M), in order of first appearance, padded with −1 up to M. marks (V, int32)
   * is 0 before and after. Such a list, as `rows`, limits the calls below to those rows.
   */
  uniqueIds(out: Tensor, ids: Tensor, marks: Tensor): void;
  /**
   * total (3, float64) = 0, 0, the number of targets in ts (M) that are not `ignored`; the others are from 0 to V − 1.
   */
  countTargets(total: Tensor, ts: Tensor, V: number, ignored: number): void;
  /**
   * Softmax, cross entropy and its gradient for each row of the logits xs (M,V), to which b (V), unless
   * it is null, is added first. `ignored` is the label whose loss and gradient are 0.
   */
  softmaxWithLoss(out: LossOutputs, xs: Tensor, b: Tensor | null, ts: Tensor, ignored: number): void;
  /**
   * Each row of out (M,V) = softmax(a·xs), a > 0, by default 1; out may be xs. A logit of −∞ has
   * the probability 0. A row with NaN or +∞, or of −∞ alone, becomes NaN.
   */
  softmax(out: Tensor, xs: Tensor, a?: number): void;
  /**
   * For each row of the logits xs (M,V): ranks (M, int32) = 1 + the number of logits above that of ts[m]; top
   * (M,K, int32), unless it is null, the ids of the K highest logits, the highest first; ties by lower id.
   * K ≤ V; each of ts is `ignored` or an id. Rows whose target is `ignored` are not written.
   */
  rankRows(out: { ranks: Tensor; top: Tensor | null }, xs: Tensor, ts: Tensor, ignored: number): void;
  /**
   * ids (M, int32): one index per row of the logits xs (M,V), sampled from softmax(a·xs). draws (M,3) holds
   * a, and a uniform number from [0, 1) as a sum of two, for float32's sake. a = 0 takes the highest logit,
   * ties by lower id; a = NaN skips the row. The id is −1 for a skipped row and where the highest logit is not
   * finite; other rows of xs are overwritten.
   */
  drawRows(ids: Tensor, xs: Tensor, draws: Tensor): void;
  /**
   * out = x·1/(1 − rate), or 0 where the mask drops the element; out may be x. In memory order, element i
   * uses element i mod `period` of the mask. Default period: the size of x, so that none repeats.
   */
  dropout(out: Tensor, x: Tensor, mask: Mask, period?: number): void;
  /** As `dropout` for whole rows: row m of x (M,D) uses element ids[m] of the mask. */
  dropoutRows(out: Tensor, x: Tensor, ids: Tensor, mask: Mask): void;
  /** Row m of out (M,D) = row m of x, or 0 where resets[m] (M, int32) isn't 0; out may be x. */
  resetRows(out: Tensor, x: Tensor, resets: Tensor): void;
  /** x = 0 in the listed rows. */
  zeroRows(x: Tensor, rows: Tensor): void;
  /** total (1, float64) = total + Σ x². */
  addSumOfSquares(total: Tensor, x: Tensor, rows?: Tensor | null): void;
  /** x = a·x */
  scale(x: Tensor, a: number, rows?: Tensor | null): void;
  /**
   * x = x·rate where rate = maxNorm/(√total + 1e-6) is below 1; total (1, float64) is the sum of squares of
   * all gradients that are clipped together.
   */
  clipByNorm(x: Tensor, total: Tensor, maxNorm: number, rows?: Tensor | null): void;
  /** x = x + terms (float64), of equal size; each sum is rounded once. */
  addFloat64(x: Tensor, terms: Tensor): void;
  /** y = y + a·x; x may be y. */
  addScaled(y: Tensor, a: number, x: Tensor, rows?: Tensor | null): void;
  /** y = y + a·(x − y) */
  lerp(y: Tensor, a: number, x: Tensor): void;
  /** Exchanges x and y, bit by bit. */
  swap(x: Tensor, y: Tensor): void;
  /** v = momentum·v + g, then W = W − (ofGradient·g + ofVelocity·v), where g = dW + decay·W. */
  momentumStep(W: Tensor, v: Tensor, dW: Tensor, numbers: MomentumStep): void;
  /** s = keep·s + share·g², then W = W − rate·g/(√s + epsilon), where g = dW + decay·W. */
  squaresStep(W: Tensor, s: Tensor, dW: Tensor, numbers: SquaresStep): void;
  /**
   * m = keepM·m + shareM·g and v = keepV·v + shareV·g², then
   * W = W − (shrink·W + rate·m/(√v + epsilon)), where g = dW + decay·W.
   */
  adamStep(W: Tensor, m: Tensor, v: Tensor, dW: Tensor, numbers: AdamStep): void;
}

/** The clipping factor for gradients whose squares add up to `total`; it applies where it is below 1. */
export function clipRate(total: number, maxNorm: number): number {
  return maxNorm / (Math.sqrt(total) + 1e-6);
}

/** The error for any use of a backend that was closed. */
export function closed(name: string): UnrolledError {
  return new UnrolledError('thread-failed', `${name}: the backend was closed; open another one.`);
}

/** Throws unless there are as many numbers as x has elements. */
export function checkWrite(x: Tensor, numbers: ArrayLike<number>): void {
  const { length } = Object(numbers);
  if (length === x.size) return;
  if (typeof length !== 'number') checkNumbers('write', 'the numbers', numbers);
  throw new UnrolledError(
    'shape',
    `write: got ${length} numbers for ${formatShape(x.shape)}; it takes ${x.size}.`,
  );
}

/** The sizes and the memory layout of a product. */
export interface GemmSizes {
  M: number;
  /** The number of columns that are computed. */
  N: number;
  K: number;
  /** The offsets of the first computed column in out and b. */
  first: { out: number; b: number };
  /** The distances from row to row, in elements. */
  stride: { out: number; a: number; b: number };
}

/** The sizes of a product; throws when the shapes disagree. */
export function gemmSizes(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions): GemmSizes {
  const { transposeA, transposeB } = options;
  const [rowsA, columnsA] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const [rowsB, columnsB] = transposeB ? [b.shape[1], b.shape[0]] : b.shape;
  const [M, width] = out.shape;
  const [first, end] = options.columns ?? [0, width];
  const N = end - first;
  const holds = (columns: number) => columns === N || (columns > N && columns >= end);
  const fits =
    [out, a, b].every((tensor) => tensor.shape.length === 2 && tensor.order === 'rows') &&
    (options.columns ? first >= 0 && N > 0 && holds(width) && holds(columnsB) : columnsB === width);
  if (!fits || rowsA !== M || columnsA !== rowsB) throw unfit(out, a, b, options);
  const firstB = columnsB === N ? 0 : first;
  return {
    M,
    N,
    K: rowsB,
    first: { out: width === N ? 0 : first, b: transposeB ? firstB * rowsB : firstB },
    stride: { out: width, a: a.shape[1], b: b.shape[1] },
  };
}

function unfit(out: Tensor, a: Tensor, b: Tensor, options: GemmOptions): UnrolledError {
  const transposed = (flag?: boolean) => (flag ? ' transposed' : '');
  const columns = options.columns ? `, in columns ${options.columns.join(' to ')}` : '';
  return new UnrolledError(
    'shape',
    `gemm: a is ${formatShape(a.shape)}${transposed(options.transposeA)}, ` +
      `b is ${formatShape(b.shape)}${transposed(options.transposeB)}, out is ${formatShape(out.shape)}${columns}; ` +
      'it needs (M, K) · (K, N) = (M, N).',
  );
}
