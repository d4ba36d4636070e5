import type { Tensor } from '../../../tensor/tensor.ts';
import type { Activation, Resets, Zoneout } from '../../backend.ts';
import type { Arguments } from '../codec.ts';
import { defineProgram, type Program } from '../program.ts';
import { resetsArguments, StateResets } from './resets.ts';
import { stateBefore, stateShares } from './state.ts';
import { StateZoneout, zoneoutArguments } from './zoneout.ts';

const forwardFields = {
  hs: 'pointer',
  hStart: 'pointer',
  Wh: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  relu: 'flag',
  zoneout: 'zoneout?',
  resets: 'resets?',
} as const;

/** hs (T,N,H) holds x·Wx + b and is overwritten with h_t = tanh(hs_t + h_{t−1}·Wh), from hStart (N,H). */
export const rnnForward: Program<typeof forwardFields> = defineProgram(
  forwardFields,
  (engine, team, args) => {
    const { hs, hStart, Wh, N, T, H, relu } = args;
    const zoneout = StateZoneout.of(engine.kernels, args.zoneout, N, H);
    const resets = StateResets.of(engine.kernels, args.resets, N, T, H);
    const activate = relu ? engine.kernels.reluForward : engine.kernels.tanhForward;
    const { wide, rows, columns } = stateShares(team, N, H, 1);
    for (const [row, endRow] of rows) {
      for (let t = 0; t < T; t++) {
        const before = stateBefore(t, N, H, row, hs, hStart, resets);
        for (const [column, endColumn] of columns) {
          const index = (t * N + row) * H + column;
          const h = hs + 4 * index;
          const [M, width] = [endRow - row, endColumn - column];
          engine.gemm(h, H, before, H, Wh + 4 * column, H, M, width, H, 0, 0, 1);
          activate(h, M, width, H);
          zoneout?.mix(h, before + 4 * column, index, M, width);
          resets?.carry(h, t, row, column, M, width);
        }
        if (wide) team.barrier();
      }
    }
  },
);

const backwardFields = {
  dts: 'pointer',
  dh: 'pointer',
  dhs: 'pointer',
  hs: 'pointer',
  WhT: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  relu: 'flag',
  zoneout: 'zoneout?',
  resets: 'resets?',
} as const;

/** dts_t = (dhs_t + dh) ⊙ (1 − h_t²); dh = dts_t·Whᵀ, from the last step to the first. With zoneout, dh must start as 0. */
export const rnnBackward: Program<typeof backwardFields> = defineProgram(
  backwardFields,
  (engine, team, args) => {
    const { dts, dh, dhs, hs, WhT, N, T, H, relu } = args;
    const zoneout = StateZoneout.of(engine.kernels, args.zoneout, N, H);
    const resets = StateResets.of(engine.kernels, args.resets, N, T, H);
    const back = relu ? engine.kernels.reluBackward : engine.kernels.tanhBackward;
    const { wide, rows, columns } = stateShares(team, N, H, 1);
    for (const [row, endRow] of rows) {
      const M = endRow - row;
      for (let t = T - 1; t >= 0; t--) {
        const rowAt = 4 * (t * N + row) * H;
        for (const [column, endColumn] of columns) {
          const [at, unit, width] = [rowAt + 4 * column, row * H + column, endColumn - column];
          const next = t === T - 1 ? 0 : dh + 4 * unit;
          if (zoneout) {
            const d = dh + 4 * unit;
            zoneout.split(d, dhs + at, at / 4, unit, M, width);
            back(dts + at, zoneout.candidate(at / 4) ?? hs + at, d, 0, M, width, H);
          } else back(dts + at, hs + at, dhs + at, next, M, width, H);
        }
        if (wide) team.barrier();
        // No barrier needed: a thread reads and writes dh only in its own columns.
        for (const [column, endColumn] of columns) {
          const [unit, width] = [row * H + column, endColumn - column];
          const out = dh + 4 * unit;
          engine.gemm(out, H, dts + rowAt, H, WhT + 4 * column, H, M, width, H, 0, 0, 0);
          zoneout?.join(out, unit, M, width);
          resets?.cut(out, t, row, M, width);
        }
      }
    }
  },
);

/** The arguments of `rnnForward`. */
export function rnnForwardArguments(
  hs: Tensor,
  hStart: Tensor,
  Wh: Tensor,
  activation: Activation,
  zoneout: Zoneout | null,
  resets: Resets | null,
): Arguments<typeof forwardFields> {
  const [N, T, H] = hs.shape;
  return {
    hs: hs.byteOffset,
    hStart: hStart.byteOffset,
    Wh: Wh.byteOffset,
    N,
    T,
    H,
    relu: activation === 'relu',
    zoneout: zoneoutArguments(zoneout),
    resets: resetsArguments(resets),
  };
}

/** The arguments of `rnnBackward`. */
export function rnnBackwardArguments(
  dts: Tensor,
  dh: Tensor,
  dhs: Tensor,
  hs: Tensor,
  WhT: Tensor,
  activation: Activation,
  zoneout: Zoneout | null,
  resets: Resets | null,
): Arguments<typeof backwardFields> {
  const [N, T, H] = hs.shape;
  return {
    dts: dts.byteOffset,
    dh: dh.byteOffset,
    dhs: dhs.byteOffset,
    hs: hs.byteOffset,
    WhT: WhT.byteOffset,
    N,
    T,
    H,
    relu: activation === 'relu',
    zoneout: zoneoutArguments(zoneout),
    resets: resetsArguments(resets),
  };
}
