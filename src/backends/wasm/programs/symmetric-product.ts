import type { Engine } from '../engine.ts';
import { ROW_GRAIN } from '../program.ts';
import type { Team } from '../threads/team.ts';

/** A product narrower than this packs its operands for too little work. */
const PANEL_COLUMNS = 64;

/** The sizes of a symmetric product: of a·bᵀ, a and b (m,K), or, if it is not `wide`, of aᵀ·b, a and b (K,m). */
interface SymmetricSizes {
  readonly m: number;
  readonly K: number;
  /** The length of a row of a and of b. */
  readonly stride: number;
  readonly wide: boolean;
}

/**
 * c (m,m) = a·bᵀ or aᵀ·b, which must be symmetric. A thread alone computes the panels of columns from the diagonal down and
 * mirrors them, little more than half of the work; several threads compute some rows each. Both sum the same products in the same order.
 */
export function symmetricProduct(
  engine: Engine,
  team: Team,
  c: number,
  a: number,
  b: number,
  { m, K, stride, wide }: SymmetricSizes,
): void {
  const step = wide ? 4 * stride : 4;
  const product = (row: number, rows: number, column: number, columns: number) => {
    const out = c + 4 * (row * m + column);
    const [from, of] = [a + row * step, b + column * step];
    engine.gemm(out, m, from, stride, of, stride, rows, columns, K, wide ? 0 : 1, wide ? 1 : 0, 0);
  };
  if (team.isSingle) {
    for (const [first, end] of panels(m)) product(first, m - first, first, end - first);
    engine.kernels.mirror(c, m);
  } else {
    for (const [first, end] of team.shares(m, ROW_GRAIN)) product(first, end - first, 0, m);
    team.barrier();
  }
}

/** Ranges of about PANEL_COLUMNS of m columns. */
function* panels(m: number): Generator<readonly [first: number, end: number], void> {
  const count = Math.max(1, Math.floor(m / PANEL_COLUMNS));
  const at = (index: number) => Math.floor((index * m) / count);
  for (let i = 0; i < count; i++) yield [at(i), at(i + 1)];
}
