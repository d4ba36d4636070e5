import type { Numbers } from './group.ts';

/**
 * out[i] = weights[0] parts[0][i] + weights[1] parts[1][i] + …, added from left to right in float64 and rounded once.
 * @param weights by part. Default: 1 each
 */
export function addInOrder(
  out: Numbers,
  parts: readonly Numbers[],
  weights: readonly number[] = parts.map(() => 1),
): void {
  const [first, ...others] = parts;
  const [w, ...ws] = weights;
  if (others.length === 1) {
    const [[second], [v]] = [others, ws];
    for (let i = 0; i < out.length; i++) out[i] = w * first[i] + v * second[i];
    return;
  }
  for (let i = 0; i < out.length; i++) {
    let sum = w * first[i];
    for (let r = 0; r < others.length; r++) sum += ws[r] * others[r][i];
    out[i] = sum;
  }
}
