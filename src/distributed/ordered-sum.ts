import type { Numbers } from './group.ts';

/** out[i] = parts[0][i] + parts[1][i] + …, added from left to right in float64 and rounded once. */
export function addInOrder(out: Numbers, parts: readonly Numbers[]): void {
  const [first, ...others] = parts;
  if (others.length === 1) {
    const [second] = others;
    for (let i = 0; i < out.length; i++) out[i] = first[i] + second[i];
    return;
  }
  for (let i = 0; i < out.length; i++) {
    let sum = first[i];
    for (let r = 0; r < others.length; r++) sum += others[r][i];
    out[i] = sum;
  }
}
