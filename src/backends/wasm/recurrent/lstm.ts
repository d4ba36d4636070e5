import type { Tensor } from '../../../tensor/tensor.ts';
import type { LSTMBlock, LSTMGradients } from '../../backend.ts';
import type { Arguments, ModulationArguments, ModulationGradients } from '../codec.ts';
import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';
import { addToGates } from './gates.ts';
import { lastRounds, modulate, modulateBack } from './modulation.ts';
import { resetsArguments, StateResets } from './resets.ts';
import { stateBefore, stateShares } from './state.ts';
import { StateZoneout, zoneoutArguments } from './zoneout.ts';

const forwardFields = {
  gates: 'pointer',
  hs: 'pointer',
  cs: 'pointer',
  hStart: 'pointer',
  cStart: 'pointer',
  Wh: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  G: 'size',
  zoneH: 'zoneout?',
  zoneC: 'zoneout?',
  resetH: 'resets?',
  resetC: 'resets?',
  modulation: 'modulation?',
} as const;

/**
 * gates (T,N,G·H) hold x·Wx + b and are overwritten with f, g, i, o (G = 4) or f, g, o (G = 3: i = 1 − f); hs and cs (T,N,H)
 * continue from hStart and cStart (N,H).
 *
 * With modulation they hold b, and each step begins with the rounds of a Mogrifier LSTM. These are products of thin matrices,
 * each of which needs the whole one before it: threads share their streams, also of a wide state, so that the rounds of a
 * step need one barrier.
 */
export const lstmForward: Program<typeof forwardFields> = defineProgram(
  forwardFields,
  (engine, team, args) => {
    const { gates, hs, cs, hStart, cStart, Wh, N, T, H, G, modulation } = args;
    const step = G === 4 ? engine.kernels.lstmForward : engine.kernels.cifgForward;
    const zoneH = StateZoneout.of(engine.kernels, args.zoneH, N, H);
    const zoneC = StateZoneout.of(engine.kernels, args.zoneC, N, H);
    const resetH = StateResets.of(engine.kernels, args.resetH, N, T, H);
    const resetC = StateResets.of(engine.kernels, args.resetC, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, G);
    for (const streams of rows) {
      const [row, M] = [streams[0], streams[1] - streams[0]];
      for (let t = 0; t < T; t++) {
        if (modulation) {
          for (const part of wide ? team.shares(N) : [streams]) {
            const h = stateBefore(t, N, H, part[0], hs, hStart, resetH);
            modulate(engine, modulation, args, t, part, h);
          }
          if (wide) team.barrier();
        }
        const last = modulation && lastRounds(modulation, args, t, row);
        const now = 4 * (t * N + row) * H;
        const gate = gates + G * now;
        const hBefore = stateBefore(t, N, H, row, hs, hStart, resetH);
        const cBefore = stateBefore(t, N, H, row, cs, cStart, resetC);
        for (const share of columns) {
          const [at, width] = [4 * share[0], share[1] - share[0]];
          const [h, c] = [hs + now + at, cs + now + at];
          if (last) addToGates(engine, share, [0, G], gate, last.x, last.Wx, M, last.D, H, G);
          addToGates(engine, share, [0, G], gate, last?.h ?? hBefore, Wh, M, H, H, G);
          step(gate + at, h, c, cBefore + at, M, width, H);
          const index = (now + at) / 4;
          zoneC?.mix(c, cBefore + at, index, M, width);
          zoneH?.mix(h, hBefore + at, index, M, width);
          resetC?.carry(c, t, row, share[0], M, width);
          resetH?.carry(h, t, row, share[0], M, width);
        }
        if (wide) team.barrier();
      }
    }
  },
);

const backwardFields = {
  dgates: 'pointer',
  dh: 'pointer',
  dc: 'pointer',
  dhs: 'pointer',
  gates: 'pointer',
  hs: 'pointer',
  cs: 'pointer',
  hStart: 'pointer',
  cStart: 'pointer',
  WhT: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  G: 'size',
  zoneH: 'zoneout?',
  zoneC: 'zoneout?',
  resetH: 'resets?',
  resetC: 'resets?',
  modulation: 'modulationBack?',
} as const;

/**
 * dgates (T,N,G·H), from the last step to the first; dh and dc (N,H) hold the gradients w.r.t. the last
 * states.
 */
