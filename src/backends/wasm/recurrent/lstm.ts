import type { Program } from '../program.ts';
import { addToGates } from './gates.ts';
import { stateBefore, stateShares } from './state.ts';

/** gates (T,N,4H) hold x·Wx + b and become f, g, i, o; hs and cs (T,N,H) go on from hStart and cStart (N,H). */
export const lstmForward: Program = (engine, team, gates, hs, cs, hStart, cStart, Wh, N, T, H) => {
  const { wide, rows, columns } = stateShares(team, N, H, 4);
  for (const [row, endRow] of rows) {
    const M = endRow - row;
    for (let t = 0; t < T; t++) {
      const now = 4 * (t * N + row) * H;
      const gate = gates + 4 * now;
      const hBefore = stateBefore(t, N, H, row, hs, hStart);
      const cBefore = stateBefore(t, N, H, row, cs, cStart);
      for (const share of columns) {
        const [at, width] = [4 * share[0], share[1] - share[0]];
        const [h, c] = [hs + now + at, cs + now + at];
        addToGates(engine, share, [0, 4], gate, hBefore, Wh, M, H, 4);
        engine.kernels.lstmForward(gate + at, h, c, cBefore + at, M, width, H);
      }
      if (wide) team.barrier();
    }
  }
};

/** dgates (T,N,4H), from the last step to the first; dh and dc (N,H) hold what comes from after it. */
export const lstmBackward: Program = (engine, team, ...numbers) => {
  const [dgates, dh, dc, dhs, gates, cs, cStart, WhT, N, T, H] = numbers;
  const { wide, rows, columns } = stateShares(team, N, H, 4);
  for (const [row, endRow] of rows) {
    const M = endRow - row;
    for (let t = T - 1; t >= 0; t--) {
      const now = 4 * (t * N + row) * H;
      const [dgate, gate] = [dgates + 4 * now, gates + 4 * now];
      const cBefore = stateBefore(t, N, H, row, cs, cStart);
      for (const [column, endColumn] of columns) {
        const at = 4 * column;
        const state = 4 * row * H + at;
        const gradients = [dgate + at, dc + state, dh + state, dhs + now + at] as const;
        const values = [gate + at, cs + now + at, cBefore + at] as const;
        engine.kernels.lstmBackward(...gradients, ...values, M, endColumn - column, H);
      }
      if (wide) team.barrier();
      for (const [column, endColumn] of columns) {
        const out = dh + 4 * (row * H + column);
        engine.gemm(out, H, dgate, 4 * H, WhT + 4 * column, H, M, endColumn - column, 4 * H, 0, 0, 0);
      }
    }
  }
};
