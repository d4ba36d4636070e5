import type { Backend, Zoneout } from '../../../backends/backend.ts';
import type { MaskSource, MaskStream } from '../../../tensor/mask-source.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { Workspace } from '../../../tensor/workspace.ts';
import { workspaceOf } from '../../layer.ts';

/** Options of zoneout (Krueger et al. 2017). */
export interface ZoneoutOptions {
  /** The source of the random masks. In training units keep their values at random; in evaluation the expectation is used. */
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
  readonly #savesCandidate: boolean;
  readonly #stream: MaskStream;
  readonly #space: Workspace;

  private constructor(backend: Backend, stream: MaskStream, rate: number, savesCandidate: boolean) {
    this.rate = rate;
    this.#savesCandidate = savesCandidate;
    this.#stream = stream;
    this.#space = workspaceOf('zoneout', backend);
  }

  /**
   * Returns null for a rate of 0.
   * @param savesCandidate whether s̃ is saved for backward
   * @throws {UnrolledError} code `option-value` unless the rate is from 0 to below 1
   */
  static of(
    backend: Backend,
    where: string,
    state: 'h' | 'c',
    options: ZoneoutOptions | undefined,
    savesCandidate: boolean,
  ): StateZoneout | null {
    const rate = options?.[state] ?? 0;
    if (!options || rate === 0) return null;
    return new StateZoneout(
      backend,
      options.masks.stream(`${where}, zoneout of ${state}`, rate),
      rate,
      savesCandidate,
    );
  }

  /** The zoneout of a block of states (N, T, H), with the mask of the current block. */
  begin([N, T, H]: Shape): Zoneout {
    return {
      rate: this.rate,
      mask: this.#stream(),
      candidate: this.#savesCandidate ? this.#space.sequence('candidate', [N, T, H]) : null,
      scratch: this.#space.tensor('scratch', [2, N, H]),
    };
  }
}
