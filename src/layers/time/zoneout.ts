import type { Backend, Zoneout } from '../../backends/backend.ts';
import type { MaskSource, MaskStream } from '../../tensor/mask-source.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { workspaceOf } from '../layer.ts';

export interface ZoneoutOptions {
  /** In training units are held at random; otherwise the update uses the expectation. */
  readonly masks: MaskSource;
  /** The probability that a unit of h keeps its previous value, from 0 to below 1. Default 0. */
  readonly h?: number;
  /** The same for an LSTM's c. Default 0. */
  readonly c?: number;
}

/**
 * Zoneout (Krueger et al. 2017) of one state of a recurrent layer: s_t = k ⊙ s_{t−1} + (1 − k) ⊙ s̃_t.
 *
 * Memory: 2·N·H, and T·N·H where s̃ is saved for backward; none for masks.
 */
export class StateZoneout {
  readonly rate: number;
  readonly #keepsMade: boolean;
  readonly #stream: MaskStream;
  readonly #space: Workspace;

  private constructor(backend: Backend, stream: MaskStream, rate: number, keepsMade: boolean) {
    this.rate = rate;
    this.#keepsMade = keepsMade;
    this.#stream = stream;
    this.#space = workspaceOf('zoneout', backend);
  }

  /**
   * Null at a rate of 0.
   * @param keepsMade whether s̃ is saved for backward
   * @throws unless the rate is from 0 to below 1
   */
  static of(
    backend: Backend,
    where: string,
    state: 'h' | 'c',
    options: ZoneoutOptions | undefined,
    keepsMade: boolean,
  ): StateZoneout | null {
    const rate = options?.[state] ?? 0;
    if (!options || rate === 0) return null;
    return new StateZoneout(
      backend,
      options.masks.stream(`${where}, zoneout of ${state}`, rate),
      rate,
      keepsMade,
    );
  }

  /** For a block of states (N, T, H), with the mask of the source's step. */
  begin([N, T, H]: Shape): Zoneout {
    return {
      rate: this.rate,
      mask: this.#stream(),
      made: this.#keepsMade ? this.#space.sequence('made', [N, T, H]) : null,
      room: this.#space.tensor('room', [2, N, H]),
    };
  }
}