export const lstmBackward: Program<typeof backwardFields> = defineProgram(
  backwardFields,
  (engine, team, args) => {
    const { dgates, dh, dc, dhs, gates, hs, cs, hStart, cStart, WhT, N, T, H, G, modulation } = args;
    const back = G === 4 ? engine.kernels.lstmBackward : engine.kernels.cifgBackward;
    const zoneH = StateZoneout.of(engine.kernels, args.zoneH, N, H);
    const zoneC = StateZoneout.of(engine.kernels, args.zoneC, N, H);
    const resetH = StateResets.of(engine.kernels, args.resetH, N, T, H);
    const resetC = StateResets.of(engine.kernels, args.resetC, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, G);
    for (const streams of rows) {
      const [row, M] = [streams[0], streams[1] - streams[0]];
      for (let t = T - 1; t >= 0; t--) {
        const now = 4 * (t * N + row) * H;
        const [dgate, gate] = [dgates + G * now, gates + G * now];
        const cBefore = stateBefore(t, N, H, row, cs, cStart, resetC);
        for (const [column, endColumn] of columns) {
          const [at, width] = [4 * column, endColumn - column];
          const [unit, index] = [row * H + column, now / 4 + column];
          const [h, c] = [dh + 4 * unit, dc + 4 * unit];
          zoneH?.split(h, dhs + now + at, index, unit, M, width);
          zoneC?.split(c, 0, index, unit, M, width);
          const gradients = [dgate + at, c, h, zoneH?.zeros(unit) ?? dhs + now + at] as const;
          const values = [gate + at, zoneC?.candidate(index) ?? cs + now + at, cBefore + at] as const;
          back(...gradients, ...values, M, width, H);
          zoneC?.join(c, unit, M, width);
          resetC?.cut(c, t, row, M, width);
        }
        if (wide) team.barrier();
        for (const [column, endColumn] of columns) {
          const [unit, width] = [row * H + column, endColumn - column];
          const out = dh + 4 * unit;
          engine.gemm(out, H, dgate, G * H, WhT + 4 * column, H, M, width, G * H, 0, 0, 0);
          if (modulation) continue;
          zoneH?.join(out, unit, M, width);
          resetH?.cut(out, t, row, M, width);
        }
        if (!modulation) continue;
        const { dxs, D, Wx } = modulation;
        for (const [column, endColumn] of wide ? team.shares(D, COLUMN_GRAIN) : [[0, D] as const]) {
          const out = dxs + 4 * ((t * N + row) * D + column);
          engine.gemm(out, D, dgate, G * H, Wx + 4 * column, D, M, endColumn - column, G * H, 0, 0, 0);
        }
        if (wide) team.barrier();
        for (const part of wide ? team.shares(N) : [streams]) {
          const [first, count] = [part[0], part[1] - part[0]];
          const [out, hBefore] = [dh + 4 * first * H, stateBefore(t, N, H, first, hs, hStart, resetH)];
          modulateBack(engine, modulation, args, t, part, hBefore, out);
          zoneH?.join(out, first * H, count, H);
          resetH?.cut(out, t, first, count, H);
        }
        if (wide) team.barrier();
      }
    }
  },
);

/** The arguments of `lstmForward`. */
export function lstmForwardArguments(
  { gates, hs, cs, hStart, cStart, zoneout, resets }: LSTMBlock,
  Wh: Tensor,
  modulation: ModulationArguments | null = null,
): Arguments<typeof forwardFields> {
  const [N, T, H] = hs.shape;
  return {
    gates: gates.byteOffset,
    hs: hs.byteOffset,
    cs: cs.byteOffset,
    hStart: hStart.byteOffset,
    cStart: cStart.byteOffset,
    Wh: Wh.byteOffset,
    N,
    T,
    H,
    G: gates.shape[2] / H,
    zoneH: zoneoutArguments(zoneout?.h),
    zoneC: zoneoutArguments(zoneout?.c),
    resetH: resetsArguments(resets?.h),
    resetC: resetsArguments(resets?.c),
    modulation,
  };
}

/** The arguments of `lstmBackward`. */
export function lstmBackwardArguments(
  { dgates, dh, dc }: LSTMGradients,
  dhs: Tensor,
  { gates, hs, cs, hStart, cStart, zoneout, resets }: LSTMBlock,
  WhT: Tensor,
  modulation: ModulationGradients | null = null,
): Arguments<typeof backwardFields> {
  const [N, T, H] = hs.shape;
  return {
    dgates: dgates.byteOffset,
    dh: dh.byteOffset,
    dc: dc.byteOffset,
    dhs: dhs.byteOffset,
    gates: gates.byteOffset,
    hs: hs.byteOffset,
    cs: cs.byteOffset,
    hStart: hStart.byteOffset,
    cStart: cStart.byteOffset,
    WhT: WhT.byteOffset,
    N,
    T,
    H,
    G: gates.shape[2] / H,
    zoneH: zoneoutArguments(zoneout?.h),
    zoneC: zoneoutArguments(zoneout?.c),
    resetH: resetsArguments(resets?.h),
    resetC: resetsArguments(resets?.c),
    modulation,
  };
}
