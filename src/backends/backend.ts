import { UnrolledError } from '../errors.ts';
import { checkNumbers } from '../kinds.ts';
import type { Arena } from '../tensor/arena.ts';
import type { Mask } from '../tensor/mask.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor, TensorView } from '../tensor/tensor.ts';

/** Options of a matrix product. */
export interface GemmOptions {
  /** Use the first factor as its transpose. Default false. */
  transposeA?: boolean;
  /** Use the second factor as its transpose. Default false. */
  transposeB?: boolean;
  /** Add the product to `out` instead of overwriting it. Default false. */
  accumulate?: boolean;
  /** Compute only these columns of `out`, from the same columns of b. Either tensor may hold only these. Default: all. */
  columns?: Columns;
}

/** A range of columns: `first` is included, `end` is not. */
export type Columns = readonly [first: number, end: number];

/** The activation function of a simple RNN cell. */
export type Activation = 'tanh' | 'relu';

/**
 * Zoneout (Krueger et al. 2017) of a state (N,H): after each step s_t = k⊙s_{t−1} + (1 − k)⊙s̃_t, where s̃_t
 * is the candidate state, the output of the cell. Element i of the sequence (T,N,H) has k = 1 where the mask drops element i,
 * else 0; without a mask every k is `rate`, the expectation.
 */
export interface Zoneout {
  /** The probability that a unit keeps its previous value, from 0 to below 1. */
  readonly rate: number;
  /** The random mask of a training step; null uses the expectation. */
  readonly mask: Mask | null;
  /** (N,T,H) s̃, saved for backward; null where the backward pass needs only the mixed states. */
  readonly candidate: Tensor | null;
  /** (2,N,H) Backward scratch. */
  readonly scratch: Tensor;
}

/**
 * Resets of a state in a block: the state of some streams is set to 0 before some steps, and no gradient flows back past
 * such a reset. Everything that reads the previous state, including zoneout, reads 0.
 */
export interface Resets {
  /** (N,T, int32) 1 where the state is reset before the step, else 0. */
  readonly at: Tensor;
  /**
   * (N,T,H) The state before each step. The caller sets step 0 (the block's hStart or cStart, 0 where it is reset); the
   * forward loop writes the other steps, and the backward pass reads them.
   */
  readonly before: Tensor;
}

/** The forward pass of an LSTM or CIFG over T steps, saved for backward. */
export interface LSTMBlock {
  /** (N,T,4H) x·Wx + b; the forward pass overwrites it with the gates f, g, i, o. For a CIFG (N,T,3H): f, g, o. */
  gates: Tensor;
  /** (N,T,H) The hidden state after each step. */
  hs: Tensor;
  /** (N,T,H) The cell state after each step. */
  cs: Tensor;
  /** (N,H) The hidden state before the first step. */
  hStart: Tensor;
  /** (N,H) The cell state before the first step. */
  cStart: Tensor;
  /** Zoneout of h and c. The `candidate` of c is c̃. Default: none. */
  zoneout?: { readonly h: Zoneout | null; readonly c: Zoneout | null };
  /** Resets of h and c, at the same steps. Default: none. */
  resets?: { readonly h: Resets; readonly c: Resets } | null;
}

/** The gradients that the backward pass of an LSTM or CIFG writes. */
export interface LSTMGradients {
  /** (N,T,4H) or (N,T,3H), w.r.t. the gate pre-activations. */
  dgates: Tensor;
  /** (N,H) On input, the gradient w.r.t. the last h; on output, w.r.t. hStart. */
  dh: Tensor;
  /** (N,H) On input, the gradient w.r.t. the last c; on output, w.r.t. cStart. */
  dc: Tensor;
}

/**
 * The weights of a Mogrifier LSTM. Of its rounds X modulate x and Y modulate h, alternately, x first: X is Y or Y + 1.
 * The matrices of the rounds are blocks of columns, as those of the gates are.
 */
export interface MogrifierWeights {
  /** (D,4H) */
  readonly Wx: Tensor;
  /** (H,4H) */
  readonly Wh: Tensor;
  /** (H,X·K) Q = Qdown·Qup, of rank K, makes the scale of x from h. */
  readonly Qdown: Tensor;
  /** (K,X·D) */
  readonly Qup: Tensor;
  /** (D,Y·K) R = Rdown·Rup, of rank K, makes the scale of h from x. */
  readonly Rdown: Tensor;
  /** (K,Y·H) */
  readonly Rup: Tensor;
}

