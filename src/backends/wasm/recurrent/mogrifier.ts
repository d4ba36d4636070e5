import type { Tensor } from '../../../tensor/tensor.ts';
import type { MogrifierBlock, MogrifierGradients, MogrifierWeights } from '../../backend.ts';
import type { Arguments } from '../codec.ts';
import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';
import { addToGates } from './gates.ts';
import { modulate, modulateBack } from './modulation.ts';
import { resetsArguments, StateResets } from './resets.ts';
import { stateBefore, stateShares } from './state.ts';
import { StateZoneout, zoneoutArguments } from './zoneout.ts';

const blockFields = {
  gates: 'pointer',
  hs: 'pointer',
  cs: 'pointer',
  hStart: 'pointer',
  cStart: 'pointer',
  xs: 'pointer',
  xScales: 'pointer',
  xRounds: 'pointer',
  hScales: 'pointer',
  hRounds: 'pointer',
  inner: 'pointer',
  Wx: 'pointer',
  Wh: 'pointer',
  Qdown: 'pointer',
  Qup: 'pointer',
  Rdown: 'pointer',
  Rup: 'pointer',
  N: 'size',
  T: 'size',
  D: 'size',
  H: 'size',
  K: 'size',
  rounds: 'size',
  zoneH: 'zoneout?',
  zoneC: 'zoneout?',
  resetH: 'resets?',
  resetC: 'resets?',
} as const;

/**
 * gates (T,N,4H) hold b and are overwritten with f, g, i, o; hs and cs (T,N,H) continue from hStart and cStart (N,H).
 *
 * The rounds of a step are products of thin matrices, each of which needs the whole one before it: threads share their
 * streams, also of a wide state, so that a step has two barriers instead of two a round.
 */
export const mogrifierForward: Program<typeof blockFields> = defineProgram(
  blockFields,
  (engine, team, args) => {
    const { gates, hs, cs, hStart, cStart, Wx, Wh, N, T, D, H } = args;
    const zoneH = StateZoneout.of(engine.kernels, args.zoneH, N, H);
    const zoneC = StateZoneout.of(engine.kernels, args.zoneC, N, H);
    const resetH = StateResets.of(engine.kernels, args.resetH, N, T, H);
    const resetC = StateResets.of(engine.kernels, args.resetC, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, 4);
    const [X, Y] = [Math.ceil(args.rounds / 2), Math.floor(args.rounds / 2)];
    for (const share of rows) {
      const [row, M] = [share[0], share[1] - share[0]];
      for (let t = 0; t < T; t++) {
        const now = 4 * (t * N + row) * H;
        for (const part of wide ? team.shares(N) : [share]) {
          const h = stateBefore(t, N, H, part[0], hs, hStart, resetH);
          modulate(engine, args, t, part, h);
        }
        if (wide) team.barrier();
        const x = args.xRounds + 4 * (((X - 1) * T + t) * N + row) * D;
        const h = args.hRounds + 4 * (((Y - 1) * T + t) * N + row) * H;
        const hBefore = stateBefore(t, N, H, row, hs, hStart, resetH);
        const cBefore = stateBefore(t, N, H, row, cs, cStart, resetC);
        for (const share of columns) {
          const [at, width] = [4 * share[0], share[1] - share[0]];
          const gate = gates + 4 * now;
          const [newH, newC] = [hs + now + at, cs + now + at];
          addToGates(engine, share, [0, 4], gate, x, Wx, M, D, H, 4);
          addToGates(engine, share, [0, 4], gate, h, Wh, M, H, H, 4);
          engine.kernels.lstmForward(gate + at, newH, newC, cBefore + at, M, width, H);
          zoneC?.mix(newC, cBefore + at, (now + at) / 4, M, width);
          zoneH?.mix(newH, hBefore + at, (now + at) / 4, M, width);
          resetC?.carry(newC, t, row, share[0], M, width);
          resetH?.carry(newH, t, row, share[0], M, width);
        }
        if (wide) team.barrier();
      }
    }
  },
);

const gradientFields = {
  dgates: 'pointer',
  dh: 'pointer',
  dc: 'pointer',
  dxs: 'pointer',
  dxScales: 'pointer',
  dhScales: 'pointer',
  dinner: 'pointer',
  dhs: 'pointer',
} as const;

const backwardFields: typeof blockFields & typeof gradientFields = { ...blockFields, ...gradientFields };

