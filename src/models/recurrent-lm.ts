import type { Backend } from '../backends/backend.ts';
import type { Batch } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import { initByFanIn, initNormal } from '../layers/init.ts';
import { createParam, type Param } from '../layers/layer.ts';
import { TimeAffine } from '../layers/time/affine.ts';
import { TimeAffineWithLoss } from '../layers/time/affine-with-loss.ts';
import { TimeEmbedding } from '../layers/time/embedding.ts';
import { TimeRNN } from '../layers/time/rnn.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Workspace } from '../tensor/workspace.ts';
import { checkConfig, type RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';

/** The carried state as a value, bottom layer first: each h is (N, H), row after row. */
export interface ModelState {
  readonly N: number;
  readonly layers: readonly { readonly h: Float64Array }[];
}

/** A recurrent language model: embedding → recurrent layers → affine → softmax with loss. */
export class RecurrentLM {
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  readonly embedding: TimeEmbedding;
  readonly rnns: readonly TimeRNN[];
  readonly affine: TimeAffine;
  /** The same affine layer with the loss on top, in one. */
  readonly lossLayer: TimeAffineWithLoss;
  readonly params: readonly Param[];
  readonly #space: Workspace;
  #hs: Tensor | null = null;

  /**
   * Builds the model with its parameters and gradients in the backend's arena.
   *
   * @param random draws the initial weights; without it they are 0, to be read from a file
   */
  constructor(backend: Backend, config: RecurrentConfig, random?: Random) {
    checkConfig(config, 'RecurrentLM');
    const params = new Map<string, Param>();
    for (const [name, shape] of parameterShapes(config)) {
      params.set(name, createParam(backend.arena, name, shape));
    }
    const param = (name: string) => params.get(name) as Param;
    this.backend = backend;
    this.config = config;
    this.params = [...params.values()];
    this.embedding = new TimeEmbedding(backend, param('embedding.W'));
    this.rnns = Array.from({ length: config.layers }, (_, i) => {
      const [Wx, Wh, b] = ['Wx', 'Wh', 'b'].map((name) => param(`rnn.${i}.${name}`));
      return new TimeRNN(backend, Wx, Wh, b, { stateful: true });
    });
    this.affine = new TimeAffine(backend, param('affine.W'), param('affine.b'));
    this.lossLayer = new TimeAffineWithLoss(backend, param('affine.W'), param('affine.b'));
    this.#space = new Workspace(backend.arena);
    if (random) this.#initialise(random);
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

  /**
   * xs and ts (N, T) → total (3): the mean loss, the sum of the losses, their number.
   * @param gradient false when no `backward` follows
   */
  forward(xs: Tensor, ts: Tensor, gradient: boolean = true): Tensor {
    return this.lossLayer.forward(this.#hidden(xs), ts, gradient);
  }

  /** Writes the gradient of the mean loss into every Param. */
  backward(): void {
    let dout = this.lossLayer.backward(); // (N, T, H)
    for (const rnn of this.rnns.toReversed()) dout = rnn.backward(dout);
    this.embedding.backward(dout);
  }

  /** Starts the streams anew, from h = 0. */
  resetState(): void {
    for (const rnn of this.rnns) rnn.resetState();
  }

  /** A copy of the state that the next block starts from; null at the start of the streams. */
  getState(): ModelState | null {
    const hs = this.rnns.map((rnn) => rnn.h);
    if (hs.some((h) => h === null)) return null;
    return { N: hs[0]!.shape[0], layers: hs.map((h) => ({ h: h!.values() })) };
  }

  /** The next block starts from `state`, which is copied. */
  setState(state: ModelState | null): void {
    if (state === null) {
      this.resetState();
      return;
    }
    if (state.layers.length !== this.rnns.length) {
      throw new UnrolledError(
        `RecurrentLM: the state has ${state.layers.length} layers; the model has ${this.rnns.length}.`,
      );
    }
    const shape = [state.N, this.config.hiddenSize];
    const wrong = state.layers.findIndex(({ h }) => h.length !== shape[0] * shape[1]);
    if (wrong >= 0) {
      throw new UnrolledError(
        `RecurrentLM: layer ${wrong} of the state has ${state.layers[wrong].h.length} numbers; ` +
          `N=${shape[0]}, H=${shape[1]} needs ${shape[0] * shape[1]}.`,
      );
    }
    this.rnns.forEach((rnn, i) => {
      rnn.setState(this.#space.tensor('state', shape).set(state.layers[i].h));
    });
  }

  /** xs (N, T) of ids → the top layer's states (N, T, H). */
  #hidden(xs: Tensor): Tensor {
    let hs = this.embedding.forward(xs); // (N, T, D)
    for (const rnn of this.rnns) hs = rnn.forward(hs); // (N, T, H)
    this.#hs = hs;
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
  #initialise(random: Random): void {
    initNormal(this.embedding.params[0], random, 1 / 100);
    for (const rnn of this.rnns) {
      initByFanIn(rnn.params[0], random);
      initByFanIn(rnn.params[1], random);
    }
    initByFanIn(this.affine.params[0], random);
  }
}
