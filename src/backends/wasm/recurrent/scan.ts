import type { Tensor } from '../../../tensor/tensor.ts';
import type { ScanBlock } from '../../backend.ts';
import type { Arguments } from '../codec.ts';
import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';
import { resetsArguments, StateResets } from './resets.ts';
import { stateBefore } from './state.ts';

// The steps have no product with the state: each thread computes all steps of its own columns, without barriers.

const forwardFields = {
  gates: 'pointer',
  hs: 'pointer',
  hStart: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  G: 'size',
  resets: 'resets?',
} as const;

/**
 * gates (T,N,G·H) hold x·Wx + b and are overwritten with z, ĥ (G = 2) or f, i, ĥ (G = 3); hs (T,N,H) continues from hStart
 * (N,H).
 */
export const scanForward: Program<typeof forwardFields> = defineProgram(
  forwardFields,
  (engine, team, args) => {
    const { gates, hs, hStart, N, T, H, G } = args;
    const { kernels } = engine;
    const resets = StateResets.of(kernels, args.resets, N, T, H);
    const step = G === 2 ? kernels.minGruForward : kernels.minLstmForward;
    for (const [first, end] of team.shares(H, COLUMN_GRAIN)) {
      for (let t = 0; t < T; t++) {
        const [now, at] = [4 * t * N * H, 4 * first];
        const hBefore = stateBefore(t, N, H, 0, hs, hStart, resets);
        step(gates + G * now + at, hs + now + at, hBefore + at, N, end - first, H);
        resets?.carry(hs + now + at, t, 0, first, N, end - first);
      }
    }
  },
);

const backwardFields = {
  dgates: 'pointer',
  dh: 'pointer',
  dhs: 'pointer',
  gates: 'pointer',
  hs: 'pointer',
  hStart: 'pointer',
  N: 'size',
  T: 'size',
  H: 'size',
  G: 'size',
  resets: 'resets?',
} as const;

/** dgates (T,N,G·H), from the last step to the first; dh (N,H) holds the gradient w.r.t. the last state. */
export const scanBackward: Program<typeof backwardFields> = defineProgram(
  backwardFields,
  (engine, team, args) => {
    const { dgates, dh, dhs, gates, hs, hStart, N, T, H, G } = args;
    const { kernels } = engine;
    const resets = StateResets.of(kernels, args.resets, N, T, H);
    const back = G === 2 ? kernels.minGruBackward : kernels.minLstmBackward;
    for (const [first, end] of team.shares(H, COLUMN_GRAIN)) {
      for (let t = T - 1; t >= 0; t--) {
        const [now, at] = [4 * t * N * H, 4 * first];
        const [dgate, gate] = [dgates + G * now + at, gates + G * now + at];
        const hBefore = stateBefore(t, N, H, 0, hs, hStart, resets);
        back(dgate, dh + at, dhs + now + at, gate, hBefore + at, N, end - first, H);
        resets?.cut(dh + at, t, 0, N, end - first);
      }
    }
  },
);

/** The arguments of `scanForward`. */
export function scanForwardArguments({
  gates,
  hs,
  hStart,
  resets,
}: ScanBlock): Arguments<typeof forwardFields> {
  const [N, T, H] = hs.shape;
  return {
    gates: gates.byteOffset,
    hs: hs.byteOffset,
    hStart: hStart.byteOffset,
    N,
    T,
    H,
    G: gates.shape[2] / H,
    resets: resetsArguments(resets),
  };
}

/** The arguments of `scanBackward`. */
export function scanBackwardArguments(
  { dgates, dh }: { dgates: Tensor; dh: Tensor },
  dhs: Tensor,
  { gates, hs, hStart, resets }: ScanBlock,
): Arguments<typeof backwardFields> {
  const [N, T, H] = hs.shape;
  return {
    dgates: dgates.byteOffset,
    dh: dh.byteOffset,
    dhs: dhs.byteOffset,
    gates: gates.byteOffset,
    hs: hs.byteOffset,
    hStart: hStart.byteOffset,
    N,
    T,
    H,
    G: gates.shape[2] / H,
    resets: resetsArguments(resets),
  };
}
