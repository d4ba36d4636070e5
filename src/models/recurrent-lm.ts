import type { Backend } from '../backends/backend.ts';
import type { Batch } from '../data/batches/batches.ts';
import { UnrolledError } from '../errors.ts';
import { checkCount, checkObject, optionsOf } from '../kinds.ts';
import { backendWithin } from '../layers/backend-within.ts';
import { BlockPlacer, type PlacedBatch } from '../layers/block-placer.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import { TimeAffine } from '../layers/time/affine.ts';
import { TimeAffineWithLoss } from '../layers/time/affine-with-loss.ts';
import { TimeEmbedding } from '../layers/time/embedding.ts';
import { SampledAffineWithLoss, type SampledLossOptions } from '../layers/time/sampled-affine-with-loss.ts';
import { type BlockLoss, TimeSoftmaxWithLoss } from '../layers/time/softmax-with-loss.ts';
import { ArenaBranch } from '../tensor/arena-branch.ts';
import { type Dispose, makeDisposable } from '../tensor/disposable.ts';
import type { MaskSource } from '../tensor/mask-source.ts';
import { arenaOf } from '../tensor/memory-checks.ts';
import { checkRandom, type Random } from '../tensor/random.ts';
import { numbersOf, ReadQueue, type Reads, runSync } from '../tensor/reads.ts';
import { idsOf } from '../tensor/table-ids.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Workspace } from '../tensor/workspace.ts';
import { cells } from './cells.ts';
import { checkConfig, type OrEarlierName, type RecurrentConfig } from './config.ts';
import { initialise } from './initialise.ts';
import { checkOptions, type ModelOptions } from './model-options.ts';
import { ModelParams } from './parameters.ts';
import { Regularisers } from './regularisation.ts';
import { checkLayers } from './sizes.ts';
import type { State } from './state/state.ts';
import type { StateValues } from './state/state-values.ts';
import { Streams } from './state/streams.ts';
import type { TraceOptions, TraceWindow } from './trace.ts';

/** The scores of a block's targets; undefined where the target is −1. */
export interface Ranking {
  /** (N, T, V), the logits, as of `predict`. */
  readonly scores: Tensor;
  /** (N, T) The loss of each target. */
  readonly losses: Tensor;
  /** (N, T) 1 + the number of tokens with a higher logit. */
  readonly ranks: Tensor;
  /** (N, T, K) The ids of the highest logits, the highest first; null for K = 0. */
  readonly top: Tensor | null;
}

/** The result of `RecurrentLM.forward`; valid until the model's next call. */
export interface BlockForward extends BlockLoss {
  /** (N, T, H) The top layer's states, under dropout in training. */
  readonly hs: Tensor;
}

/** How a token is drawn from a row of logits. */
export interface Draw {
  /** 1/temperature, the factor of the logits. 0 takes the highest, NaN skips the row. */
  readonly scale: number;
  /** Uniform, from [0, 1). */
  readonly uniform: number;
}

/** A recurrent language model: embedding → recurrent layers → affine → softmax with loss. */
export class RecurrentLM {
  /** `dispose`, for `using`, where the engine knows it. */
  declare readonly [Symbol.dispose]: Dispose;
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  /** The ids of the unknown token, which generation leaves out by default. */
  readonly unknownIds: readonly number[];
  readonly embedding: TimeEmbedding;
  readonly rnns: readonly RecurrentLayer[];
  readonly affine: TimeAffine;
  /** The same affine layer fused with the loss. */
  readonly lossLayer: TimeAffineWithLoss;
  /** The training loss of a sampled softmax; null for the full one. */
  readonly #sampledLoss: SampledAffineWithLoss | null;
  readonly params: readonly Param[];
  /** The model's part of the backend's memory: its parameters, states and work space. */
  readonly #arena: ArenaBranch;
  /** The backend with that arena. */
  readonly #within: Backend;
  readonly #options: ModelOptions;
  readonly #regularisers: Regularisers;
  readonly #softmax: TimeSoftmaxWithLoss;
  readonly #space: Workspace;
  readonly #placer: BlockPlacer;
  readonly #streams: Streams;
  readonly #queue: ReadQueue;
  /** The last block's targets, from which the host draws candidates. */
  #targets: { readonly placed: Tensor; readonly ids: Int32Array } | null = null;
  /** The loss layer of the last `forward`. */
  #lossUsed: TimeAffineWithLoss | SampledAffineWithLoss;

