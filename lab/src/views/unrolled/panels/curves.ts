import type { AlignedData } from 'uplot';

/** A curve by its points, in any order. */
export interface Points {
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/** Several curves over the same sorted x; null where a curve has no point. Points without a positive y are left out, for a log scale. */
export function aligned(curves: readonly Points[]): AlignedData {
  const maps = curves.map(({ xs, ys }) => {
    const points = Array.from(xs, (x, i) => [x, ys[i]] as const).filter(([, y]) => y > 0);
    return new Map(points);
  });
  const all = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => a - b);
  return [all, ...maps.map((map) => all.map((x) => map.get(x) ?? null))];
}
