import type { Backend } from '../backends/backend.ts';
import type { Batch } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import { initByFanIn, initNormal } from '../layers/init.ts';
import { createParam, type Param, type RecurrentLayer } from '../layers/layer.ts';
import { TimeAffine } from '../layers/time/affine.ts';
import { TimeAffineWithLoss } from '../layers/time/affine-with-loss.ts';
import { TimeEmbedding } from '../layers/time/embedding.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Workspace } from '../tensor/workspace.ts';
import { checkConfig, type RecurrentConfig, widthOf } from './config.ts';
import { checkState, type ModelState } from './model-state.ts';
import { parameterShapes } from './parameters.ts';
import { createRecurrentLayer } from './recurrent-layer.ts';

export interface InitOptions {
  /**
   * What the bias of an LSTM's forget gate begins with. Default 0, as in the book; 1 lets the cell
   * remember from the start (Gers et al. 2000, Jozefowicz et al. 2015).
   */
  forgetBias?: number;
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
  readonly params: readonly Param[];
  readonly #space: Workspace;

  /**
   * Builds the model with its parameters and gradients in the backend's arena.
   *
   * @param random draws the initial weights; without it they are 0, to be read from a file
   * @throws when the config is wrong, or a forget bias is given for another cell than `lstm`
   */
  constructor(backend: Backend, config: RecurrentConfig, random?: Random, init: InitOptions = {}) {
    checkConfig(config, 'RecurrentLM');
    checkInit(config, init);
    const params = new Map<string, Param>();
    for (const [name, shape] of parameterShapes(config)) {
      params.set(name, createParam(backend.arena, name, shape));
    }
    const param = (name: string) => params.get(name) as Param;
    this.backend = backend;
    this.config = config;
    this.params = [...params.values()];
    this.embedding = new TimeEmbedding(backend, param('embedding.W'), { accumulate: config.tied === true });
    this.rnns = Array.from({ length: config.layers }, (_, i) => {
      const names = config.resetAfter ? ['Wx', 'Wh', 'b', 'bh'] : ['Wx', 'Wh', 'b'];
      const weights = names.map((name) => param(`rnn.${i}.${name}`));
      return createRecurrentLayer(backend, config.cell, weights);
    });
    const transposed = config.tied === true;
    const [W, b] = [param(transposed ? 'embedding.W' : 'affine.W'), param('affine.b')];
    this.affine = new TimeAffine(backend, W, b, { transposed });
    this.lossLayer = new TimeAffineWithLoss(backend, W, b, { transposed });
    this.#space = new Workspace(backend.arena);
    if (random) this.#initialise(random, init);
  }

  /** The number of learned numbers. */
  get parameterCount(): number {
    return this.params.reduce((count, { value }) => count + value.size, 0);
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

  /**
   * xs and ts (N, T) → total (3): the mean loss, the sum of the losses, their number.
   * @param gradient false when no `backward` follows
   */
  forward(xs: Tensor, ts: Tensor, gradient: boolean = true): Tensor {
    return this.lossLayer.forward(this.#hidden(xs), ts, gradient);
  }

  /** Writes the gradient of the mean loss into every Param. When tied, once for each forward. */
  backward(): void {
    let dout = this.lossLayer.backward(); // (N, T, H)
    for (const rnn of this.rnns.toReversed()) dout = rnn.backward(dout);
    this.embedding.backward(dout);
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
    let hs = this.embedding.forward(xs); // (N, T, D)
    for (const rnn of this.rnns) hs = rnn.forward(hs); // (N, T, H)
    return hs;
  }

  #placeIds(name: string, ids: Int32Array, N: number, T: number): Tensor {
    const tensor = this.#space.sequence(name, [N, T], 'int32');
    if (ids.length !== N * T) {
      throw new UnrolledError(`RecurrentLM: ${name} has ${ids.length} ids; N=${N}, T=${T} needs ${N * T}.`);
    }
    tensor.view().set(ids);
    return tensor;
  }

  /** As the chapter: embedding randn/100, weights randn/√rows, biases 0, drawn from bottom to top. */
  #initialise(random: Random, { forgetBias = 0 }: InitOptions): void {
    initNormal(this.embedding.params[0], random, 1 / 100);
    this.rnns.forEach(({ params: [Wx, Wh, b] }, i) => {
      initByFanIn(Wx, random);
      initByFanIn(Wh, random);
      if (forgetBias !== 0) this.backend.fill(b.value.part([widthOf(this.config, i)]), forgetBias);
    });
    if (!this.config.tied) initByFanIn(this.affine.params[0], random);
  }
}

function checkInit({ cell }: RecurrentConfig, { forgetBias }: InitOptions): void {
  if (forgetBias === undefined || (cell === 'lstm' && Number.isFinite(forgetBias))) return;
  throw new UnrolledError(
    `RecurrentLM: forgetBias is ${forgetBias}, cell is "${cell}"; ` +
      'it must be a number, and only lstm has a forget gate. Leave it out, or take lstm.',
  );
}
