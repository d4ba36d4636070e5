import { UnrolledError } from '../../errors.ts';
import type { ReadOptions } from '../../formats/digest.ts';
import { wrongKind } from '../../kinds.ts';
import { type Reads, runSync } from '../../tensor/reads.ts';
import type { TensorView } from '../../tensor/tensor.ts';
import { checkModel } from '../check-model.ts';
import { fingerprintOf, type Weighted } from '../fingerprint.ts';
import { readStateFile, type StateNumbers, writeStateFile } from './state-file.ts';
import type { StatePool } from './state-pool.ts';
import { checkStateValues, layersOf, type StateValues } from './state-values.ts';

/** The state of one layer. */
export interface LayerState {
  /** (N·H) The hidden state. */
  readonly h: StateNumbers;
  /** (N·H) The cell state of an LSTM or CIFG. */
  readonly c?: StateNumbers;
}

/** A model that creates states. */
interface StateSource extends Weighted {
  state(): State;
}

/** Frees the rows of garbage-collected states. */
const collected: FinalizationRegistry<{ readonly pool: StatePool; readonly rows: Int32Array }> =
  new FinalizationRegistry(({ pool, rows }) => pool.free(rows));

/**
 * The recurrent state of one or several streams, in the backend's memory, independent of other states.
 * `RecurrentLM.step` updates it in place: `fork` it first to keep the old state, and `release` it when done.
 *
 * A state that is not released is freed when it is garbage-collected. This happens late, because the engine does not see this
 * memory, and only between turns of the event loop: a loop that forks without releasing can use gigabytes.
 *
 * Memory: layers·H numbers per stream, twice as many for an LSTM.
 */
export class State {
  /** The pool of its model. */
  readonly pool: StatePool;
  readonly #model: Weighted;
  #rows: Int32Array | null;
  #fingerprint: string | null;

  /**
   * Internal: create states with `RecurrentLM.state`, `RecurrentLM.carried`, or from other states.
   * @param rows its rows in the pool
   */
  constructor(model: Weighted, pool: StatePool, rows: Int32Array, fingerprint: string | null = null) {
    this.#model = model;
    this.pool = pool;
    this.#rows = rows;
    this.#fingerprint = fingerprint;
    collected.register(this, { pool, rows }, this);
  }

  /**
   * The zero state of N streams. Use `RecurrentLM.state`.
   * @throws {UnrolledError} code `memory` if there is not enough memory; `call-order` after the model was disposed
   */
  static zeros(model: Weighted, pool: StatePool, N: number): State {
    const print = model.backend.readSync ? fingerprintNow(model) : null;
    const state = new State(model, pool, pool.take(N), print);
    pool.zero(state.rows);
    return state;
  }

  /** The zero state of a model: `model.state()`. */
  static start(model: StateSource): State {
    return model.state();
  }

  /**
   * Restores a state from the bytes of `toBytes`, on a backend of any precision. Synchronous: needs a backend with `readSync`.
   *
   * @param where the beginning of error messages, such as a file name
   * @throws {UnrolledError} code `file-damaged`, `file-foreign` or `file-version` for other bytes; `state-foreign` for a state of
   * another model; with `verify` also if the bytes changed after they were written
   */
  static fromBytes(bytes: Uint8Array, model: StateSource, where = 'state', options: ReadOptions = {}): State {
    checkModel('State.fromBytes', model);
    const state = model.state();
    try {
      const { pool, rows, fingerprint } = state;
      pool.write(rows, readStateFile(bytes, pool.parts, fingerprint, where, options));
      return state;
    } catch (error) {
      state.release();
      throw error;
    }
  }

