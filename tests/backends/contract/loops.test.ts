import type { Tensor } from '../../../src/tensor/tensor.ts';
import { agrees } from './agree.ts';

/** N, T and H of a time loop with gates: threads share the rows of 66 and the columns of 150. */
const sizes: readonly (readonly [N: number, T: number, H: number])[] = [
  [1, 1, 1],
  [3, 4, 5],
  [7, 2, 66],
  [2, 2, 150],
];
/** Sums of H products of either sign; the rounding of a step affects the next. */
const tolerance = { relative: 3e-6, floor: 4e-6 };

for (const [N, T, H] of [
  [1, 1, 1],
  [3, 4, 5],
  [7, 2, 99],
  [2, 2, 260],
]) {
  for (const activation of ['tanh', 'relu'] as const) {
    agrees(
      `the time loop of the RNN with ${activation} and its gradient, N=${N}, T=${T}, H=${H}`,
      (on, make) => {
        const [hs, dhs, dts] = [0, 1, 2].map(() => make.sequence([N, T, H]));
        const [hStart, dh] = [make.tensor([N, H]), make.tensor([N, H])];
        const [Wh, WhT] = [make.tensor([H, H], 1 / H), make.tensor([H, H])];
        on.transpose(WhT, Wh);
        on.rnnForward(hs, hStart, Wh, activation);
        on.rnnBackward(dts, dh, dhs, hs, WhT, activation);
        return { hs, dts, dh };
      },
      tolerance,
    );
  }
}

for (const [N, T, H] of sizes) {
  for (const [cell, G] of [
    ['LSTM', 4],
    ['CIFG', 3],
  ] as const) {
    agrees(
      `the time loop of the ${cell} and its gradient, N=${N}, T=${T}, H=${H}`,
      (on, make) => {
        const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, G * H]));
        const [hs, cs, dhs] = [0, 1, 2].map(() => make.sequence([N, T, H]));
        const [hStart, cStart, dh, dc] = [0, 1, 2, 3].map(() => make.tensor([N, H]));
        const [Wh, WhT] = [make.tensor([H, G * H], 1 / H), make.tensor([G * H, H])];
        on.transpose(WhT, Wh);
        const block = { gates, hs, cs, hStart, cStart };
        on.lstmForward(block, Wh);
        on.lstmBackward({ dgates, dh, dc }, dhs, block, WhT);
        return { hs, cs, gates, dgates, dh, dc };
      },
      tolerance,
    );
  }

  for (const [rounds, D, K] of [
    [5, H, 3],
    [4, 7, 20],
  ]) {
    agrees(
      `the time loop of the Mogrifier LSTM with ${rounds} rounds and its gradient, N=${N}, T=${T}, H=${H}, D=${D}`,
      (on, make) => {
        const [X, Y] = [Math.ceil(rounds / 2), Math.floor(rounds / 2)];
        const sequences = (steps: number, width: number) =>
          [0, 1].map(() => make.sequence([N, steps * T, width]));
        const [[gates, dgates], [xs, dxs]] = [sequences(1, 4 * H), sequences(1, D)];
        const [[hs, dhs], [cs]] = [sequences(1, H), sequences(1, H)];
        const [[xScales, dxScales], [xRounds]] = [sequences(X, D), sequences(X, D)];
        const [[hScales, dhScales], [hRounds]] = [sequences(Y, H), sequences(Y, H)];
        const [inner, dinner] = sequences(X + Y, K);
        const [hStart, cStart, dh, dc] = [0, 1, 2, 3].map(() => make.tensor([N, H]));
        const weights = {
          Wx: make.tensor([D, 4 * H], 1 / D),
          Wh: make.tensor([H, 4 * H], 1 / H),
          Qdown: make.tensor([H, X * K], 1 / H),
          Qup: make.tensor([K, X * D], 1 / K),
          Rdown: make.tensor([D, Y * K], 1 / D),
          Rup: make.tensor([K, Y * H], 1 / K),
        };
        const transpose = (W: Tensor): Tensor => {
          const WT = make.tensor([W.shape[1], W.shape[0]]);
          on.transpose(WT, W);
          return WT;
        };
        const transposed = {
          Wx: transpose(weights.Wx),
          Wh: transpose(weights.Wh),
          Qdown: transpose(weights.Qdown),
          Qup: transpose(weights.Qup),
          Rdown: transpose(weights.Rdown),
          Rup: transpose(weights.Rup),
        };
        const loop = { gates, hs, cs, hStart, cStart, xs };
        const block = { ...loop, xScales, xRounds, hScales, hRounds, inner };
        const out = { dgates, dh, dc, dxs, dxScales, dhScales, dinner };
        on.mogrifierForward(block, weights);
        const forward = { gates, hs, cs, xScales, xRounds, hScales, hRounds, inner };
        on.mogrifierBackward(out, dhs, block, transposed);
        return { ...forward, ...out };
      },
      tolerance,
    );
  }

  for (const reset of ['before', 'after']) {
    agrees(
      `the time loop of the GRU that resets ${reset} and its gradient, N=${N}, T=${T}, H=${H}`,
      (on, make) => {
        const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, 3 * H]));
        const [hs, candidateInput, dcandidateInput, dhs] = [0, 1, 2, 3].map(() => make.sequence([N, T, H]));
        const [hStart, dh] = [make.tensor([N, H]), make.tensor([N, H])];
        const [Wh, WhT] = [make.tensor([H, 3 * H], 1 / H), make.tensor([3 * H, H])];
        const bh = reset === 'after' ? make.tensor([H]) : null;
        on.transpose(WhT, Wh);
        const block = { gates, candidateInput, hs, hStart, bh };
        on.gruForward(block, Wh);
        on.gruBackward({ dgates, dcandidateInput, dh }, dhs, block, WhT);
        return { hs, candidateInput, gates, dgates, dcandidateInput, dh };
      },
      tolerance,
    );
  }
}

// Threads share 30,000 gates and more.
for (const [N, T, H] of [...sizes, [7, 50, 45] as const]) {
  for (const [cell, G] of [
    ['minGRU', 2],
    ['minLSTM', 3],
  ] as const) {
    agrees(
      `the scan of the ${cell} and its gradient, N=${N}, T=${T}, H=${H}`,
      (on, make) => {
        const [gates, dgates] = [0, 1].map(() => make.sequence([N, T, G * H]));
        const [hs, dhs] = [0, 1].map(() => make.sequence([N, T, H]));
        const [hStart, dh] = [0, 1].map(() => make.tensor([N, H]));
        const block = { gates, hs, hStart };
        on.scanForward(block);
        on.scanBackward({ dgates, dh }, dhs, block);
        return { hs, gates, dgates, dh };
      },
      tolerance,
    );
  }
}
