import type { Engine } from '../engine.ts';
import type { Share } from '../threads/team.ts';

/** What the rounds of a step read and write; see `MogrifierBlock` and `MogrifierWeights` in backend.ts. */
export interface ModulationArguments {
  readonly xs: number;
  readonly xScales: number;
  readonly xRounds: number;
  readonly hScales: number;
  readonly hRounds: number;
  readonly inner: number;
  readonly Qdown: number;
  readonly Qup: number;
  readonly Rdown: number;
  readonly Rup: number;
  readonly N: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly K: number;
  readonly rounds: number;
}

/** The rounds of step t for some streams: x and h modulate each other in turns. `hBefore` is h of these streams. */
export function modulate(
  engine: Engine,
  args: ModulationArguments,
  t: number,
  [row, endRow]: Share,
  hBefore: number,
): void {
  const { inner, Qdown, Qup, Rdown, Rup, N, T, D, H, K, rounds } = args;
  const [X, Y, M] = [Math.ceil(rounds / 2), Math.floor(rounds / 2), endRow - row];
  const at = (round: number) => 4 * ((round * T + t) * N + row);
  let [x, h] = [args.xs + at(0) * D, hBefore];
  for (let round = 0; round < rounds; round++) {
    const j = round >> 1;
    const u = inner + at(round) * K;
    if (round % 2 === 0) {
      const [scale, out] = [args.xScales + at(j) * D, args.xRounds + at(j) * D];
      engine.gemm(u, K, h, H, Qdown + 4 * j * K, X * K, M, K, H, 0, 0, 0);
      engine.gemm(scale, D, u, K, Qup + 4 * j * D, X * D, M, D, K, 0, 0, 0);
      engine.kernels.modulateForward(scale, out, x, M * D);
      x = out;
    } else {
      const [scale, out] = [args.hScales + at(j) * H, args.hRounds + at(j) * H];
      engine.gemm(u, K, x, D, Rdown + 4 * j * K, Y * K, M, K, D, 0, 0, 0);
      engine.gemm(scale, H, u, K, Rup + 4 * j * H, Y * H, M, H, K, 0, 0, 0);
      engine.kernels.modulateForward(scale, out, h, M * H);
      h = out;
    }
  }
}

/**
 * Their backward pass, with the transposes of the weights: dxs of step t and dh hold the gradients w.r.t. x and h after the
 * last round, and are overwritten with those before the first.
 */
export function modulateBack(
  engine: Engine,
  args: ModulationArguments & {
    readonly dh: number;
    readonly dxs: number;
    readonly dxScales: number;
    readonly dhScales: number;
    readonly dinner: number;
  },
  t: number,
  [row, endRow]: Share,
  hBefore: number,
): void {
  const { dinner, Qdown, Qup, Rdown, Rup, N, T, D, H, K, rounds } = args;
  const M = endRow - row;
  const at = (round: number) => 4 * ((round * T + t) * N + row);
  const [dx, dh] = [args.dxs + at(0) * D, args.dh + 4 * row * H];
  for (let round = rounds - 1; round >= 0; round--) {
    const j = round >> 1;
    const du = dinner + at(round) * K;
    if (round % 2 === 0) {
      const x = j === 0 ? args.xs + at(0) * D : args.xRounds + at(j - 1) * D;
      const da = args.dxScales + at(j) * D;
      engine.kernels.modulateBackward(da, dx, args.xScales + at(j) * D, x, M * D);
      engine.gemm(du, K, da, D, Qup + 4 * j * D * K, K, M, K, D, 0, 0, 0);
      engine.gemm(dh, H, du, K, Qdown + 4 * j * K * H, H, M, H, K, 0, 0, 1);
    } else {
      const h = j === 0 ? hBefore : args.hRounds + at(j - 1) * H;
      const da = args.dhScales + at(j) * H;
      engine.kernels.modulateBackward(da, dh, args.hScales + at(j) * H, h, M * H);
      engine.gemm(du, K, da, H, Rup + 4 * j * H * K, K, M, K, H, 0, 0, 0);
      engine.gemm(dx, D, du, K, Rdown + 4 * j * K * D, D, M, D, K, 0, 0, 1);
    }
  }
}
