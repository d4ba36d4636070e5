import type { Backend } from '../backends/backend.ts';
import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import { checkIds, idsOf } from '../tensor/table-ids.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Workspace } from '../tensor/workspace.ts';

/** A block in the backend's memory; valid until the next block is placed. */
export interface PlacedBatch {
  /** (N, T, int32) The input ids. */
  readonly xs: Tensor;
  /** (N, T, int32) The target ids; −1 is padding, which the loss ignores. */
  readonly ts: Tensor;
  /** (N, T, int32) 1 where the state is reset to 0 before the step, else 0; null if no state is reset. */
  readonly resets: Tensor | null;
}

/** Checks the ids and resets of a block (N streams, T steps, time-major) and copies them into the backend's memory. */
export class BlockPlacer {
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #V: number;

  constructor(backend: Backend, space: Workspace, V: number) {
    this.#backend = backend;
    this.#space = space;
    this.#V = V;
  }

  /** @throws for an id that is neither from 0 to V − 1 nor `ignored` */
  ids(name: 'xs' | 'ts', given: ArrayLike<number>, N: number, T: number, ignored?: number): Tensor {
    const ids = idsOf('RecurrentLM', name, given);
    checkLength(name, 'ids', ids, N * T, `N=${N}, T=${T}`);
    checkIds('RecurrentLM', ids, this.#V, ignored);
    return this.#write(name, ids, N, T);
  }

  /**
   * Null if all are 0.
   * @throws for a number that is neither 0 nor 1
   */
  resets(given: Int32Array, N: number, T: number): Tensor | null {
    if (!(given instanceof Int32Array)) {
      throw wrongKind('RecurrentLM', 'resets', given, 'an Int32Array of 0 and 1', 'Leave it out for none.');
    }
    checkLength('resets', 'numbers', given, N * T, `N=${N}, T=${T}`);
    const wrong = given.findIndex((reset) => reset !== 0 && reset !== 1);
    if (wrong >= 0) {
      throw new UnrolledError(
        'option-value',
        `RecurrentLM: resets[${wrong}] is ${given[wrong]}; it must be 0 or 1. Set 1 at the first token of each item.`,
      );
    }
    return given.includes(1) ? this.#write('resets', given, N, T) : null;
  }

  #write(name: string, numbers: Int32Array, N: number, T: number): Tensor {
    const tensor = this.#space.sequence(name, [N, T], 'int32');
    this.#backend.write(tensor, numbers);
    return tensor;
  }
}

function checkLength(
  name: string,
  what: string,
  { length }: ArrayLike<number>,
  wanted: number,
  sizes: string,
): void {
  if (length === wanted) return;
  throw new UnrolledError('shape', `RecurrentLM: ${name} has ${length} ${what}; ${sizes} needs ${wanted}.`);
}
