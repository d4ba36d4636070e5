import type { Tensor } from '../../../tensor/tensor.ts';
import type { GRUBlock, GRUGradients } from '../../backend.ts';
import type { Arguments } from '../codec.ts';
import { defineProgram, type Program } from '../program.ts';
import { addToGates } from './gates.ts';
import { resetsArguments, StateResets } from './resets.ts';
import { stateBefore, stateShares } from './state.ts';
import { StateZoneout, zoneoutArguments } from './zoneout.ts';

const forwardFields = {
  gates: 'pointer',
  candidateInput: 'pointer',
  hs: 'pointer',
  hStart: 'pointer',
  Wh: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  resetAfter: 'flag',
  zoneout: 'zoneout?',
  resets: 'resets?',
} as const;

/**
 * gates (T,N,3H) hold x·Wx + b and are overwritten with z, r, ĥ; hs (T,N,H) continues from hStart (N,H). With the
 * reset after the product, candidateInput (T,N,H) holds bh; before it, a step has two products in sequence.
 */
export const gruForward: Program<typeof forwardFields> = defineProgram(
  forwardFields,
  (engine, team, args) => {
    const { gates, candidateInput, hs, hStart, Wh, N, T, H, resetAfter } = args;
    const { kernels } = engine;
    const zoneout = StateZoneout.of(kernels, args.zoneout, N, H);
    const resets = StateResets.of(kernels, args.resets, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, 3);
    for (const [row, endRow] of rows) {
      const M = endRow - row;
      for (let t = 0; t < T; t++) {
        const now = 4 * (t * N + row) * H;
        const [gate, u, h] = [gates + 3 * now, candidateInput + now, hs + now];
        const hBefore = stateBefore(t, N, H, row, hs, hStart, resets);
        for (const share of columns) {
          const [at, width] = [4 * share[0], share[1] - share[0]];
          addToGates(engine, share, [0, 2], gate, hBefore, Wh, M, H, H, 3);
          if (resetAfter) {
            engine.gemm(u + at, H, hBefore, H, Wh + 8 * H + at, 3 * H, M, width, H, 0, 0, 1);
            kernels.gruForward(gate + at, u + at, h + at, hBefore + at, M, width, H);
            zoneout?.mix(h + at, hBefore + at, (now + at) / 4, M, width);
            resets?.carry(h + at, t, row, share[0], M, width);
          } else kernels.gruResetForward(gate + at, u + at, hBefore + at, M, width, H);
        }
        if (wide) team.barrier();
        if (resetAfter) continue;
        for (const share of columns) {
          const [at, width] = [4 * share[0], share[1] - share[0]];
          addToGates(engine, share, [2, 3], gate, u, Wh, M, H, H, 3);
          kernels.gruUpdateForward(gate + at, h + at, hBefore + at, M, width, H);
          zoneout?.mix(h + at, hBefore + at, (now + at) / 4, M, width);
          resets?.carry(h + at, t, row, share[0], M, width);
        }
        if (wide) team.barrier();
      }
    }
  },
);

const backwardFields = {
  dgates: 'pointer',
  dcandidateInput: 'pointer',
  dh: 'pointer',
  dhs: 'pointer',
  gates: 'pointer',
  candidateInput: 'pointer',
  hs: 'pointer',
  hStart: 'pointer',
  WhT: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  resetAfter: 'flag',
  zoneout: 'zoneout?',
  resets: 'resets?',
} as const;

/**
 * dgates (T,N,3H) and dcandidateInput (T,N,H), from the last step to the first; dh (N,H) holds the gradient
 * w.r.t. the last state.
 */
