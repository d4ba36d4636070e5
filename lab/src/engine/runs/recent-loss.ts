/** The steps over which the training curve is averaged: it follows the model, while the mean of an epoch starts anew. */
export const RECENT_STEPS = 50;

/** The mean loss of the last steps. */
export class RecentLoss {
  readonly #losses: number[] = [];

  add(loss: number): void {
    this.#losses.push(loss);
    if (this.#losses.length > RECENT_STEPS) this.#losses.shift();
  }

  /** exp of the mean loss; null before the first step. */
  get perplexity(): number | null {
    const n = this.#losses.length;
    return n === 0 ? null : Math.exp(this.#losses.reduce((sum, loss) => sum + loss, 0) / n);
  }
}