  /**
   * Builds the model in the backend's memory: its parameters at once, gradients with the first training step, so that a model
   * that is only used has none. `dispose` frees all of it, as does the engine when it collects the model.
   *
   * @param random draws the initial weights; without it they are 0, to be read from a file
   * @throws for an invalid config, a forget bias for a cell without a forget gate, weight drop for one
   * without Wh, a sampled softmax of an untied model, and a rate or penalty out of its range
   */
  constructor(
    backend: Backend,
    given: OrEarlierName<RecurrentConfig>,
    random?: Random,
    options: ModelOptions = {},
  ) {
    const arena = arenaOf('RecurrentLM', backend);
    const config = checkArguments(given, random, options);
    this.backend = backend;
    this.config = config;
    this.#arena = new ArenaBranch(arena);
    this.#within = backendWithin(backend, this.#arena);
    this.#options = options;
    this.unknownIds = options.unknownIds ?? [];
    const params = new ModelParams(this.#arena, config);
    this.params = params.all;
    const transposed = config.tied === true;
    const table = params.one('embedding.W');
    this.embedding = new TimeEmbedding(this.#within, table, { accumulate: transposed });
    this.#regularisers = new Regularisers(this.#within, config.layers, params.ofLayers('Wh'), options);
    this.rnns = this.#createLayers(params);
    const [W, b] = [transposed ? table : params.one('affine.W'), params.one('affine.b')];
    this.affine = new TimeAffine(this.#within, W, b, { transposed });
    this.lossLayer = new TimeAffineWithLoss(this.#within, W, b, { transposed });
    this.#lossUsed = this.lossLayer;
    this.#sampledLoss = this.#sampleFor(options.sampledSoftmax);
    this.#softmax = new TimeSoftmaxWithLoss(this.#within);
    this.#space = new Workspace(this.#arena);
    this.#placer = new BlockPlacer(backend, this.#space, config.vocabSize);
    this.#streams = new Streams(this, this.#within, this.rnns);
    this.#queue = new ReadQueue(backend);
    const byLayer = { embedding: table, rnns: this.rnns.map(({ params }) => params), affine: W };
    if (random) initialise(backend, config, byLayer, random, options);
  }

  /** The source of dropout and zoneout masks; a run that resumes to the same bits restores its state. */
  get masks(): MaskSource {
    return this.#regularisers.masks;
  }

  /** The number of learned parameters. */
  get parameterCount(): number {
    return this.params.reduce((count, { value }) => count + value.size, 0);
  }

  /**
   * Copies a block into the backend's memory: xs, ts and resets, each (N, T). Resets that are all 0 are none.
   * @throws for an id outside 0 … V − 1, where ts may also be −1, which is ignored; and for a reset that is neither 0 nor 1
   */
  place(batch: Batch): PlacedBatch {
    const { N, T, xs, ts, resets } = optionsOf('RecurrentLM.place', batch, 'Give { N, T, xs, ts }.');
    this.#queue.check('RecurrentLM.place');
    const placed = {
      xs: this.#placer.ids('xs', xs, N, T),
      ts: this.#placer.ids('ts', ts, N, T, this.lossLayer.ignoreLabel),
      resets: resets ? this.#placer.resets(resets, N, T) : null,
    };
    if (this.#sampledLoss) this.#targets = { placed: placed.ts, ids: Int32Array.from(ts) };
    return placed;
  }

  /**
   * Runs work that reads numbers of this model back, one work at a time: synchronously on a backend with
   * `readSync`, otherwise after earlier work. While it waits for numbers, the model's other calls throw.
   */
  run<T>(reads: Reads<T>): Promise<T> {
    return this.#queue.run(reads);
  }

  /** The same for work without reads. */
  call<T>(work: () => T): Promise<T> {
    return this.#queue.call(work);
  }

  /** xs (N, T) of ids → the logits of the next token (N, T, V). */
  predict(xs: Tensor): Tensor {
    return this.affine.forward(this.#hidden(xs));
  }

  /** xs (N, T) of ids → the logits of the token after each stream's last (N, 1, V). */
  predictNext(xs: Tensor): Tensor {
    const hs = this.#hidden(xs); // (N, T, H)
    const [N, T, H] = hs.shape;
    return this.affine.forward(hs.part([N, 1, H], (T - 1) * N * H, 'time'));
  }

  /** xs and ts (N, T) → loss and rank of each target, and the K highest logits. K is at most V. */
  rank(xs: Tensor, ts: Tensor, K: number): Ranking {
    const { vocabSize: V } = this.config;
    const scores = this.predict(xs);
    const { losses } = this.#softmax.forward(scores, ts, false);
    const ranks = this.#space.sequence('ranks', xs.shape, 'int32');
    const top = K > 0 ? this.#space.sequence('top', [...xs.shape, Math.min(K, V)], 'int32') : null;
    this.backend.rankRows({ ranks, top }, scores.rows(), ts, this.#softmax.ignoreLabel);
    return { scores, losses, ranks, top };
  }

  /**
   * Some elements of a tensor, by their indices in memory order. → (M, 1), valid until the model's next call
   */
  pick(x: Tensor, places: Int32Array): Tensor {
    const ids = this.#space.tensor('picks', [places.length], 'int32');
    const out = this.#space.tensor('picked', [places.length, 1]);
    this.backend.write(ids, places);
    this.backend.gatherRows(out, x.part([x.size, 1]), ids);
    return out;
  }

  /**
   * Sets logits to −∞, so that their tokens can't be drawn: by their indices in memory order, 0 to N·V − 1.
   */
  exclude(scores: Tensor, places: readonly number[]): void {
    if (places.length === 0) return;
    const ids = this.#space.tensor('excluded', [places.length], 'int32');
    const never = this.#space.tensor('never', [places.length, 1]);
    this.backend.write(ids, places);
    this.backend.fill(never, Number.NEGATIVE_INFINITY);
    this.backend.scatterRows(scores.part([scores.size, 1]), ids, never);
  }

  /**
   * Draws a token for each row of logits (N, 1, V), which are overwritten, with the probabilities softmax(scale·logits).
   * → ids (N); −1 for a row whose scale is NaN or whose highest logit is not finite; such rows are not
   * overwritten. Synchronous: needs a backend with `readSync`.
   */
  draw(scores: Tensor, by: readonly Draw[]): Int32Array {
    return runSync('RecurrentLM.draw', this.backend, this.drawing(scores, by));
  }

  /** The same as work for `run`. */
  *drawing(scores: Tensor, by: readonly Draw[]): Reads<Int32Array> {
    const N = by.length;
    const [ids, draws] = [this.#space.tensor('drawn', [N], 'int32'), this.#space.tensor('draws', [N, 3])];
    const isWide = this.backend.arena.floatType === 'float64';
    const numbers = isWide ? new Float64Array(3 * N) : new Float32Array(3 * N);
    by.forEach(({ scale, uniform }, n) => {
      numbers[3 * n] = scale;
      numbers[3 * n + 1] = uniform;
      numbers[3 * n + 2] = uniform - numbers[3 * n + 1];
    });
    this.backend.write(draws, numbers);
    this.backend.drawRows(ids, scores.part([N, this.config.vocabSize]), draws);
    return (yield* numbersOf(ids)) as Int32Array;
  }

  /** The zero state of N streams, which `step` advances. */
  state(N: number = 1): State {
    checkCount('RecurrentLM.state', { N }, 1);
    return this.#streams.start(N);
  }

  /**
   * Reads T more tokens of N streams, any N: ids (T·N), time-major. `states` are those of the streams and are
   * advanced. → the logits of the next token (N, 1, V), valid until the next call. The state that the model
   * itself carries, such as that of training, is unchanged.
   *
   * @throws when two streams share a state, one is of another model, or ids are not T·N or unknown; the
   * states are then as before
   */
  step(ids: Int32Array | readonly number[], states: readonly State[]): Tensor {
    return this.#onward(ids, states, (xs) => this.predictNext(xs));
  }

  /** `step` without the logits, which dominate the cost where T is small and V large. */
  read(ids: Int32Array | readonly number[], states: readonly State[]): void {
    this.#onward(ids, states, (xs) => this.#hidden(xs));
  }

  /**
   * The activations of all layers over a text, ids (T), in windows: h, c, each gate under its name, and
   * optionally the logits. The state that the model carries is unchanged.
   *
   * @throws for no ids, unknown ids, and a window that is not a positive integer
   */
  trace(ids: Int32Array, options: TraceOptions = {}): AsyncGenerator<TraceWindow, void> {
    return traced(this, ids, optionsOf('RecurrentLM.trace', options));
  }

  /** Advances N states over ids (T·N) with `through` on xs (N, T). The model's own state is unchanged. */
  #onward(
    given: Int32Array | readonly number[],
    states: readonly State[],
    through: (xs: Tensor) => Tensor,
  ): Tensor {
    this.#queue.check('RecurrentLM.step');
    const ids = idsOf('RecurrentLM', 'the ids', given);
    const rows = this.#streams.rowsOf(states);
    const N = rows.length;
    const T = ids.length / N;
    if (!Number.isInteger(T) || T < 1) {
      throw new UnrolledError(
        'shape',
        `RecurrentLM: got ${ids.length} ids for ${N} streams; each needs as many, and one at least.`,
      );
    }
    const xs = this.#placer.ids('xs', ids, N, T);
    return this.#streams.during(rows, () => through(xs));
  }

  /**
   * xs and ts (N, T) → the loss of each target and the total. A sampled softmax needs the targets of `place`.
   * @param gradient false when no `backward` follows
   * @param masked false for evaluation: no dropout, zoneout in expectation
   * @param resets (N, T) of `place`: where the state is 0 before a step
   */
  forward(
    xs: Tensor,
    ts: Tensor,
    gradient: boolean = true,
    masked: boolean = gradient,
    resets: Tensor | null = null,
  ): BlockForward {
    this.#queue.check('RecurrentLM.forward');
    this.masks.training = masked;
    if (masked) this.masks.next();
    const sampled = masked && gradient ? this.#sampledLoss : null;
    this.#lossUsed = sampled ?? this.lossLayer;
    try {
      const hs = this.#hidden(xs, resets); // (N, T, H)
      const loss = sampled
        ? sampled.forward(hs, ts, sampled.draw(this.#hostTargets(ts)))
        : this.lossLayer.forward(hs, ts, gradient);
      return { ...loss, hs };
    } finally {
      this.masks.training = false;
    }
  }

  /**
   * The backward pass: writes the gradient of the mean loss into every Param. Of a tied model, once per
   * forward.
   */
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

  /** Resets the carried state to 0. */
  resetState(): void {
    this.#arena.check();
    this.#queue.check('RecurrentLM.resetState');
    for (const rnn of this.rnns) rnn.resetState();
  }

  /** A copy of the carried state, as a `State` of N streams; null for the zero state. */
  carried(): State | null {
    this.#arena.check();
    return this.#streams.carried();
  }

  /** Copies a state of this model, from which the next block starts; null for the zero state. */
  carry(state: State | null): void {
    this.#arena.check();
    this.#queue.check('RecurrentLM.carry');
    this.#streams.carry(state);
  }

  /** The numbers of the carried state; null for the zero state. */
  async save(): Promise<StateValues | null> {
    const carried = this.carried();
    const values = await carried?.save();
    carried?.release();
    return values ?? null;
  }

  /** Restores a saved state, from which the next block starts. @throws unless it fits the model */
  restore(values: StateValues | null): void {
    this.#queue.check('RecurrentLM.restore');
    this.#streams.restore(values);
  }

  /** A model of its own with the same configuration, options and weights, in the same backend's memory; its text begins anew. */
  clone(): RecurrentLM {
    const copy = new RecurrentLM(this.backend, this.config, undefined, this.#options);
    for (const [i, { value }] of this.params.entries()) this.backend.copy(copy.params[i].value, value);
    copy.masks.restore(this.masks.save());
    return copy;
  }

  /**
   * Frees its memory, that of its states included; the backend stays open. Any later use of the model, its parameters or its
   * states throws. A second call changes nothing.
   */
  dispose(): void {
    this.#arena.close(new UnrolledError('call-order', 'RecurrentLM: the model was disposed; open it anew.'));
  }

  /** @deprecated Use `save`, or `carried`. This one needs a backend with `readSync`. */
  getState(): StateValues | null {
    const carried = this.carried();
    const values = carried?.values();
    carried?.release();
    return values ?? null;
  }

  /** @deprecated Use `restore`, or `carry`. */
  setState(state: StateValues | null): void {
    this.restore(state);
  }

  /** xs (N, T) of ids → the top layer's states (N, T, H). */
  #hidden(xs: Tensor, resets: Tensor | null = null): Tensor {
    const { words, dropouts, weights, ar, tar } = this.#regularisers;
    let hs = words.forward(this.embedding.forward(xs), xs); // (N, T, D)
    this.rnns.forEach((rnn, i) => {
      weights[i]?.forward();
      hs = rnn.forward(dropouts[i].forward(hs), resets); // (N, T, H)
    });
    tar?.forward(hs, resets);
    hs = dropouts[this.rnns.length].forward(hs);
    ar?.forward(hs);
    return hs;
  }

  /** The targets on the host: of a block from `place` at hand, others by `readSync`. */
  #hostTargets(ts: Tensor): ArrayLike<number> {
    if (this.#targets?.placed === ts) return this.#targets.ids;
    return runSync('RecurrentLM.forward', this.backend, numbersOf(ts));
  }

  #createLayers(params: ModelParams): RecurrentLayer[] {
    const { cell, zoneout: h = 0, zoneoutCell: c = 0 } = this.config;
    const zoneout = { masks: this.masks, h, c };
    const bhs = params.ofLayers('bh');
    return params.ofLayers('Wx').map((Wx, i) => {
      const Wh = this.#regularisers.weights[i]?.dropped;
      return cells[cell].create(
        this.#within,
        { Wx, Wh, b: params.one(`rnn.${i}.b`), bh: bhs[i] },
        { stateful: true, zoneout },
      );
    });
  }

  #sampleFor(sample: SampledLossOptions | undefined): SampledAffineWithLoss | null {
    if (!sample || sample.size >= this.config.vocabSize) return null;
    return new SampledAffineWithLoss(this.#within, this.lossLayer, sample, this.masks.seeds());
  }
}

makeDisposable(RecurrentLM.prototype);

function checkArguments(given: object, random: Random | undefined, options: ModelOptions): RecurrentConfig {
  const where = 'RecurrentLM';
  if (random !== undefined) checkRandom(where, random);
  checkObject(where, 'the options', options, 'Leave them out, or give { dropout, … }.');
  checkObject(where, 'the config', given, 'Give configs.simpleRnnlm(sizes).');
  const config = checkConfig(given, where);
  checkLayers(config, where);
  checkOptions(config, options);
  return config;
}

/** Loaded when it is asked for: a page that generates needs none of it. */
async function* traced(
  model: RecurrentLM,
  ids: Int32Array,
  options: TraceOptions,
): AsyncGenerator<TraceWindow, void> {
  const { trace } = await import('./trace.ts');
  yield* trace(model, ids, options);
}
