import type { Backend } from '../backends/backend.ts';
import type { BatchPart } from '../data/batches/batch-part.ts';
import type { Batch } from '../data/batches/batches.ts';
import { UnrolledError } from '../errors.ts';
import { checkCount, checkObject, optionsOf } from '../kinds.ts';
import { backendWithin } from '../layers/backend-within.ts';
import { BlockPlacer, type PlacedBatch } from '../layers/block-placer.ts';
import type { Param, RecurrentLayer } from '../layers/layer.ts';
import { TimeAffine } from '../layers/time/affine.ts';
import { TimeAffineWithLoss } from '../layers/time/affine-with-loss.ts';
import type { Candidates } from '../layers/time/candidates.ts';
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
import { cells, cellWeightsOf } from './cells.ts';
import { checkConfig, type OrEarlierName, type RecurrentConfig } from './config.ts';
import { initialise } from './initial/random-weights.ts';
import type { TraceOptions, TraceWindow } from './inspection/trace.ts';
import { checkOptions, type ModelOptions } from './model-options.ts';
import { ModelParams } from './parameters.ts';
import { Regularisers } from './regularisation.ts';
import { checkLayers } from './sizes.ts';
import type { State } from './state/state.ts';
import type { StateValues } from './state/state-values.ts';
import { Streams } from './state/streams.ts';

/** The losses and ranks of a block's targets; undefined where the target is −1. */
export interface Ranking {
  /** (N, T, V) The logits, as from `predict`. */
  readonly scores: Tensor;
  /** (N, T) The loss of each target, in nats. */
  readonly losses: Tensor;
  /** (N, T) The rank of each target: 1 + the number of tokens with a higher logit. */
  readonly ranks: Tensor;
  /** (N, T, K) The ids of the K highest logits, highest first; null for K = 0. */
  readonly top: Tensor | null;
}

/** The result of `RecurrentLM.forward`; valid until the model's next call. */
export interface BlockForward extends BlockLoss {
  /** (N, T, H) The hidden states of the top layer, after dropout in training. */
  readonly hs: Tensor;
}

/** How to sample a token from a row of logits. */
export interface Draw {
  /** 1/temperature: the factor of the logits. 0 selects the highest logit, NaN skips the row. */
  readonly scale: number;
  /** A uniform random number from [0, 1). */
  readonly uniform: number;
}

/** A recurrent language model: embedding → recurrent layers → affine → softmax with loss. */
export class RecurrentLM {
  /** `dispose`, for `using`, if the JavaScript engine supports it. */
  declare readonly [Symbol.dispose]: Dispose;
  /** The backend that computes the model. */
  readonly backend: Backend;
  /** The architecture. */
  readonly config: RecurrentConfig;
  /** The ids of the unknown token, which generation excludes by default. */
  readonly unknownIds: readonly number[];
  /** The embedding layer. */
  readonly embedding: TimeEmbedding;
  /** The recurrent layers, from bottom to top. */
  readonly rnns: readonly RecurrentLayer[];
  /** The output layer: hidden states → logits. */
  readonly affine: TimeAffine;
  /** The output layer fused with the loss. */
  readonly lossLayer: TimeAffineWithLoss;
  /** The sampled softmax of training; null for the full one. */
  readonly #sampledLoss: SampledAffineWithLoss | null;
  /** The parameters, from bottom to top. */
  readonly params: readonly Param[];
  /** The model's part of the backend's memory: its parameters, states and workspace. */
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
  /** The targets of the last placed block with all its streams, from which the host samples candidates. */
  #targets: { readonly placed: Tensor; readonly ids: Int32Array; readonly part: BatchPart | null } | null =
    null;
  /** The loss layer of the last `forward`. */
  #lossUsed: TimeAffineWithLoss | SampledAffineWithLoss;

