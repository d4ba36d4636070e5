import type { Tensor } from '../../../tensor/tensor.ts';
import type { MogrifierBlock, MogrifierGradients, MogrifierWeights } from '../../backend.ts';
import type { ModulationArguments, ModulationGradients } from '../codec.ts';
import type { Engine } from '../engine.ts';
import type { Share } from '../threads/team.ts';

/** The sizes of a sequence of states (T,N,H). */
export interface StateSizes {
  readonly N: number;
  readonly T: number;
  readonly H: number;
}

/** The addresses of x and h after the last round of step t, from stream `row` on; and the weights of this x (N,D). */
export function lastRounds(
  { xRounds, hRounds, Wx, D, rounds }: ModulationArguments,
  { N, T, H }: StateSizes,
  t: number,
  row: number,
): { readonly x: number; readonly h: number; readonly Wx: number; readonly D: number } {
  const at = (round: number) => 4 * ((round * T + t) * N + row);
  return {
    x: xRounds + at(Math.ceil(rounds / 2) - 1) * D,
    h: hRounds + at(Math.floor(rounds / 2) - 1) * H,
    Wx,
    D,
  };
}

/** The rounds of step t for some streams: x and h modulate each other in turns. `hBefore` is h of these streams. */
export function modulate(
  engine: Engine,
  args: ModulationArguments,
  { N, T, H }: StateSizes,
  t: number,
  [row, endRow]: Share,
  hBefore: number,
): void {
  const { inner, Qdown, Qup, Rdown, Rup, D, K, rounds } = args;
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
 * Their backward pass, with the transposes of the weights: dxs of step t and dh, of these streams, hold the gradients w.r.t. x
 * and h after the last round, and are overwritten with those before the first.
 */
export function modulateBack(
  engine: Engine,
  args: ModulationGradients,
  { N, T, H }: StateSizes,
  t: number,
  [row, endRow]: Share,
  hBefore: number,
  dh: number,
): void {
  const { dinner, Qdown, Qup, Rdown, Rup, D, K, rounds } = args;
  const M = endRow - row;
  const at = (round: number) => 4 * ((round * T + t) * N + row);
  const dx = args.dxs + at(0) * D;
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

/** The arguments of a program for the rounds. */
export function modulationArguments(
  { xs, xScales, xRounds, hScales, hRounds, inner }: MogrifierBlock,
  { Wx, Qdown, Qup, Rdown, Rup }: MogrifierWeights,
): ModulationArguments {
  const pointers = pointersOf({ xs, xScales, xRounds, hScales, hRounds, inner, Wx, Qdown, Qup, Rdown, Rup });
  return { ...pointers, D: xs.shape[2], K: inner.shape[2], rounds: inner.shape[1] / xs.shape[1] };
}

/** The arguments of a program for their backward pass. */
export function modulationGradients(
  { dxs, dxScales, dhScales, dinner }: MogrifierGradients,
  block: MogrifierBlock,
  transposed: MogrifierWeights,
): ModulationGradients {
  return {
    ...modulationArguments(block, transposed),
    ...pointersOf({ dxs, dxScales, dhScales, dinner }),
  };
}

/** The addresses of tensors, by their names. */
function pointersOf<Name extends string>(tensors: Readonly<Record<Name, Tensor>>): Record<Name, number> {
  const entries = Object.entries<Tensor>(tensors).map(([name, { byteOffset }]) => [name, byteOffset]);
  return Object.fromEntries(entries);
}
