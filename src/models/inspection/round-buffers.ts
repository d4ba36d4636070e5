import type { Backend } from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';

type Sequences<Name extends string> = Readonly<Record<Name, Tensor>>;

/**
 * The rounds of one step of a Mogrifier LSTM. Round j of step t is step j·T + t of a sequence (N, rounds·T, W); a buffer
 * (N, rounds, W) has the rounds of one step together, as a block with T = 1 does.
 */
export class RoundBuffers {
  readonly #on: Backend;
  readonly #space: Workspace;
  readonly #T: number;

  constructor(on: Backend, space: Workspace, T: number) {
    this.#on = on;
    this.#space = space;
    this.#T = T;
  }

  /** Buffers for sequences, by their names; the next call with the same names returns the same ones. */
  of<Name extends string>(sequences: Sequences<Name>): Sequences<Name> {
    const buffers = Object.entries<Tensor>(sequences).map(([name, { shape }]) => {
      const [N, steps, width] = shape;
      return [name, this.#space.sequence(name, [N, steps / this.#T, width])];
    });
    return Object.fromEntries(buffers);
  }

  /** Buffers with the numbers of step t. */
  load<Name extends string>(sequences: Sequences<Name>, t: number): Sequences<Name> {
    const buffers = this.of(sequences);
    this.#each(buffers, sequences, t, (buffer, step) => this.#on.copy(buffer, step));
    return buffers;
  }

  /** Copies buffers into step t of the sequences. */
  store<Name extends string>(buffers: Sequences<Name>, sequences: Sequences<Name>, t: number): void {
    this.#each(buffers, sequences, t, (buffer, step) => this.#on.copy(step, buffer));
  }

  #each<Name extends string>(
    buffers: Sequences<Name>,
    sequences: Sequences<Name>,
    t: number,
    visit: (buffer: Tensor, step: Tensor) => void,
  ): void {
    for (const [name, buffer] of Object.entries<Tensor>(buffers)) {
      for (let j = 0; j < buffer.shape[1]; j++) {
        visit(buffer.step(j), sequences[name as Name].step(j * this.#T + t));
      }
    }
  }
}
