import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf, wrongKind } from '../../kinds.ts';
import { arenaOf } from '../../tensor/memory-checks.ts';
import { Random } from '../../tensor/random.ts';
import { checkIds } from '../../tensor/table-ids.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { clearGradient, createParam, expectTargets, type Layer, type Param, workspaceOf } from '../layer.ts';
import { TimeAffineWithLoss } from './affine-with-loss.ts';
import { CandidateDrawer, type Candidates } from './candidates.ts';
import type { BlockLoss } from './softmax-with-loss.ts';

/** Options of a sampled softmax. */
export interface SampledLossOptions {
  /** K: the number of candidate tokens over which the softmax of a block is computed; from 2 to V. */
  readonly size: number;
  /** The count of each token, (V): candidates are sampled in proportion to count + 1. Default: uniformly. */
  readonly counts?: ArrayLike<number>;
}

/**
 * Sampled softmax for training with a large V: `TimeAffineWithLoss` over K candidates instead of V tokens, at K/V of the
 * cost.
 *
 * The candidates are the block's unique targets, and other tokens sampled without replacement. −log p is added to the
 * logit of a token that was sampled with probability p, so that Σ exp of a row is an unbiased estimate of the sum over all
 * tokens (Horvitz and Thompson 1952; for a softmax Bengio and Senécal 2003; for shared candidates Jean et al. 2015). The
 * expected log Σ exp, and therefore the loss, is slightly too low.
 */
export class SampledAffineWithLoss implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [W: Param, b: Param];
  readonly #backend: Backend;
  readonly #whole: TimeAffineWithLoss;
  readonly #seed: () => number;
  readonly #drawer: CandidateDrawer;
  /** The candidates' rows of W, (K, H), and their b, (K). */
  readonly #W: Param;
  readonly #b: Param;
  readonly #sampled: TimeAffineWithLoss;
  readonly #space: Workspace;
  /** The layer that the last `forward` used. */
  #used: TimeAffineWithLoss;

  /**
   * @param whole the layer over all tokens, whose W is (V, H); it computes blocks of K or more unique targets
   * @param seed returns the seed of a block: the same seed samples the same candidates
   * @throws {UnrolledError} code `shape` if W is (H, V), whose columns can't be gathered; `option-value` if K is not from 2 to
   * V, or counts are not V numbers of at least 0
   */
  constructor(backend: Backend, whole: TimeAffineWithLoss, options: SampledLossOptions, seed: () => number) {
    if (!whole?.params) {
      throw wrongKind(
        'SampledAffineWithLoss',
        'the layer',
        whole,
        'a TimeAffineWithLoss',
        'Pass model.lossLayer.',
      );
    }
    const { size: K, counts } = optionsOf('SampledAffineWithLoss', options, 'Pass { size }.');
    const [W, b] = whole.params;
    const [V, H] = W.value.shape;
    if (!whole.transposed) {
      throw new UnrolledError(
        'shape',
        'SampledAffineWithLoss: W is (H, V); it must be transposed, (V, H). Tie it to the embedding.',
      );
    }
    if (!(Number.isInteger(K) && K >= 2 && K <= V)) {
      throw new UnrolledError(
        'option-value',
        `SampledAffineWithLoss: K is ${K}; it must be an integer from 2 to V = ${V}.`,
      );
    }
    this.params = [W, b];
    this.#backend = backend;
    this.#whole = whole;
    this.#seed = seed;
    this.#drawer = new CandidateDrawer(K, weightsOf(counts, V), whole.ignoreLabel);
    this.#W = createParam(arenaOf('SampledAffineWithLoss', backend), 'sample.W', [K, H]);
    this.#b = createParam(backend.arena, 'sample.b', [K]);
    const { ignoreLabel } = whole;
    this.#sampled = new TimeAffineWithLoss(backend, this.#W, this.#b, { transposed: true, ignoreLabel });
    this.#space = workspaceOf('SampledAffineWithLoss', backend);
    this.#used = this.#sampled;
  }

  /**
   * Samples the candidates of a block on the host, for `forward`. targets (T·N) are the block's, in memory order.
   *
   * @returns null if there are K or more unique targets
   * @throws {UnrolledError} code `id-range` for a target that is neither ignored nor from 0 to V − 1
   */
  draw(targets: ArrayLike<number>): Candidates | null {
    const [, b] = this.params;
    checkIds('SampledAffineWithLoss', targets, b.value.size, this.#whole.ignoreLabel);
    return this.#drawer.draw(targets, new Random(this.#seed()));
  }

  /**
   * xs (N, T, H), ts (N, T) int32 and the candidates sampled for ts → the estimated loss of each target and the total.
   * Without candidates (null) it computes the loss over all tokens.
   *
   * Also writes the gradients of W and b, which are 0 except in the candidates' rows; `W.rows` lists these.
   * @throws {UnrolledError} code `shape` for targets of another N or T, or another H
   */
  forward(xs: Tensor, ts: Tensor, candidates: Candidates | null): BlockLoss {
    expectTargets('SampledAffineWithLoss', xs, ts);
    this.#used = candidates ? this.#sampled : this.#whole;
    return candidates ? this.#lossOver(candidates, xs, ts) : this.#whole.forward(xs, ts);
  }

  /**
   * dxs (N, T, H), the gradient of the mean loss w.r.t. xs; the loss itself has gradient 1.
   * @throws {UnrolledError} code `call-order` before `forward`
   */
  backward(): Tensor {
    return this.#used.backward();
  }

  #lossOver(candidates: Candidates, xs: Tensor, ts: Tensor): BlockLoss {
    const [W, b] = this.params;
    const ids = this.#gather(candidates);
    const labels = this.#space.sequence('labels', ts.shape, 'int32');
    this.#backend.write(labels, candidates.labels);
    const loss = this.#sampled.forward(xs, labels);
    for (const param of this.params) clearGradient(this.#backend, param);
    this.#backend.scatterAddRows(W.grad, ids, this.#W.grad);
    this.#backend.scatterAddRows(column(b.grad), ids, column(this.#b.grad));
    W.rows = ids;
    return loss;
  }

  /** Copies the candidates' rows of W, and their b with −log p added. → their ids (K) */
  #gather({ ids, shifts }: Candidates): Tensor {
    const [W, b] = this.params;
    const rows = this.#space.tensor('ids', [ids.length], 'int32');
    const terms = this.#space.tensor('shifts', [shifts.length], 'float64');
    this.#backend.write(rows, ids);
    this.#backend.write(terms, shifts);
    this.#backend.gatherRows(this.#W.value, W.value, rows);
    this.#backend.gatherRows(column(this.#b.value), column(b.value), rows);
    this.#backend.addFloat64(this.#b.value, terms);
    return rows;
  }
}

/** (M) as (M, 1). */
function column(vector: Tensor): Tensor {
  return vector.part([vector.size, 1]);
}

/** The counts plus one, so that tokens that never occur can be sampled too. */
function weightsOf(counts: ArrayLike<number> | undefined, V: number): Float64Array {
  if (!counts) return new Float64Array(V).fill(1);
  const weights = Float64Array.from(counts, (count) => count + 1);
  if (weights.length === V && weights.every((weight) => weight >= 1 && Number.isFinite(weight)))
    return weights;
  throw new UnrolledError(
    'option-value',
    `SampledAffineWithLoss: got ${weights.length} counts; it needs V = ${V} numbers of at least 0, one count per token.`,
  );
}