/**
 * The forward pass of a Mogrifier LSTM over T steps, saved for backward; the gates hold b before it. Sequences of several
 * rounds hold all T steps of the first round, then those of the next: round j at step t is step j·T + t.
 */
export interface MogrifierBlock extends LSTMBlock {
  /** (N,T,D) */
  xs: Tensor;
  /** (N,X·T,D) 2σ(·), the factor of x in each round. */
  xScales: Tensor;
  /** (N,X·T,D) x after each round. */
  xRounds: Tensor;
  /** (N,Y·T,H) 2σ(·), the factor of h in each round. */
  hScales: Tensor;
  /** (N,Y·T,H) h after each round. */
  hRounds: Tensor;
  /** (N,(X + Y)·T,K) h·Qdown or x·Rdown of each round, in the order of the rounds. */
  inner: Tensor;
}

/** The gradients that the backward pass of a Mogrifier LSTM writes. */
export interface MogrifierGradients extends LSTMGradients {
  /** (N,T,D) */
  dxs: Tensor;
  /** (N,X·T,D) W.r.t. the pre-activations of `xScales`. */
  dxScales: Tensor;
  /** (N,Y·T,H) W.r.t. the pre-activations of `hScales`. */
  dhScales: Tensor;
  /** (N,(X + Y)·T,K) W.r.t. `inner`. */
  dinner: Tensor;
}

/** The forward pass of a GRU over T steps, saved for backward. */
export interface GRUBlock {
  /** (N,T,3H) x·Wx + b; the forward pass overwrites it with the gates z and r and the candidate ĥ. */
  gates: Tensor;
  /** (N,T,H) The recurrent input of the candidate: r⊙h₋, or, with `bh`, h₋·Whh + bh before r is applied. */
  candidateInput: Tensor;
  /** (N,T,H) The hidden state after each step. */
  hs: Tensor;
  /** (N,H) The state before the first step. */
  hStart: Tensor;
  /** (H) The bias of h₋·Whh, if the reset gate is applied after that product; null if it is applied before. */
  bh: Tensor | null;
  /** Zoneout of h. Default: none. */
  zoneout?: Zoneout | null;
  /** Resets of h. Default: none. */
  resets?: Resets | null;
}

/** The gradients that the backward pass of a GRU writes. */
export interface GRUGradients {
  /** (N,T,3H) w.r.t. the pre-activations of gates and candidate. */
  dgates: Tensor;
  /** (N,T,H) w.r.t. `candidateInput`. */
  dcandidateInput: Tensor;
  /** (N,H) On input, the gradient w.r.t. the last state; on output, w.r.t. hStart. */
  dh: Tensor;
}

/** The forward pass of a minGRU or minLSTM over T steps, saved for backward. */
export interface ScanBlock {
  /** (N,T,2H) x·Wx + b; the forward pass overwrites it with z, ĥ. For a minLSTM (N,T,3H): f, i, ĥ. */
  gates: Tensor;
  /** (N,T,H) The hidden state after each step. */
  hs: Tensor;
  /** (N,H) The state before the first step. */
  hStart: Tensor;
  /** Resets of h. Default: none. */
  resets?: Resets | null;
}

/** The outputs of `softmaxWithLoss` for M rows. */
export interface LossOutputs {
  /** (M) −log softmax(xs + b)[m, ts[m]]. */
  losses: Tensor;
  /**
   * (3, float64) The mean loss, the sum of the losses, the number of targets that are not ignored. `countTargets`
   * initialises it; several calls may add the losses of their rows to the same total.
   */
  total: Tensor;
  /** (M,V) The gradient of that mean w.r.t. xs; null for none. May be the same tensor as xs. */
  dxs: Tensor | null;
  /** (rowChunks(M), V) The sums of dxs over chunks of M / rowChunks(M) consecutive rows; null for none. */
  sums: Tensor | null;
}

/** Common to all optimizers with moments: the gradient is g = dW + decay·W. */
interface StepNumbers {
  /** L2 weight decay, added to the gradient. */
  readonly decay: number;
}

/** The scalars of `momentumStep`: v = momentum·v + g, then W = W − (gradientRate·g + velocityRate·v). */
export interface MomentumStep extends StepNumbers {
  /** The factor of the previous velocity. */
  readonly momentum: number;
  /** The learning rate of the gradient g. */
  readonly gradientRate: number;
  /** The learning rate of the velocity v. */
  readonly velocityRate: number;
}

