import type { Backend } from '../backends/backend.ts';
import type { Batch } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import { createParam, type Param, type RecurrentLayer } from '../layers/layer.ts';
import { TimeAffine } from '../layers/time/affine.ts';
import { TimeAffineWithLoss } from '../layers/time/affine-with-loss.ts';
import { TimeEmbedding } from '../layers/time/embedding.ts';
import { SampledAffineWithLoss, type SampledLossOptions } from '../layers/time/sampled-affine-with-loss.ts';
import { TimeSoftmaxWithLoss } from '../layers/time/softmax-with-loss.ts';
import type { MaskSource } from '../tensor/mask-source.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Workspace } from '../tensor/workspace.ts';
import { cells } from './cells.ts';
import { checkConfig, type RecurrentConfig, widthOf } from './config.ts';
import { initialise } from './initialise.ts';
import { LMState } from './lm-state.ts';
import { checkStates, mergeStates, splitStates } from './merge-states.ts';
import { checkOptions, type ModelOptions } from './model-options.ts';
import { checkState, type ModelState } from './model-state.ts';
import { parameterShapes } from './parameters.ts';
import { Regularisers } from './regularisation.ts';

/** A block's targets among all tokens; where the target is −1, there are no numbers. */
export interface Ranking {
  /** (N, T, V), as of `predict`. */
  readonly scores: Tensor;
  /** (N, T) The loss of each target. */
  readonly losses: Tensor;
  /** (N, T) 1 + how many tokens have a higher score. */
  readonly ranks: Tensor;
  /** (N, T, K) The ids of highest score, the highest first; null for K = 0. */
  readonly top: Tensor | null;
}

/** A recurrent language model: embedding → recurrent layers → affine → softmax with loss. */
export class RecurrentLM {
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  readonly embedding: TimeEmbedding;
  readonly rnns: readonly RecurrentLayer[];
  readonly affine: TimeAffine;
  /** The same affine layer with the loss on top, in one. */
  readonly lossLayer: TimeAffineWithLoss;
  /** What measures the loss in training, where a sample of the tokens is to do. */
  readonly #sampledLoss: SampledAffineWithLoss | null;
  readonly params: readonly Param[];
  readonly #regularisers: Regularisers;
  readonly #softmax: TimeSoftmaxWithLoss;
  readonly #space: Workspace;
  #hs: Tensor | null = null;
  /** By the last `forward`. */
  #lossUsed: TimeAffineWithLoss | SampledAffineWithLoss;

  /**
   * Builds the model with its parameters and gradients in the backend's arena.
   *
   * @param random draws the initial weights; without it they are 0, to be read from a file
   * @throws when the config is wrong, a forget bias is given for a cell without a forget gate or a weight
   * drop for one without Wh, a softmax is sampled that is not tied, or a rate or penalty is out of its range
   */
  constructor(backend: Backend, config: RecurrentConfig, random?: Random, options: ModelOptions = {}) {
    checkConfig(config, 'RecurrentLM');
    checkOptions(config, options);
    const params = new Map<string, Param>();
    for (const [name, shape] of parameterShapes(config)) {
      params.set(name, createParam(backend.arena, name, shape));
    }
    const param = (name: string) => params.get(name) as Param;
    this.backend = backend;
    this.config = config;
    this.params = [...params.values()];
    this.embedding = new TimeEmbedding(backend, param('embedding.W'), { accumulate: config.tied === true });
    const ofLayers = (name: string) =>
      Array.from({ length: config.layers }, (_, i) => param(`rnn.${i}.${name}`));
    const cell = cells[config.cell];
    const Whs = cell.recurrentWeight ? ofLayers('Wh') : [];
    this.#regularisers = new Regularisers(backend, config.layers, Whs, options);
    const zoneout = { masks: this.masks, h: config.zoneout ?? 0, c: config.zoneoutCell ?? 0 };
    this.rnns = ofLayers('Wx').map((Wx, i) => {
      const [b, bh] = [param(`rnn.${i}.b`), params.get(`rnn.${i}.bh`)];
      const Wh = this.#regularisers.weights[i]?.dropped;
      return cell.create(backend, { Wx, Wh, b, bh }, { stateful: true, zoneout });
    });
    const transposed = config.tied === true;
    const [W, b] = [param(transposed ? 'embedding.W' : 'affine.W'), param('affine.b')];
    this.affine = new TimeAffine(backend, W, b, { transposed });
    this.lossLayer = new TimeAffineWithLoss(backend, W, b, { transposed });
    this.#lossUsed = this.lossLayer;
    this.#sampledLoss = this.#sampleFor(options.sampledSoftmax);
    this.#softmax = new TimeSoftmaxWithLoss(backend);
    this.#space = new Workspace(backend.arena);
    if (random) initialise(this, random, options);
  }