export const gruBackward: Program<typeof backwardFields> = defineProgram(
  backwardFields,
  (engine, team, args) => {
    const { dgates, dcandidateInput, dh, dhs, gates, candidateInput, hs, hStart, WhT, N, T, H, resetAfter } =
      args;
    const { kernels } = engine;
    const zoneout = StateZoneout.of(kernels, args.zoneout, N, H);
    const resets = StateResets.of(kernels, args.resets, N, T, H);
    const { wide, rows, columns } = stateShares(team, N, H, 3);
    const WhhT = WhT + 8 * H * H;
    for (const [row, endRow] of rows) {
      const M = endRow - row;
      for (let t = T - 1; t >= 0; t--) {
        const now = 4 * (t * N + row) * H;
        const [dgate, du, d, gate] = [
          dgates + 3 * now,
          dcandidateInput + now,
          dh + 4 * row * H,
          gates + 3 * now,
        ];
        const hBefore = stateBefore(t, N, H, row, hs, hStart, resets);
        for (const [column, endColumn] of columns) {
          const [at, width] = [4 * column, endColumn - column];
          const unit = row * H + column;
          zoneout?.split(d + at, dhs + now + at, now / 4 + column, unit, M, width);
          const above = zoneout?.zeros(unit) ?? dhs + now + at;
          const [to, from, h] = [dgate + at, gate + at, hBefore + at];
          const u = candidateInput + now + at;
          if (resetAfter) kernels.gruBackward(to, du + at, d + at, above, from, u, h, M, width, H);
          else kernels.gruUpdateBackward(to, d + at, above, from, h, M, width, H);
        }
        if (wide) team.barrier();
        if (!resetAfter) {
          for (const [column, endColumn] of columns) {
            const [at, width] = [4 * column, endColumn - column];
            engine.gemm(du + at, H, dgate + 8 * H, 3 * H, WhhT + at, H, M, width, H, 0, 0, 0);
            kernels.gruResetBackward(dgate + at, d + at, du + at, gate + at, hBefore + at, M, width, H);
          }
          if (wide) team.barrier();
        }
        for (const [column, endColumn] of columns) {
          const [at, width] = [4 * column, endColumn - column];
          engine.gemm(d + at, H, dgate, 3 * H, WhT + at, H, M, width, 2 * H, 0, 0, 1);
          if (resetAfter) engine.gemm(d + at, H, du, H, WhhT + at, H, M, width, H, 0, 0, 1);
          zoneout?.join(d + at, row * H + column, M, width);
          resets?.cut(d + at, t, row, M, width);
        }
      }
    }
  },
);

/** The arguments of `gruForward`. */
export function gruForwardArguments(
  { gates, candidateInput, hs, hStart, bh, zoneout, resets }: GRUBlock,
  Wh: Tensor,
): Arguments<typeof forwardFields> {
  const [N, T, H] = hs.shape;
  return {
    gates: gates.byteOffset,
    candidateInput: candidateInput.byteOffset,
    hs: hs.byteOffset,
    hStart: hStart.byteOffset,
    Wh: Wh.byteOffset,
    N,
    T,
    H,
    resetAfter: bh !== null,
    zoneout: zoneoutArguments(zoneout),
    resets: resetsArguments(resets),
  };
}

/** The arguments of `gruBackward`. */
export function gruBackwardArguments(
  { dgates, dcandidateInput, dh }: GRUGradients,
  dhs: Tensor,
  { gates, candidateInput, hs, hStart, bh, zoneout, resets }: GRUBlock,
  WhT: Tensor,
): Arguments<typeof backwardFields> {
  const [N, T, H] = hs.shape;
  return {
    dgates: dgates.byteOffset,
    dcandidateInput: dcandidateInput.byteOffset,
    dh: dh.byteOffset,
    dhs: dhs.byteOffset,
    gates: gates.byteOffset,
    candidateInput: candidateInput.byteOffset,
    hs: hs.byteOffset,
    hStart: hStart.byteOffset,
    WhT: WhT.byteOffset,
    N,
    T,
    H,
    resetAfter: bh !== null,
    zoneout: zoneoutArguments(zoneout),
    resets: resetsArguments(resets),
  };
}
