import { newtonSchulzSteps } from '../../newton-schulz.ts';
import type { Engine } from '../engine.ts';
import { COLUMN_GRAIN, defineProgram, type Program, ROW_GRAIN } from '../program.ts';
import type { Team } from '../threads/team.ts';
import { symmetricProduct } from './symmetric-product.ts';

const fields = { x: 'pointer', scratch: 'pointer', R: 'size', C: 'size', blocks: 'size' } as const;

/** In float32; a norm below its inverse is about 0. */
const LARGEST_SCALE = 2 ** 120;

/**
 * x (R, blocks·C). Each thread takes whole blocks: its products are not split, and a block stays in its cache. Only the blocks
 * that are left over, which don't give every thread one, are computed by all threads together.
 */
export const orthogonalise: Program<typeof fields> = defineProgram(fields, (engine, team, args) => {
  const { x, scratch, R, C, blocks } = args;
  for (const [block, members] of team.items(blocks)) {
    const space = scratch + 4 * block * (2 * R * C + 2 * Math.min(R, C) ** 2);
    new BlockIteration(engine, members, space, R, C).run(x + 4 * block * C, blocks * C);
  }
});

/** The iterations of one block, in a contiguous copy. Every thread of the team runs the same calls. */
class BlockIteration {
  readonly #engine: Engine;
  readonly #team: Team;
  readonly #R: number;
  readonly #C: number;
  /** The smaller of R and C. */
  readonly #m: number;
  /** (R,C) */
  #X: number;
  /** (R,C) X after the iteration. */
  #next: number;
  /** (m,m) XXᵀ or, if R > C, XᵀX. */
  readonly #S: number;
  /** (m,m) S², then bS + cS². */
  readonly #P: number;

  /** @param space the address of 2·R·C + 2·m² numbers */
  constructor(engine: Engine, team: Team, space: number, R: number, C: number) {
    this.#engine = engine;
    this.#team = team;
    this.#R = R;
    this.#C = C;
    this.#m = Math.min(R, C);
    this.#X = space;
    this.#next = space + 4 * R * C;
    this.#S = space + 8 * R * C;
    this.#P = this.#S + 4 * this.#m ** 2;
  }

  /** Orthogonalises the block at address x, whose rows are `stride` numbers apart. */
  run(x: number, stride: number): void {
    this.#load(x, stride);
    for (const [i, [a, b, c]] of newtonSchulzSteps.entries()) {
      this.#square();
      const norm = i === 0 ? this.#schattenNorm() : 1;
      this.#advance(a / norm, b / norm ** 3, c / norm ** 5);
    }
    this.#eachRow((row) => this.#engine.kernels.copy(x + 4 * row * stride, this.#row(row), 4 * this.#C));
  }

  /** X = x/‖x‖, by the Frobenius norm: no product leaves the range of float32. */
  #load(x: number, stride: number): void {
    const { kernels } = this.#engine;
    const from = (row: number) => x + 4 * row * stride;
    let total = 0;
    for (let row = 0; row < this.#R; row++) total += kernels.sumOfSquares(from(row), this.#C);
    const scale = Math.min(1 / Math.sqrt(total), LARGEST_SCALE);
    this.#eachRow((row) => kernels.combine(this.#row(row), scale, from(row), 0, from(row), this.#C));
    this.#team.barrier();
  }

  /** S = XXᵀ or XᵀX, P = S². */
  #square(): void {
    const [[engine, team, m], X, S] = [[this.#engine, this.#team, this.#m], this.#X, this.#S];
    const wide = this.#R <= this.#C;
    symmetricProduct(engine, team, S, X, X, { m, K: wide ? this.#C : this.#R, stride: this.#C, wide });
    symmetricProduct(engine, team, this.#P, S, S, { m, K: m, stride: m, wide: true });
  }

  /** The Schatten 8-norm of X, from P = S²: (Σ s⁸)^(1/8), between the largest singular value and m^(1/8) times it. */
  #schattenNorm(): number {
    const total = this.#engine.kernels.sumOfSquares(this.#P, this.#m ** 2);
    this.#team.barrier();
    // Not a power: its last bits depend on the JavaScript engine.
    return total > 0 ? Math.sqrt(Math.sqrt(Math.sqrt(total))) : 1;
  }

  /** P = bS + cP, then X = aX + PX or, from the right, aX + XP. */
  #advance(a: number, b: number, c: number): void {
    const [{ kernels }, team, C, m] = [this.#engine, this.#team, this.#C, this.#m];
    for (const [first, end] of team.shares(m ** 2, COLUMN_GRAIN)) {
      const [P, S] = [this.#P + 4 * first, this.#S + 4 * first];
      kernels.combine(P, c, P, b, S, end - first);
    }
    team.barrier();
    for (const [first, end] of team.shares(this.#R, ROW_GRAIN)) {
      const [rows, from, to] = [end - first, this.#row(first), this.#next + 4 * first * C];
      kernels.combine(to, a, from, 0, from, rows * C);
      if (this.#R <= C) this.#gemm(to, C, this.#P + 4 * first * m, m, this.#X, C, rows, C, m);
      else this.#gemm(to, C, from, C, this.#P, m, rows, C, m);
    }
    team.barrier();
    [this.#X, this.#next] = [this.#next, this.#X];
  }

  /** c (M,N) += a (M,K) · b (K,N). */
  #gemm(...sizes: readonly [number, number, number, number, number, number, number, number, number]): void {
    this.#engine.gemm(...sizes, 0, 0, 1);
  }

  #row(row: number): number {
    return this.#X + 4 * row * this.#C;
  }

  #eachRow(each: (row: number) => void): void {
    for (const [first, end] of this.#team.shares(this.#R)) {
      for (let row = first; row < end; row++) each(row);
    }
  }
}
