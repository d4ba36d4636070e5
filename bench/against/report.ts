import { digits, formatTable } from '../report.ts';
import type { PairResult } from './pairs.ts';

/** A checkout is not slower than the other when each of its ratios reaches this. */
export const ENOUGH = 0.97;

/** A table of all races, in tokens per second, with the verdict on each. */
export function reportPairs(results: readonly PairResult[]): string {
  const header = ['', 'this, tokens/s', 'other, tokens/s', 'this ÷ other', 'min–max', `≥ ${ENOUGH}`];
  const rows = results.map(({ name, mine, other, ratio, minRatio, maxRatio }) => [
    name,
    digits(mine.median),
    digits(other.median),
    ratio.toFixed(3),
    `${minRatio.toFixed(2)}–${maxRatio.toFixed(2)}`,
    ratio >= ENOUGH ? 'met' : 'NOT MET',
  ]);
  return formatTable([header, ...rows]);
}

/** Whether no race was lost. */
export function isNotSlower(results: readonly PairResult[]): boolean {
  return results.every(({ ratio }) => ratio >= ENOUGH);
}
