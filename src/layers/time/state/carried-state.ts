import type { Backend, Resets } from '../../../backends/backend.ts';
import { UnrolledError } from '../../../errors.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import type { Workspace } from '../../../tensor/workspace.ts';
import { expectShape, expectTargets, workspaceOf } from '../../layer.ts';

/** A state, h or c, over a block of T steps. */
export interface StateBlock {
  /** (N, T, H), after each step. */
  readonly steps: Tensor;
  /** (N, H), before the first step: the first rows of `before`. */
  readonly start: Tensor;
  /** (T·N, H), before each step. Without resets it shares memory with `start` and `steps`. */
  readonly before: Tensor;
  /** Null if no state is reset. */
  readonly resets: Resets | null;
}

/**
 * A state of a recurrent layer that is carried from block to block. Memory: (T + 1)·N·H, and N·H; with resets T·N·H more,
 * because the states before the steps then differ from those after the previous steps.
 */
export class CarriedState {
  readonly #backend: Backend;
  readonly #where: string;
  readonly #name: string;
  readonly #space: Workspace;
  /** The tensors of the last block without resets, for reuse. */
  #block: StateBlock | null = null;
  #value: Tensor | null = null;

  constructor(backend: Backend, where: string, name: 'h' | 'c') {
    this.#backend = backend;
    this.#where = where;
    this.#name = name;
    this.#space = workspaceOf(where, backend);
  }

  /** (N, H), after the last block or `set`; null at the start. */
  get value(): Tensor | null {
    return this.#value;
  }

  /** Sets the state to 0. */
  clear(): void {
    this.#value = null;
  }

  /** Copies a state (N, H); null is 0. */
  set(state: Tensor | null, H: number): void {
    if (state) expectShape(this.#where, this.#name, state, 'N, H', [state.shape[0], H]);
    if (state) this.#carry(state);
    else this.clear();
  }

  /**
   * Tensors for T steps of N streams that start from the carried state, or from 0.
   * @param resets (N, T, int32) 1 where the state is reset before the step, else 0; null for none
   */
  begin(N: number, T: number, H: number, carried: boolean, resets: Tensor | null): StateBlock {
    const value = carried ? this.#value : null;
    if (value && value.shape[0] !== N) {
      throw new UnrolledError(
        'shape',
        `${this.#where}: the carried state has N=${value.shape[0]} streams, xs has N=${N}; they must be equal. ` +
          'Call resetState() or setState() before the batch size changes.',
      );
    }
    const plain = this.#allocate(N, T, H);
    const block = resets ? this.#withResets(plain, resets) : plain;
    if (!value) this.#backend.fill(block.start, 0);
    else if (resets) this.#backend.resetRows(block.start, value, resets.step(0));
    else this.#backend.copy(block.start, value);
    return block;
  }

  /** Carries the state after the block's last step. */
  end({ steps }: StateBlock): void {
    this.#carry(steps.step(steps.shape[1] - 1));
  }

  #allocate(N: number, T: number, H: number): StateBlock {
    const whole = this.#space.tensor('block', [T + 1, N, H]);
    const last = this.#block;
    const [sameN, sameT] = [last?.steps.shape[0] === N, last?.steps.shape[1] === T];
    if (last && sameN && sameT && last.start.byteOffset === whole.byteOffset) return last;
    this.#block = {
      steps: whole.part([N, T, H], N * H, 'time'),
      start: whole.part([N, H]),
      before: whole.part([T * N, H]),
      resets: null,
    };
    return this.#block;
  }

  #withResets({ steps }: StateBlock, resets: Tensor): StateBlock {
    expectTargets(this.#where, steps, resets, 'resets');
    const before = this.#space.sequence('before', steps.shape);
    return { steps, start: before.step(0), before: before.rows(), resets: { at: resets, before } };
  }

  #carry(state: Tensor): void {
    this.#value = this.#space.tensor('value', state.shape);
    this.#backend.copy(this.#value, state);
  }
}
