import { COLUMN_GRAIN, type Program } from '../program.ts';
import { stateBefore } from './state.ts';

// No step has a product with the state: a thread goes through all of them in its own columns, alone.

/** gates (T,N,G·H) hold x·Wx + b and become z, ĥ (G = 2) or f, i, ĥ (G = 3); hs (T,N,H) goes on from hStart (N,H). */
export const scanForward: Program = ({ kernels }, team, gates, hs, hStart, N, T, H, G) => {
  const step = G === 2 ? kernels.minGruForward : kernels.minLstmForward;
  for (const [first, end] of team.shares(H, COLUMN_GRAIN)) {
    for (let t = 0; t < T; t++) {
      const [now, at] = [4 * t * N * H, 4 * first];
      const hBefore = stateBefore(t, N, H, 0, hs, hStart);
      step(gates + G * now + at, hs + now + at, hBefore + at, N, end - first, H);
    }
  }
};

/** dgates (T,N,G·H), from the last step to the first; dh (N,H) holds what comes from after it. */
export const scanBackward: Program = ({ kernels }, team, ...numbers) => {
  const [dgates, dh, dhs, gates, hs, hStart, N, T, H, G] = numbers;
  const back = G === 2 ? kernels.minGruBackward : kernels.minLstmBackward;
  for (const [first, end] of team.shares(H, COLUMN_GRAIN)) {
    for (let t = T - 1; t >= 0; t--) {
      const [now, at] = [4 * t * N * H, 4 * first];
      const [dgate, gate] = [dgates + G * now + at, gates + G * now + at];
      const hBefore = stateBefore(t, N, H, 0, hs, hStart);
      back(dgate, dh + at, dhs + now + at, gate, hBefore + at, N, end - first, H);
    }
  }
};
