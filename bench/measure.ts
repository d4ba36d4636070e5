/** One answer of a contender: the number of steps and their total duration. */
export interface Sample {
  readonly steps: number;
  readonly seconds: number;
}

/** Steps per second over the rounds of a race. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The rates of the rounds, each multiplied by `unitsPerStep`. */
export function summarise(samples: readonly Sample[], unitsPerStep = 1): Summary {
  const rates = samples.map(({ steps, seconds }) => (steps * unitsPerStep) / seconds);
  return { median: median(rates), min: Math.min(...rates), max: Math.max(...rates), rounds: rates.length };
}

/** Runs steps until `seconds` have passed, at least one. A step may return a promise. */
export async function timeSteps(step: () => unknown, seconds: number): Promise<Sample> {
  const began = performance.now();
  for (let steps = 1; ; steps++) {
    const done = step();
    if (done instanceof Promise) await done; // awaiting a finished step would cost time
    const passed = (performance.now() - began) / 1000;
    if (passed >= seconds) return { steps, seconds: passed };
  }
}

/** @param share from 0 to 1; 0.99 for p99. @returns NaN if there are no values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