/** The scalars of `squaresStep`: s = keep·s + share·g², then W = W − rate·g/(√s + epsilon). */
export interface SquaresStep extends StepNumbers {
  /** The factor of the previous s. */
  readonly keep: number;
  /** The factor of g². */
  readonly share: number;
  /** The learning rate. */
  readonly rate: number;
  /** Added to the root, against division by 0. */
  readonly epsilon: number;
}

/** The scalars of `adaptStep`: W = W − rate·dW/(√s + epsilon) + min(1, decay·√s)·(W0 − W). */
export interface AdaptStep {
  /** The learning rate. */
  readonly rate: number;
  /** Added to the root, against division by 0. */
  readonly epsilon: number;
  /** The rate of the decay towards W0, per unit of √s. */
  readonly decay: number;
}

/**
 * The scalars of `adamStep`: m = beta1·m + oneMinusBeta1·g, v = beta2·v + oneMinusBeta2·g², then
 * W = W − (decoupledDecay·W + rate·m/(√v + epsilon)). `rate` and `epsilon` include the bias correction.
 */
export interface AdamStep extends StepNumbers {
  /** The learning rate times the decoupled weight decay of AdamW; 0 for Adam. */
  readonly decoupledDecay: number;
  /** β₁, the factor of the previous m. */
  readonly beta1: number;
  /** 1 − β₁, the factor of g. */
  readonly oneMinusBeta1: number;
  /** β₂, the factor of the previous v. */
  readonly beta2: number;
  /** 1 − β₂, the factor of g². */
  readonly oneMinusBeta2: number;
  /** The learning rate, with the bias correction. */
  readonly rate: number;
  /** Added to the root, against division by 0, with the bias correction. */
  readonly epsilon: number;
}

/**
 * The hardware interface: the tensor operations that layers need, over tensors of one arena.
 *
 * A backend checks that every tensor lies in its own memory. It does not check shapes (layers do), differentiate or plan
 * memory, and it executes calls in order. Every argument named `out` is overwritten and must not overlap an input, unless
 * its docstring says otherwise. M is the number of rows, N of columns; sequences are passed as their `rows()`.
 *
 * Ids are checked on the host before they are written. A call with an id outside its table never accesses memory outside
 * its tensors; a backend that detects such an id throws.
 */
export interface Backend {
  /** The name of the backend: `wasm`, `blas` or `reference`. */
  readonly name: string;
  /** A description for people to read: `wasm, float32, relaxed SIMD`. */
  readonly description: string;
  /** Allocates the tensors of this backend. */
  readonly arena: Arena;
  /** The number of compute threads, including the calling thread. */
  readonly threads: number;
  /** Ends the threads and releases other resources. The backend can't be used afterwards. */
  close(): void;

