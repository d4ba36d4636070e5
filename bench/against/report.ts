import { digits, formatTable } from '../report.ts';
import type { PairResult } from './pairs.ts';

/** The minimum of each ratio at which a checkout does not count as slower. */
export const ENOUGH = 0.97;

/** A table of all comparisons in tokens per second, with verdicts. */
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

/** Whether no comparison was slower. */
export function isNotSlower(results: readonly PairResult[]): boolean {
  return results.every(({ ratio }) => ratio >= ENOUGH);
}