  /**
   * Builds the model in the backend's memory. Parameters are allocated at once, gradients in the first training step.
   * `dispose` frees the memory, as does garbage collection.
   *
   * @param random draws the initial weights; without it they are 0, for weights that are loaded later
   * @throws {UnrolledError} code `config` for an invalid config; `option-value` for an invalid option; `option-conflict` for an
   * option that the config does not support: a forget bias without a forget gate, weight drop without Wh, a sampled softmax
   * of an untied model; `memory` if there is not enough memory
   */
  constructor(
    backend: Backend,
    config: OrEarlierName<RecurrentConfig>,
    random?: Random,
    options: ModelOptions = {},
  ) {
    const arena = arenaOf('RecurrentLM', backend);
    const checked = checkArguments(config, random, options);
    this.backend = backend;
    this.config = checked;
    this.#arena = new ArenaBranch(arena);
    this.#within = backendWithin(backend, this.#arena);
    this.#options = options;
    this.unknownIds = options.unknownIds ?? [];
    const params = new ModelParams(this.#arena, checked);
    this.params = params.all;
    const transposed = checked.tied === true;
    const table = params.one('embedding.W');
    this.embedding = new TimeEmbedding(this.#within, table, { accumulate: transposed });
    this.#regularisers = new Regularisers(this.#within, checked.layers, params.ofLayers('Wh'), options);
    this.rnns = this.#createLayers(params);
    const [W, b] = [transposed ? table : params.one('affine.W'), params.one('affine.b')];
    this.affine = new TimeAffine(this.#within, W, b, { transposed });
    this.lossLayer = new TimeAffineWithLoss(this.#within, W, b, { transposed });
    this.#lossUsed = this.lossLayer;
    this.#sampledLoss = this.#sampleFor(options.sampledSoftmax);
    this.#softmax = new TimeSoftmaxWithLoss(this.#within);
    this.#space = new Workspace(this.#arena);
    this.#placer = new BlockPlacer(backend, this.#space, checked.vocabSize);
    this.#streams = new Streams(this, this.#within, this.rnns);
    this.#queue = new ReadQueue(backend);
    const byLayer = { embedding: table, rnns: this.rnns.map(({ params }) => params), affine: W };
    if (random) initialise(backend, checked, byLayer, random, options);
  }

  /** The source of dropout and zoneout masks. A run that resumes to the same bits must restore its state. */
  get masks(): MaskSource {
    return this.#regularisers.masks;
  }

  /** The number of learned parameters. */
  get parameterCount(): number {
    return this.params.reduce((count, { value }) => count + value.size, 0);
  }

  /**
   * Copies a block into the backend's memory: xs, ts and resets, each (N, T). Resets that are all 0 become null.
   * @param part the streams to copy, where other processes compute the others: these get the masks and the sampled tokens that
   * they get among all streams. Default: all
   * @throws {UnrolledError} code `id-range` for an id that is not from 0 to V − 1 (ts may also be −1, which is ignored); `shape` for
   * a wrong length; `option-value` for a reset that is neither 0 nor 1
   */
  place(batch: Batch, part: BatchPart | null = null): PlacedBatch {
    const all = optionsOf('RecurrentLM.place', batch, 'Pass { N, T, xs, ts }.');
    const { N, T, xs, ts, resets } = part?.partOf(all) ?? all;
    this.#queue.check('RecurrentLM.place');
    this.masks.streams = part;
    const placed = {
      xs: this.#placer.ids('xs', xs, N, T),
      ts: this.#placer.ids('ts', ts, N, T, this.lossLayer.ignoreLabel),
      resets: resets ? this.#placer.resets(resets, N, T) : null,
    };
    if (this.#sampledLoss) this.#targets = { placed: placed.ts, ids: Int32Array.from(all.ts), part };
    return placed;
  }

  /**
   * Runs a generator that reads numbers of this model back: synchronously on a backend with `readSync`, otherwise
   * queued after earlier runs. While it waits for numbers, other calls of the model throw.
   * @throws {UnrolledError} code `call-order` after the model was disposed
   */
  run<T>(reads: Reads<T>): Promise<T> {
    return this.#queue.run(reads);
  }

  /** The same for a function without reads. */
  call<T>(work: () => T): Promise<T> {
    return this.#queue.call(work);
  }

  /**
   * xs (N, T) of ids → the logits of the next token at each step (N, T, V).
   * @throws {UnrolledError} code `shape` unless xs is a sequence of ids; `call-order` after the model was disposed
   */
  predict(xs: Tensor): Tensor {
    return this.affine.forward(this.#hidden(xs));
  }

  /**
   * xs (N, T) of ids → the logits of the next token after the last step of each stream (N, 1, V).
   * @throws {UnrolledError} code `shape` unless xs is a sequence of ids; `call-order` after the model was disposed
   */
  predictNext(xs: Tensor): Tensor {
    const hs = this.#hidden(xs); // (N, T, H)
    const [N, T, H] = hs.shape;
    return this.affine.forward(hs.part([N, 1, H], (T - 1) * N * H, 'time'));
  }

  /**
   * xs and ts (N, T) → the loss and rank of each target, and the K highest logits. K is at most V.
   * @throws {UnrolledError} code `shape` unless xs and ts are sequences of equal N and T; `call-order` after the model was disposed
   */
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
   * Gathers the elements of a tensor at some indices, in memory order. → (M, 1), valid until the model's next call
   * @throws {UnrolledError} code `memory` if there is not enough memory
   */
  pick(x: Tensor, indices: Int32Array): Tensor {
    const ids = this.#space.tensor('picks', [indices.length], 'int32');
    const out = this.#space.tensor('picked', [indices.length, 1]);
    this.backend.write(ids, indices);
    this.backend.gatherRows(out, x.part([x.size, 1]), ids);
    return out;
  }

  /**
   * Sets logits to −∞, so that their tokens can't be sampled. The indices are in memory order, from 0 to N·V − 1.
   * @throws {UnrolledError} code `memory` if there is not enough memory
   */
  exclude(logits: Tensor, indices: readonly number[]): void {
    if (indices.length === 0) return;
    const ids = this.#space.tensor('excluded', [indices.length], 'int32');
    const never = this.#space.tensor('never', [indices.length, 1]);
    this.backend.write(ids, indices);
    this.backend.fill(never, Number.NEGATIVE_INFINITY);
    this.backend.scatterRows(logits.part([logits.size, 1]), ids, never);
  }

  /**
   * Samples a token for each row of logits (N, 1, V) from softmax(scale·logits); overwrites the logits. → ids (N).
   * A row whose scale is NaN or whose highest logit is not finite gets −1 and is not overwritten. Synchronous.
   * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`
   */
  draw(logits: Tensor, by: readonly Draw[]): Int32Array {
    return runSync('RecurrentLM.draw', this.backend, this.drawing(logits, by));
  }

  /**
   * `draw` as a generator for `run`.
   * @throws {UnrolledError} code `memory` if there is not enough memory
   */
  *drawing(logits: Tensor, by: readonly Draw[]): Reads<Int32Array> {
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
    this.backend.drawRows(ids, logits.part([N, this.config.vocabSize]), draws);
    return (yield* numbersOf(ids)) as Int32Array;
  }

  /**
   * The zero state of N streams, for `step`.
   * @throws {UnrolledError} code `option-value` unless N is a positive integer
   */
  state(N: number = 1): State {
    checkCount('RecurrentLM.state', { N }, 1);
    return this.#streams.start(N);
  }

  /**
   * Reads T more tokens of N streams, for any N: ids (T·N), time-major. Updates `states`, those of the streams. → the logits of
   * the next token (N, 1, V), valid until the next call. The model's carried state, such as that of training, does not change.
   *
   * @throws {UnrolledError} code `option-conflict` if two streams share a state; `state-foreign` for a state of another model;
   * `shape` unless there are T·N ids; `id-range` for an unknown id. The states are then unchanged
   */
  step(ids: Int32Array | readonly number[], states: readonly State[]): Tensor {
    return this.#advance(ids, states, (xs) => this.predictNext(xs));
  }

  /**
   * `step` without the logits, which dominate the cost for small T and large V.
   * @throws {UnrolledError} code as `step`
   */
  read(ids: Int32Array | readonly number[], states: readonly State[]): void {
    this.#advance(ids, states, (xs) => this.#hidden(xs));
  }

  /**
   * Traces the activations of all layers over a text, ids (T), in windows: h, c, each gate by name, and optionally the logits.
   * The model's carried state does not change.
   *
   * @throws {UnrolledError} code `text-empty` for no ids; `id-range` for an unknown id; `option-value` for a window that is
   * not a positive integer
   */
  trace(ids: Int32Array, options: TraceOptions = {}): AsyncGenerator<TraceWindow, void> {
    return traced(this, ids, optionsOf('RecurrentLM.trace', options));
  }

  /** Updates N states over ids (T·N) with `through` on xs (N, T). The model's carried state does not change. */
  #advance(
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
        `RecurrentLM: got ${ids.length} ids for ${N} streams; it needs a positive multiple of ${N}.`,
      );
    }
    const xs = this.#placer.ids('xs', ids, N, T);
    return this.#streams.during(rows, () => through(xs));
  }

  /**
   * xs and ts (N, T) → the loss of each target and the total. A sampled softmax needs ts from `place`.
   * @param gradient false if no `backward` follows. Default true
   * @param masked false for evaluation: no dropout, zoneout in expectation. Default: `gradient`
   * @param resets (N, T) from `place`: 1 where the state is reset before the step. Default: none
   * @throws {UnrolledError} code `shape` unless xs and ts are sequences of equal N and T, and N is that of the carried state;
   * `call-order` while another call runs, or after the model was disposed
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
    const { steps = Infinity } = this.#options.sampledSoftmax ?? {};
    const sampled = masked && gradient && this.masks.step <= steps ? this.#sampledLoss : null;
    this.#lossUsed = sampled ?? this.lossLayer;
    try {
      const hs = this.#hidden(xs, resets); // (N, T, H)
      const loss = sampled
        ? sampled.forward(hs, ts, this.#draw(sampled, ts))
        : this.lossLayer.forward(hs, ts, gradient);
      return { ...loss, hs };
    } finally {
      this.masks.training = false;
    }
  }

  /**
   * The backward pass: writes the gradient of the mean loss into every Param. Call it once per forward.
   * @throws {UnrolledError} code `call-order` before `forward`
   */
  backward(): void {
    const steps = this.backwardInSteps();
    while (!steps.next().done);
  }

  /**
   * `backward` from layer to layer: yields the parameters whose gradients have become final. Other calls of the model must wait
   * for its end.
   * @throws {UnrolledError} code `call-order` before `forward`
   */
  *backwardInSteps(): Generator<readonly Param[], void> {
    const { words, dropouts, weights, ar, tar } = this.#regularisers;
    let dout = this.#lossUsed.backward(); // (N, T, H)
    const [W, b] = this.affine.params;
    const [table] = this.embedding.params;
    yield W === table ? [b] : [W, b];
    dout = ar?.backward(dout) ?? dout;
    dout = dropouts[this.rnns.length].backward(dout);
    dout = tar?.backward(dout) ?? dout;
    for (const [i, rnn] of [...this.rnns.entries()].toReversed()) {
      dout = dropouts[i].backward(rnn.backward(dout));
      weights[i]?.backward();
      yield this.params.filter(({ name }) => name.startsWith(`rnn.${i}.`));
    }
    this.embedding.backward(words.backward(dout));
    yield [table];
  }

  /**
   * Resets the carried state to 0.
   * @throws {UnrolledError} code `call-order` while another call runs
   */
  resetState(): void {
    this.#arena.check();
    this.#queue.check('RecurrentLM.resetState');
    for (const rnn of this.rnns) rnn.resetState();
  }

  /**
   * A copy of the carried state, as a `State` of N streams; null for the zero state.
   * @throws {UnrolledError} code `call-order` after `dispose`
   */
  carried(): State | null {
    this.#arena.check();
    return this.#streams.carried();
  }

  /**
   * Sets the carried state, from which the next block starts, by copying; null for the zero state.
   * @throws {UnrolledError} code `state-foreign` for a state of another model; `call-order` while another call runs
   */
  carry(state: State | null): void {
    this.#arena.check();
    this.#queue.check('RecurrentLM.carry');
    this.#streams.carry(state);
  }

  /**
   * Copies the numbers of the carried state to the host; null for the zero state.
   * @throws {UnrolledError} code `call-order` after `dispose`
   */
  async save(): Promise<StateValues | null> {
    const carried = this.carried();
    const values = await carried?.save();
    carried?.release();
    return values ?? null;
  }

  /**
   * Restores a saved state, from which the next block starts.
   * @throws {UnrolledError} code `shape` unless it matches the model
   */
  restore(values: StateValues | null): void {
    this.#queue.check('RecurrentLM.restore');
    this.#streams.restore(values);
  }

  /**
   * An independent model with the same config, options and weights, on the same backend. Its carried state is 0.
   * @throws {UnrolledError} code `memory` if there is not enough memory
   */
  clone(): RecurrentLM {
    const copy = new RecurrentLM(this.backend, this.config, undefined, this.#options);
    for (const [i, { value }] of this.params.entries()) this.backend.copy(copy.params[i].value, value);
    copy.masks.restore(this.masks.save());
    return copy;
  }

  /**
   * Frees its memory, including its states; the backend remains open. Any later use of the model, its parameters or its
   * states throws. A second call has no effect.
   * @throws {UnrolledError} code `call-order` while another call runs
   */
  dispose(): void {
    this.#arena.close(new UnrolledError('call-order', 'RecurrentLM: the model was disposed; open it again.'));
  }

  /**
   * The numbers of the carried state; null for the zero state.
   * @deprecated Use `save`, or `carried`.
   * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`
   */
  getState(): StateValues | null {
    const carried = this.carried();
    const values = carried?.values();
    carried?.release();
    return values ?? null;
  }

  /**
   * Restores a saved state.
   * @deprecated Use `restore`, or `carry`.
   * @throws {UnrolledError} code `shape` unless it matches the model
   */
  setState(state: StateValues | null): void {
    this.restore(state);
  }

  /** xs (N, T) of ids → the hidden states of the top layer (N, T, H). */
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

  /** The candidates for the targets, which the host keeps from `place`, or reads with `readSync`. */
  #draw(sampled: SampledAffineWithLoss, ts: Tensor): Candidates | null {
    if (this.#targets?.placed !== ts) {
      return sampled.draw(runSync('RecurrentLM.forward', this.backend, numbersOf(ts)));
    }
    const { ids, part } = this.#targets;
    const drawn = sampled.draw(ids);
    return drawn && part ? { ...drawn, labels: part.columnsOf(drawn.labels) } : drawn;
  }

  #createLayers(params: ModelParams): RecurrentLayer[] {
    const { cell, zoneout: h = 0, zoneoutCell: c = 0 } = this.config;
    const zoneout = { masks: this.masks, h, c };
    return Array.from({ length: this.config.layers }, (_, i) => {
      const dropped = this.#regularisers.weights[i]?.dropped;
      const weights = cellWeightsOf((name) => (name === 'Wh' ? dropped : params.ofLayer(i, name)));
      return cells[cell].create(this.#within, weights, { stateful: true, zoneout });
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
  checkObject(where, 'the options', options, 'Leave them out, or pass { dropout, … }.');
  checkObject(where, 'the config', given, 'Pass configs.simpleRnnlm(sizes).');
  const config = checkConfig(given, where);
  checkLayers(config, where);
  checkOptions(config, options);
  return config;
}

/** Loads the tracing code on demand: a page that only generates doesn't need it. */
async function* traced(
  model: RecurrentLM,
  ids: Int32Array,
  options: TraceOptions,
): AsyncGenerator<TraceWindow, void> {
  const { trace } = await import('./inspection/trace.ts');
  yield* trace(model, ids, options);
}