  /** Copies the elements of x to the host, in memory order, as they are at the time of the call. */
  read(x: Tensor): Promise<TensorView>;
  /** Synchronous `read`, on backends whose memory the host can access. A model's synchronous methods need it. */
  readSync?(x: Tensor): TensorView;
  /**
   * Copies numbers from the host into x, in memory order.
   * @throws {UnrolledError} code `shape` unless there are as many numbers as x has elements
   */
  write(x: Tensor, numbers: ArrayLike<number>): void;
  /** Sets all elements of out to a value. */
  fill(out: Tensor, value: number): void;
  /** out = x, of equal size. */
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
  /** dt = dh ⊙ (1 − h²): the backward pass of h = tanh t. */
  tanhBackward(dt: Tensor, h: Tensor, dh: Tensor): void;
  /** x = max(0, x), element by element. */
  relu(x: Tensor): void;
  /** dt = dh where h > 0, else 0: the backward pass of h = max(0, t). */
  reluBackward(dt: Tensor, h: Tensor, dh: Tensor): void;
  /**
   * The RNN over T steps. hs (N,T,H) holds x·Wx + b and is overwritten with h_t = tanh(hs_t + h_{t−1}·Wh),
   * where h_{−1} is hStart (N,H); Wh (H,H). With `relu`, max(0, …) instead of tanh. Zoneout needs `candidate`.
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
   * The backward pass of `rnnForward`, from the last step to the first: dts_t = (dhs_t + dh) ⊙ (1 − h_t²), then
   * dh = dts_t·WhT. dh (N,H) starts as 0 and ends as the gradient w.r.t. hStart; WhT (H,H) is Whᵀ.
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
   * The LSTM over T steps; Wh (H,4H). f, i, o = σ(gates_t + h_{t−1}·Wh), g = tanh of the same;
   * c_t = f ⊙ c_{t−1} + g ⊙ i; h_t = o ⊙ tanh c_t. Gates (N,T,3H) and Wh (H,3H) select the CIFG: i = 1 − f.
   */
  lstmForward(block: LSTMBlock, Wh: Tensor): void;
  /** The backward pass of `lstmForward`. dhs (N,T,H); WhT (4H,H) or (3H,H) is Whᵀ. */
  lstmBackward(out: LSTMGradients, dhs: Tensor, block: LSTMBlock, WhT: Tensor): void;
  /**
   * The Mogrifier LSTM over T steps: in each step x = 2σ(h·Qdown·Qup) ⊙ x and h = 2σ(x·Rdown·Rup) ⊙ h in turns, with the
   * matrices of each round; then the step of the LSTM on the last x and h: gates_t + x·Wx + h·Wh.
   */
  mogrifierForward(block: MogrifierBlock, weights: MogrifierWeights): void;
  /** The backward pass of `mogrifierForward`. dhs (N,T,H); `transposed` holds the transpose of each weight. */
  mogrifierBackward(
    out: MogrifierGradients,
    dhs: Tensor,
    block: MogrifierBlock,
    transposed: MogrifierWeights,
  ): void;
  /**
   * The GRU over T steps; Wh (H,3H). z, r = σ(gates_t + h_{t−1}·Wh); h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ.
   * ĥ = tanh(gates_t + (r ⊙ h_{t−1})·Whh), or with bh tanh(gates_t + r ⊙ (h_{t−1}·Whh + bh)).
   */
  gruForward(block: GRUBlock, Wh: Tensor): void;
  /** The backward pass of `gruForward`. dhs (N,T,H); WhT (3H,H) is Whᵀ. */
  gruBackward(out: GRUGradients, dhs: Tensor, block: GRUBlock, WhT: Tensor): void;
  /**
   * The scan of a cell whose gates don't depend on the state: h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ. Gates (N,T,2H)
   * select the minGRU, z = σ(gates_t); gates (N,T,3H) the minLSTM, f, i = σ(gates_t) and z = i/(f + i).
   */
  scanForward(block: ScanBlock): void;
  /**
   * The backward pass of `scanForward`. dgates has the shape of the gates: the gradient w.r.t. their
   * pre-activations. dh (N,H): on input the gradient w.r.t. the last state, on output w.r.t. hStart. dhs (N,T,H).
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
   * is 0 before and after the call. Such a list, as `rows`, limits the operations below to those rows.
   */
  uniqueIds(out: Tensor, ids: Tensor, marks: Tensor): void;
  /**
   * Initialises total (3, float64) to 0, 0 and the number of targets in ts (M) that are not `ignored`. Each target is
   * `ignored` or from 0 to V − 1.
   */
  countTargets(total: Tensor, ts: Tensor, V: number, ignored: number): void;
  /**
   * Softmax, cross-entropy loss and gradient of each row of the logits xs (M,V) + b (V); null b adds nothing.
   * `ignored` is the label whose loss and gradient are 0.
   */
  softmaxWithLoss(out: LossOutputs, xs: Tensor, b: Tensor | null, ts: Tensor, ignored: number): void;
  /**
   * Each row of out (M,V) = softmax(a·xs), a > 0, default 1; out may be xs. A logit of −∞ gets
   * probability 0. A row that contains NaN or +∞, or only −∞, becomes NaN.
   */
  softmax(out: Tensor, xs: Tensor, a?: number): void;
  /**
   * For each row of the logits xs (M,V): ranks (M, int32) = 1 + the number of logits above that of ts[m]; top
   * (M,K, int32), unless it is null, the ids of the K highest logits, the highest first; ties by lower id.
   * K ≤ V; each of ts is `ignored` or an id. Rows whose target is `ignored` are not written.
   */
  rankRows(out: { ranks: Tensor; top: Tensor | null }, xs: Tensor, ts: Tensor, ignored: number): void;
  /**
   * ids (M, int32): one index per row of the logits xs (M,V), sampled from softmax(a·xs). draws (M,3) holds a, and a
   * uniform number from [0, 1) split into two addends, because one float32 is not precise enough. a = 0 selects the
   * highest logit, ties by lower id; a = NaN skips the row. The id is −1 for a skipped row and for a row whose highest
   * logit is not finite; all other rows of xs are overwritten.
   */
  drawRows(ids: Tensor, xs: Tensor, draws: Tensor): void;
  /**
   * out = x/(1 − rate), or 0 where the mask drops the element; out may be x. In memory order, element i
   * uses element `start` + i mod `period` of the mask. Default period: the size of x, so that the mask does not repeat.
   * Default start: 0.
   */
  dropout(out: Tensor, x: Tensor, mask: Mask, period?: number, start?: number): void;
  /** `dropout` of whole rows: row m of x (M,D) uses element ids[m] of the mask. */
  dropoutRows(out: Tensor, x: Tensor, ids: Tensor, mask: Mask): void;
  /** Row m of out (M,D) = row m of x, or 0 where resets[m] (M, int32) isn't 0; out may be x. */
  resetRows(out: Tensor, x: Tensor, resets: Tensor): void;
  /** Sets the listed rows of x to 0. */
  zeroRows(x: Tensor, rows: Tensor): void;
  /** total (1, float64) = total + Σ x². */
  addSumOfSquares(total: Tensor, x: Tensor, rows?: Tensor | null): void;
  /** x = a·x, in the listed rows or in all. */
  scale(x: Tensor, a: number, rows?: Tensor | null): void;
  /**
   * Clips by the global norm: x = x·rate if rate = maxNorm/(√total + 1e-6) is below 1. total (1, float64) is the sum of
   * squares of all gradients that are clipped together.
   */
  clipByNorm(x: Tensor, total: Tensor, maxNorm: number, rows?: Tensor | null): void;
  /** x = x + terms (float64), of equal size; each sum is rounded once, to the type of x. */
  addFloat64(x: Tensor, terms: Tensor): void;
  /** y = y + a·x; x may be y. */
  addScaled(y: Tensor, a: number, x: Tensor, rows?: Tensor | null): void;
  /** y = y + a·(x − y), a linear interpolation. */
  lerp(y: Tensor, a: number, x: Tensor): void;
  /** Swaps x and y, bit by bit. */
  swap(x: Tensor, y: Tensor): void;
  /** v = momentum·v + g, then W = W − (gradientRate·g + velocityRate·v), where g = dW + decay·W. */
  momentumStep(W: Tensor, v: Tensor, dW: Tensor, numbers: MomentumStep): void;
  /** AdaGrad and RMSprop: s = keep·s + share·g², then W = W − rate·g/(√s + epsilon), where g = dW + decay·W. */
  squaresStep(W: Tensor, s: Tensor, dW: Tensor, numbers: SquaresStep): void;
  /** Dynamic evaluation with fixed mean squares s: W = W − rate·dW/(√s + epsilon) + min(1, decay·√s)·(W0 − W). */
  adaptStep(W: Tensor, W0: Tensor, s: Tensor, dW: Tensor, numbers: AdaptStep): void;
  /**
   * m = beta1·m + oneMinusBeta1·g and v = beta2·v + oneMinusBeta2·g², then
   * W = W − (decoupledDecay·W + rate·m/(√v + epsilon)), where g = dW + decay·W.
   */
  adamStep(W: Tensor, m: Tensor, v: Tensor, dW: Tensor, numbers: AdamStep): void;
  /**
   * Approximately orthogonalises each of `blocks` blocks of C columns of x (R, blocks·C): the singular vectors stay the same, the
   * singular values become about 1, by the iterations of `newtonSchulzSteps`. A block of zeros stays 0. scratch (blocks, 2·R·C + 2·m²),
   * m the smaller of R and C.
   */
  orthogonalise(x: Tensor, blocks: number, scratch: Tensor): void;
}

/** The clipping factor for gradients with the sum of squares `total`; it applies if it is below 1. */
export function clipRate(total: number, maxNorm: number): number {
  return maxNorm / (Math.sqrt(total) + 1e-6);
}

/** The error for any use of a closed backend. */
export function closedError(name: string): UnrolledError {
  return new UnrolledError('thread-failed', `${name}: the backend was closed; open another one.`);
}

/** Throws unless x has exactly as many elements as there are numbers. */
export function checkWrite(x: Tensor, numbers: ArrayLike<number>): void {
  const { length } = Object(numbers);
  if (length === x.size) return;
  if (typeof length !== 'number') checkNumbers('write', 'the numbers', numbers);
  throw new UnrolledError(
    'shape',
    `write: got ${length} numbers for ${formatShape(x.shape)}; it needs ${x.size}.`,
  );
}

/** The sizes and the memory layout of a product. */
export interface GemmSizes {
  M: number;
  /** The number of computed columns. */
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