  /**
   * Concatenates the streams of several states into a new one.
   * @throws {UnrolledError} code `state-foreign` unless all are of one model
   */
  static merge(states: readonly State[]): State {
    checkStates(states?.[0]?.pool ?? null, states, 'State.merge');
    const [first] = states;
    const { pool } = first;
    const from = rowsOf(states);
    const merged = new State(first.#model, pool, pool.take(from.length), first.#fingerprint);
    pool.scatter(merged.rows, pool.gather(from));
    return merged;
  }

  /**
   * Its rows in the pool, one per stream.
   * @throws {UnrolledError} code `call-order` after it was released
   */
  get rows(): Int32Array {
    if (this.#rows) return this.#rows;
    throw new UnrolledError(
      'call-order',
      'State: it was released, and its memory may be in use by another one. Release a state after its last use.',
    );
  }

  /** The number of streams. */
  get N(): number {
    return this.rows.length;
  }

  /**
   * Identifies the model's weights at the start of the text; for a copy of the carried state, the current weights.
   * Synchronous.
   * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`
   */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintNow(this.#model);
    return this.#fingerprint;
  }

  /** The size of its numbers, in bytes. */
  get byteLength(): number {
    const bytes = this.pool.backend.arena.floatType === 'float64' ? 8 : 4;
    return this.N * bytes * this.pool.parts.reduce((sum, { width }) => sum + width, 0);
  }

  /**
   * Copies of the numbers of each layer, from bottom to top. Synchronous.
   * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`; `call-order` after `release`
   */
  get layers(): readonly LayerState[] {
    return layersOf(this.pool.parts, this.#numbers('State.layers'));
  }

  /**
   * An independent copy.
   * @throws {UnrolledError} code `call-order` after `release`
   */
  fork(): State {
    return State.merge([this]);
  }

  /**
   * One new state for each stream.
   * @throws {UnrolledError} code `call-order` after `release`
   */
  split(): State[] {
    const { pool } = this;
    return Array.from(this.rows, (row) => {
      const state = new State(this.#model, pool, pool.take(1), this.#fingerprint);
      pool.scatter(state.rows, pool.gather(Int32Array.of(row)));
      return state;
    });
  }

  /**
   * Copies the numbers to the host, as they are at the time of the call.
   * @throws {UnrolledError} code `call-order` after `release`
   */
  async save(): Promise<StateValues> {
    const { pool } = this;
    return this.#valuesOf(await Promise.all(pool.gather(this.rows).map((part) => pool.backend.read(part))));
  }

  /**
   * Synchronous `save`.
   * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`; `call-order` after `release`
   */
  values(): StateValues {
    return this.#valuesOf(this.#numbers('State.values'));
  }

  /**
   * Restores saved numbers.
   * @throws {UnrolledError} code `shape` unless they match the model and the number of streams
   */
  restore(values: StateValues): void {
    checkStateValues(this.pool.config, { ...values, N: this.N });
    const numbers = this.pool.parts.map(({ layer, name }) => values.layers[layer][name] as Float64Array);
    this.pool.write(this.rows, numbers);
  }

  /**
   * Serialises the state as a safetensors file of the arrays `LAYER.h` and `LAYER.c`, with format, version and fingerprint.
   * Synchronous: needs a backend with `readSync`.
   * @throws {UnrolledError} code `shape` for several streams: `split` them first; `call-order` after `release`
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    if (this.N !== 1) {
      throw new UnrolledError(
        'shape',
        `State.toBytes: the state has ${this.N} streams; it must have one. Call split() first.`,
      );
    }
    return writeStateFile(this.pool.parts, this.#numbers('State.toBytes'), this.fingerprint);
  }

  /** Frees its memory. The state can't be used afterwards; a second call has no effect. */
  release(): void {
    if (!this.#rows) return;
    collected.unregister(this);
    this.pool.free(this.#rows);
    this.#rows = null;
  }

  #valuesOf(numbers: readonly TensorView[]): StateValues {
    const wide = numbers.map((part) => Float64Array.from(part));
    const [{ width }] = this.pool.parts;
    return { N: wide[0].length / width, layers: layersOf(this.pool.parts, wide) };
  }

  #numbers(where: string): readonly StateNumbers[] {
    const { pool, rows } = this;
    function* read(): Reads<readonly TensorView[]> {
      return yield pool.gather(rows);
    }
    return runSync(where, pool.backend, read()) as readonly StateNumbers[];
  }
}

function fingerprintNow(model: Weighted): string {
  return runSync('State.fingerprint', model.backend, fingerprintOf(model));
}

/** The concatenated rows of some states. */
export function rowsOf(states: readonly State[]): Int32Array {
  if (states.length === 1) return states[0].rows;
  const all: number[] = [];
  for (const { rows } of states) for (const row of rows) all.push(row);
  return Int32Array.from(all);
}

/** Throws unless there are states, all of one model, each once. */
export function checkStates(pool: StatePool | null, states: readonly State[], where: string): void {
  if (!Array.isArray(states)) {
    throw wrongKind(
      where,
      'states',
      states,
      'a list of States',
      'Pass [model.state()], one for each stream.',
    );
  }
  const wrong = states.find((state) => !(state instanceof State));
  if (wrong !== undefined || states.includes(undefined as never)) {
    throw wrongKind(where, 'a state', wrong, 'a State', 'Pass model.state().');
  }
  if (states.length === 0) {
    throw new UnrolledError('shape', `${where}: got no state; it needs one per stream. Use model.state().`);
  }
  const other = states.findIndex((state) => state.pool !== pool);
  if (other >= 0) {
    throw new UnrolledError(
      'state-foreign',
      `${where}: state ${other} is from another model; it must be from state() or State.fromBytes() of this one.`,
    );
  }
  if (states.length === 1 || new Set(states).size === states.length) return;
  const second = states.findIndex((state, n) => states.indexOf(state) < n);
  throw new UnrolledError(
    'option-conflict',
    `${where}: the streams ${states.indexOf(states[second])} and ${second} share one state; each needs its own. ` +
      'Pass one of them a fork().',
  );
}