/** The backward pass, with the transposes of the weights; dh and dc (N,H) hold the gradients w.r.t. the last states. */
export const mogrifierBackward: Program<typeof backwardFields> = defineProgram(
  backwardFields,
  (engine, team, args) => {
    const { dgates, dh, dc, dxs, dhs, gates, hs, cs, hStart, cStart, Wx, Wh, N, T, D, H } = args;
    const zoneH = StateZoneout.of(engine.kernels, args.zoneH, N, H);
    const zoneC = StateZoneout.of(engine.kernels, args.zoneC, N, H);
    const resetH = StateResets.of(engine.kernels, args.resetH, N, T, H);
    const resetC = StateResets.of(engine.kernels, args.resetC, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, 4);
    const inputColumns = wide ? team.shares(D, COLUMN_GRAIN) : [[0, D] as const];
    for (const share of rows) {
      const [row, M] = [share[0], share[1] - share[0]];
      for (let t = T - 1; t >= 0; t--) {
        const now = 4 * (t * N + row) * H;
        const [dgate, gate] = [dgates + 4 * now, gates + 4 * now];
        const cBefore = stateBefore(t, N, H, row, cs, cStart, resetC);
        for (const [column, endColumn] of columns) {
          const [at, width] = [4 * column, endColumn - column];
          const [unit, index] = [row * H + column, now / 4 + column];
          const [h, c] = [dh + 4 * unit, dc + 4 * unit];
          zoneH?.split(h, dhs + now + at, index, unit, M, width);
          zoneC?.split(c, 0, index, unit, M, width);
          const above = zoneH?.zeros(unit) ?? dhs + now + at;
          const cell = zoneC?.candidate(index) ?? cs + now + at;
          engine.kernels.lstmBackward(dgate + at, c, h, above, gate + at, cell, cBefore + at, M, width, H);
          zoneC?.join(c, unit, M, width);
          resetC?.cut(c, t, row, M, width);
        }
        if (wide) team.barrier();
        for (const [column, endColumn] of columns) {
          const out = dh + 4 * (row * H + column);
          engine.gemm(out, H, dgate, 4 * H, Wh + 4 * column, H, M, endColumn - column, 4 * H, 0, 0, 0);
        }
        for (const [column, endColumn] of inputColumns) {
          const out = dxs + 4 * ((t * N + row) * D + column);
          engine.gemm(out, D, dgate, 4 * H, Wx + 4 * column, D, M, endColumn - column, 4 * H, 0, 0, 0);
        }
        if (wide) team.barrier();
        for (const part of wide ? team.shares(N) : [share]) {
          const [first, count] = [part[0], part[1] - part[0]];
          const d = dh + 4 * first * H;
          modulateBack(engine, args, t, part, stateBefore(t, N, H, first, hs, hStart, resetH));
          zoneH?.join(d, first * H, count, H);
          resetH?.cut(d, t, first, count, H);
        }
        if (wide) team.barrier();
      }
    }
  },
);

/** The arguments of `mogrifierForward`. */
export function mogrifierForwardArguments(
  block: MogrifierBlock,
  weights: MogrifierWeights,
): Arguments<typeof blockFields> {
  const [N, T, H] = block.hs.shape;
  const { gates, hs, cs, hStart, cStart, xs, xScales, xRounds, hScales, hRounds, inner } = block;
  const tensors = {
    gates,
    hs,
    cs,
    hStart,
    cStart,
    xs,
    xScales,
    xRounds,
    hScales,
    hRounds,
    inner,
    ...weights,
  };
  return {
    ...pointersOf(tensors),
    N,
    T,
    D: xs.shape[2],
    H,
    K: inner.shape[2],
    rounds: inner.shape[1] / T,
    zoneH: zoneoutArguments(block.zoneout?.h),
    zoneC: zoneoutArguments(block.zoneout?.c),
    resetH: resetsArguments(block.resets?.h),
    resetC: resetsArguments(block.resets?.c),
  };
}

/** The arguments of `mogrifierBackward`. */
export function mogrifierBackwardArguments(
  out: MogrifierGradients,
  dhs: Tensor,
  block: MogrifierBlock,
  transposed: MogrifierWeights,
): Arguments<typeof backwardFields> {
  return { ...mogrifierForwardArguments(block, transposed), ...pointersOf({ ...out, dhs }) };
}

/** The addresses of tensors, by their names. */
function pointersOf<Name extends string>(tensors: Readonly<Record<Name, Tensor>>): Record<Name, number> {
  const entries = Object.entries<Tensor>(tensors).map(([name, { byteOffset }]) => [name, byteOffset]);
  return Object.fromEntries(entries);
}