  /** What draws the masks of dropout and zoneout; its state belongs to a run that is to go on to the same bits. */
  get masks(): MaskSource {
    return this.#regularisers.masks;
  }

  /** The number of learned numbers. */
  get parameterCount(): number {
    return this.params.reduce((count, { value }) => count + value.size, 0);
  }

  /** The top layer's states of the last block, (N, T, H); null before the first. */
  get hs(): Tensor | null {
    return this.#hs;
  }

  /** Copies a block of ids to where the layers can read it: xs and ts, each (N, T). */
  place({ N, T, xs, ts }: Batch): { xs: Tensor; ts: Tensor } {
    return { xs: this.#placeIds('xs', xs, N, T), ts: this.#placeIds('ts', ts, N, T) };
  }

  /** xs (N, T) of ids → the scores of each possible next token (N, T, V). */
  predict(xs: Tensor): Tensor {
    return this.affine.forward(this.#hidden(xs));
  }

  /** xs (N, T) of ids → the scores of what follows the last of each stream (N, 1, V). */
  predictNext(xs: Tensor): Tensor {
    const hs = this.#hidden(xs); // (N, T, H)
    const [N, T, H] = hs.shape;
    return this.affine.forward(hs.part([N, 1, H], (T - 1) * N * H, 'time'));
  }

  /** xs and ts (N, T) → how each target did among all tokens. K is cut down to V. */
  rank(xs: Tensor, ts: Tensor, K: number): Ranking {
    const { vocabSize: V } = this.config;
    const scores = this.predict(xs);
    this.#softmax.forward(scores, ts, false);
    const ranks = this.#space.sequence('ranks', xs.shape, 'int32');
    const top = K > 0 ? this.#space.sequence('top', [...xs.shape, Math.min(K, V)], 'int32') : null;
    this.backend.rankRows({ ranks, top }, scores.rows(), ts, this.#softmax.ignoreLabel);
    return { scores, losses: this.#softmax.losses!, ranks, top };
  }

  /**
   * Draws a token for each row of scores (N, 1, V), which are overwritten: with the chances softmax(scale·scores), by a
   * uniform number from [0, 1). Scale 0 takes the highest; NaN leaves a row as it is. → ids (N); −1 for such a row, and
   * for one whose highest score is not finite, which is left too
   */
  draw(scores: Tensor, by: readonly { readonly scale: number; readonly uniform: number }[]): Int32Array {
    const N = by.length;
    const [ids, draws] = [this.#space.tensor('drawn', [N], 'int32'), this.#space.tensor('draws', [N, 3])];
    const view = draws.view();
    by.forEach(({ scale, uniform }, n) => {
      view[3 * n] = scale;
      view[3 * n + 1] = uniform;
      view[3 * n + 2] = uniform - view[3 * n + 1];
    });
    this.backend.drawRows(ids, scores.part([N, this.config.vocabSize]), draws);
    return Int32Array.from(ids.view());
  }

  /** The state of a stream at its start, to be moved on by `step`. */
  state(): LMState {
    return LMState.start(this);
  }

  /**
   * Reads T more tokens of N streams, any N: ids (T·N), step by step, stream n being `states[n]`, which
   * is moved on. → the scores of what follows each (N, 1, V), good until the next call. The streams
   * that the model itself carries, such as those of training, stay where they are.
   *
   * @throws when two streams share a state, one is of another model, or ids are not T·N or unknown; the
   * states are then as before
   */
  step(ids: Int32Array, states: readonly LMState[]): Tensor {
    return this.#onward(ids, states, (xs) => this.predictNext(xs));
  }

  /** The same without the scores of what follows, which are most of the work where T is small and V large. */
  read(ids: Int32Array, states: readonly LMState[]): void {
    this.#onward(ids, states, (xs) => this.#hidden(xs));
  }

  /** Moves N states on over ids (T·N) by what `through` does with xs (N, T). The model's own are as before. */
  #onward(ids: Int32Array, states: readonly LMState[], through: (xs: Tensor) => Tensor): Tensor {
    checkStates(this.config, states);
    const N = states.length;
    const T = ids.length / N;
    if (!Number.isInteger(T) || T < 1) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: got ${ids.length} ids for ${N} streams; each needs as many, and one at least.`,
      );
    }
    const own = this.getState();
    try {
      mergeStates(this.rnns, states, this.#space);
      const result = through(this.#placeIds('xs', ids, N, T));
      splitStates(this.rnns, states);
      return result;
    } finally {
      this.setState(own);
    }
  }

  /**
   * xs and ts (N, T) → total (3): the mean loss, the sum of the losses, their number.
   * @param gradient false when no `backward` follows
   * @param masked false for the model as it is, without dropout, zoneout by its expectation
   */
  forward(xs: Tensor, ts: Tensor, gradient: boolean = true, masked: boolean = gradient): Tensor {
    this.masks.training = masked;
    if (masked) this.masks.next();
    const sampled = masked && gradient ? this.#sampledLoss : null;
    this.#lossUsed = sampled ?? this.lossLayer;
    try {
      const hs = this.#hidden(xs); // (N, T, H)
      return sampled ? sampled.forward(hs, ts) : this.lossLayer.forward(hs, ts, gradient);
    } finally {
      this.masks.training = false;
    }
  }

  /** Writes the gradient of the mean loss into every Param. When tied, once for each forward. */
  backward(): void {
    const { words, dropouts, weights, ar, tar } = this.#regularisers;
    let dout = this.#lossUsed.backward(); // (N, T, H)
    dout = ar?.backward(dout) ?? dout;
    dout = dropouts[this.rnns.length].backward(dout);
    dout = tar?.backward(dout) ?? dout;
    for (const [i, rnn] of [...this.rnns.entries()].toReversed()) {
      dout = dropouts[i].backward(rnn.backward(dout));
      weights[i]?.backward();
    }
    this.embedding.backward(words.backward(dout));
  }

  /** Starts the streams anew, from a state of 0. */
  resetState(): void {
    for (const rnn of this.rnns) rnn.resetState();
  }

  /** A copy of the state that the next block starts from; null at the start of the streams. */
  getState(): ModelState | null {
    const hs = this.rnns.map((rnn) => rnn.h);
    if (hs.some((h) => h === null)) return null;
    const layers = this.rnns.map(({ h, c }) => ({ h: h!.values(), ...(c && { c: c.values() }) }));
    return { N: hs[0]!.shape[0], layers };
  }

  /** The next block starts from `state`, which is copied. */
  setState(state: ModelState | null): void {
    if (state === null) {
      this.resetState();
      return;
    }
    checkState(this.config, state);
    this.rnns.forEach((rnn, i) => {
      const shape = [state.N, widthOf(this.config, i)];
      const { h, c } = state.layers[i];
      const place = (name: string, values: Float64Array) => this.#space.tensor(name, shape).set(values);
      rnn.setState(place('h', h), c ? place('c', c) : null);
    });
  }

  /** xs (N, T) of ids → the top layer's states (N, T, H). */
  #hidden(xs: Tensor): Tensor {
    const { words, dropouts, weights, ar, tar } = this.#regularisers;
    let hs = words.forward(this.embedding.forward(xs), xs); // (N, T, D)
    this.rnns.forEach((rnn, i) => {
      weights[i]?.forward();
      hs = rnn.forward(dropouts[i].forward(hs)); // (N, T, H)
    });
    tar?.forward(hs);
    hs = dropouts[this.rnns.length].forward(hs);
    ar?.forward(hs);
    this.#hs = hs;
    return hs;
  }

  #placeIds(name: string, ids: Int32Array, N: number, T: number): Tensor {
    const tensor = this.#space.sequence(name, [N, T], 'int32');
    if (ids.length !== N * T) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: ${name} has ${ids.length} ids; N=${N}, T=${T} needs ${N * T}.`,
      );
    }
    tensor.view().set(ids);
    return tensor;
  }

  #sampleFor(sample: SampledLossOptions | undefined): SampledAffineWithLoss | null {
    if (!sample || sample.size >= this.config.vocabSize) return null;
    return new SampledAffineWithLoss(this.backend, this.lossLayer, sample, this.masks.seeds());
  }
}
