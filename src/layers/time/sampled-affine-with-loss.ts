import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { portableLog, Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import { createParam, expectTargets, type Layer, type Param } from '../layer.ts';
import { TimeAffineWithLoss } from './affine-with-loss.ts';
import { CandidateDrawer, type Candidates } from './candidates.ts';

export interface SampleOptions {
  /** K: the tokens among which a block's targets are measured, from 2 to V. */
  readonly sample: number;
  /** A seed for each block: the same seed draws the same tokens. */
  readonly seed: () => number;
}

/**
 * `TimeAffineWithLoss` for training with a large V: a softmax over K tokens in place of V, which costs K/V.
 *
 * They are the U different targets of the block, and K − U of the V − U others, drawn evenly without
 * repetition. Each of those stands for (V − U)/(K − U) tokens, so that log of this is added to its score: over the
 * draws, the mean of each row's Σ exp is that over all tokens (importance sampling: Bengio and Senécal 2003; for
 * targets that are shared by a block, Jean et al. 2015). Its logarithm is a little lower in the mean, and so is the loss.
 */
export class SampledAffineWithLoss implements Layer {
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
  /** What the last `forward` measured with. */
  #used: TimeAffineWithLoss;

  /**
   * @param whole the same over all tokens, whose W is (V, H); it measures blocks of K different targets or more
   * @throws when W is (H, V), whose columns can't be gathered, or K is not from 2 to V
   */
  constructor(backend: Backend, whole: TimeAffineWithLoss, { sample: K, seed }: SampleOptions) {
    const [W, b] = whole.params;
    const [V, H] = W.value.shape;
    if (!whole.transposed) {
      throw new UnrolledError(
        'SampledAffineWithLoss: W is (H, V); it needs the rows of a table (V, H). Tie it to the embedding.',
      );
    }
    if (!(Number.isInteger(K) && K >= 2 && K <= V)) {
      throw new UnrolledError(
        `SampledAffineWithLoss: K is ${K}; it must be a whole number from 2 to V = ${V}.`,
      );
    }
    this.params = [W, b];
    this.#backend = backend;
    this.#whole = whole;
    this.#seed = seed;
    this.#drawer = new CandidateDrawer(K, V, whole.ignoreLabel);
    this.#W = createParam(backend.arena, 'sample.W', [K, H]);
    this.#b = createParam(backend.arena, 'sample.b', [K]);
    const { ignoreLabel } = whole;
    this.#sampled = new TimeAffineWithLoss(backend, this.#W, this.#b, { transposed: true, ignoreLabel });
    this.#space = new Workspace(backend.arena);
    this.#used = this.#sampled;
  }

  /** The estimated loss of each target after `forward`: (N, T), 0 where it is ignored. */
  get losses(): Tensor | null {
    return this.#used.losses;
  }

  /**
   * xs (N, T, H), ts (N, T) int32 → total (3, float64), whose `item()` is the mean loss, an estimate.
   *
   * Writes the gradients of W and b, which are 0 but for the candidates. Throws as `TimeSoftmaxWithLoss` does.
   */
  forward(xs: Tensor, ts: Tensor): Tensor {
    const [, b] = this.params;
    expectTargets('SampledAffineWithLoss', xs, ts);
    const counted = this.#space.tensor('counted', [3], 'float64');
    this.#backend.countTargets(counted, ts, b.value.size, this.#whole.ignoreLabel);
    const candidates = this.#drawer.draw(ts.view(), new Random(this.#seed()));
    this.#used = candidates ? this.#sampled : this.#whole;
    return candidates ? this.#among(candidates, xs, ts) : this.#whole.forward(xs, ts);
  }

  /** dxs (N, T, H), the gradient of the mean loss by xs. The loss is where the gradients begin. */
  backward(): Tensor {
    return this.#used.backward();
  }

  #among(candidates: Candidates, xs: Tensor, ts: Tensor): Tensor {
    const [W, b] = this.params;
    const ids = this.#gather(candidates);
    const labels = this.#space.sequence('labels', ts.shape, 'int32');
    labels.view().set(candidates.places);
    const total = this.#sampled.forward(xs, labels);
    for (const [whole, part] of [[W.grad, this.#W.grad] as const, [column(b.grad), column(this.#b.grad)]]) {
      this.#backend.fill(whole, 0);
      this.#backend.scatterAddRows(whole, ids, part);
    }
    return total;
  }

  /** Copies what belongs to the candidates, and lets those that were drawn stand for the others. → their ids (K) */
  #gather({ ids, targets }: Candidates): Tensor {
    const [W, b] = this.params;
    const [K, V] = [ids.length, b.value.size];
    const rows = this.#space.tensor('ids', [K], 'int32').set(ids);
    this.#backend.gatherRows(this.#W.value, W.value, rows);
    this.#backend.gatherRows(column(this.#b.value), column(b.value), rows);
    const standsFor = portableLog((V - targets) / (K - targets));
    const scores = this.#b.value.view();
    for (let k = targets; k < K; k++) scores[k] += standsFor;
    return rows;
  }
}

/** (M) as (M, 1). */
function column(vector: Tensor): Tensor {
  return vector.part([vector.size, 1]);
}
