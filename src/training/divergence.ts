import { UnrolledError } from '../errors.ts';

interface Attempts {
  readonly rollbacks: number;
  readonly step: number;
}

/** Training has diverged: a loss, perplexity, gradient norm or weight is not finite. */
export class Divergence extends UnrolledError {
  /** The value that is not finite: `the loss of step 14 (epoch 2) is NaN`. */
  readonly what: string;
  readonly #rate: number;
  readonly #clip: number | undefined;

  /** @param rate the learning rate of the current step */
  constructor(what: string, rate: number, clip: number | undefined, attempts: Attempts | null = null) {
    const before = attempts
      ? `, after ${attempts.rollbacks} rollbacks to step ${attempts.step} that each halved the learning rate`
      : '';
    super(
      'diverged',
      `train: ${what}${before}; it must stay finite. ` +
        `${attempts ? 'Resume from an earlier checkpoint, lower' : 'Lower'} the learning rate (${rate}) or ` +
        `clip the gradients${clip ? ` below ${clip}` : ''}.`,
    );
    this.what = what;
    this.#rate = rate;
    this.#clip = clip;
  }

  /** A copy of this error that also reports the failed rollbacks. */
  afterRollbacks(rollbacks: number, step: number): Divergence {
    return new Divergence(this.what, this.#rate, this.#clip, { rollbacks, step });
  }
}
