import type { Backend } from '../../backends/backend.ts';
import type { RecurrentLayer } from '../../layers/layer.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Weighted } from '../fingerprint.ts';
import { checkStates, rowsOf, State } from './state.ts';
import { StatePool } from './state-pool.ts';
import { checkStateValues, type StateValues } from './state-values.ts';

/** Copies states between a model's layers and `State`s. */
export class Streams {
  readonly #model: Weighted;
  readonly #layers: readonly RecurrentLayer[];
  readonly #pool: StatePool;

  /** @param within the model's backend, with the model's arena */
  constructor(model: Weighted, within: Backend, layers: readonly RecurrentLayer[]) {
    this.#model = model;
    this.#layers = layers;
    this.#pool = new StatePool(within, model.config);
  }

  /** The zero state of N streams. */
  start(N: number): State {
    return State.zeros(this.#model, this.#pool, N);
  }

  /**
   * The rows of all streams of some states.
   * @throws unless there are states, all of this model, each once
   */
  rowsOf(states: readonly State[]): Int32Array {
    checkStates(this.#pool, states, 'RecurrentLM');
    return rowsOf(states);
  }

  /** A copy of the carried state; null for the zero state. */
  carried(): State | null {
    const parts = this.#parts();
    if (!parts) return null;
    const carried = new State(this.#model, this.#pool, this.#pool.take(parts[0].shape[0]));
    this.#pool.scatter(carried.rows, parts);
    return carried;
  }

  /** Copies a state into the layers; null for the zero state. */
  carry(state: State | null): void {
    if (state) checkStates(this.#pool, [state], 'RecurrentLM');
    if (state) this.#put(state.rows);
    else for (const layer of this.#layers) layer.resetState();
  }

  /**
   * Copies saved numbers into the layers.
   * @throws unless they match the model
   */
  restore(values: StateValues | null): void {
    if (values) checkStateValues(this.#model.config, values);
    const state = values && new State(this.#model, this.#pool, this.#pool.take(values.N));
    if (values) state?.restore(values);
    this.carry(state);
    state?.release();
  }

  /** Loads the states of some rows into the layers, runs `work`, and stores the new states; then restores the carried state. */
  during<T>(rows: Int32Array, work: () => T): T {
    const own = this.carried();
    try {
      this.#put(rows);
      const result = work();
      this.#pool.scatter(rows, this.#parts() as readonly Tensor[]);
      return result;
    } finally {
      this.carry(own);
      own?.release();
    }
  }

  /** The parts of the carried state; null for the zero state. */
  #parts(): readonly Tensor[] | null {
    const parts: Tensor[] = [];
    for (const { layer, name } of this.#pool.parts) {
      const part = this.#layers[layer][name];
      if (!part) return null;
      parts.push(part);
    }
    return parts;
  }

  #put(rows: Int32Array): void {
    const parts = this.#pool.gather(rows);
    this.#layers.forEach((layer, i) => {
      const { h, c } = this.#pool.partsOfLayer[i];
      layer.setState(parts[h], c === undefined ? null : parts[c]);
    });
  }
}
