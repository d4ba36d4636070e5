import { UnrolledError } from '../errors.ts';

interface Tried {
  readonly rollbacks: number;
  readonly step: number;
}

/** Training has left the finite numbers. */
export class Divergence extends UnrolledError {
  /** What is no longer finite: `the loss of step 14 (epoch 2) is NaN`. */
  readonly what: string;
  readonly #rate: number;
  readonly #clip: number | undefined;

  /** @param rate the learning rate of the step under way */
  constructor(what: string, rate: number, clip: number | undefined, tried: Tried | null = null) {
    const before = tried
      ? `, after ${tried.rollbacks} rollbacks to step ${tried.step} that each halved the learning rate`
      : '';
    super(
      'diverged',
      `train: ${what}${before}; it must stay finite. ` +
        `${tried ? 'Go on from an earlier checkpoint, lower' : 'Lower'} the learning rate (${rate}) or ` +
        `clip the gradients${clip ? ` below ${clip}` : ''}.`,
    );
    this.what = what;
    this.#rate = rate;
    this.#clip = clip;
  }

  /** The same once more, after so many rollbacks to a step. */
  after(rollbacks: number, step: number): Divergence {
    return new Divergence(this.what, this.#rate, this.#clip, { rollbacks, step });
  }
}
