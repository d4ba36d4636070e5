import { Histogram } from './histogram.ts';

const FIRST_BOUNDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
const BETWEEN_BOUNDS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** How long clients of a model wait for the first token of a completion, and between two tokens of one. */
export class Latencies {
  readonly firstToken: Histogram = new Histogram(FIRST_BOUNDS);
  readonly betweenTokens: Histogram = new Histogram(BETWEEN_BOUNDS);

  /** A function to be called for each token of a completion. @param began when its request arrived, by `performance.now` */
  clock(began: number): () => void {
    let [histogram, last] = [this.firstToken, began];
    return () => {
      const now = performance.now();
      histogram.add((now - last) / 1000);
      [histogram, last] = [this.betweenTokens, now];
    };
  }
}
