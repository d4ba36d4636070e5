import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';

// One step of an optimizer; the numbers are those of the contract's `MomentumStep`, `SquaresStep` and `AdamStep`.

const momentumFields = {
  W: 'pointer',
  v: 'pointer',
  dW: 'pointer',
  size: 'size',
  decay: 'number',
  momentum: 'number',
  ofGradient: 'number',
  ofVelocity: 'number',
} as const;

export const momentumStep: Program<typeof momentumFields> = defineProgram(
  momentumFields,
  (engine, team, { W, v, dW, size, decay, momentum, ofGradient, ofVelocity }) => {
    const numbers = [decay, momentum, ofGradient, ofVelocity] as const;
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      const at = 4 * first;
      engine.kernels.momentumStep(W + at, v + at, dW + at, end - first, ...numbers);
    }
  },
);

const squaresFields = {
  W: 'pointer',
  s: 'pointer',
  dW: 'pointer',
  size: 'size',
  decay: 'number',
  keep: 'number',
  share: 'number',
  rate: 'number',
  epsilon: 'number',
} as const;

export const squaresStep: Program<typeof squaresFields> = defineProgram(
  squaresFields,
  (engine, team, { W, s, dW, size, decay, keep, share, rate, epsilon }) => {
    const numbers = [decay, keep, share, rate, epsilon] as const;
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      const at = 4 * first;
      engine.kernels.squaresStep(W + at, s + at, dW + at, end - first, ...numbers);
    }
  },
);

const adamFields = {
  W: 'pointer',
  m: 'pointer',
  v: 'pointer',
  dW: 'pointer',
  size: 'size',
  decay: 'number',
  shrink: 'number',
  keepM: 'number',
  shareM: 'number',
  keepV: 'number',
  shareV: 'number',
  rate: 'number',
  epsilon: 'number',
} as const;

export const adamStep: Program<typeof adamFields> = defineProgram(adamFields, (engine, team, args) => {
  const { W, m, v, dW, size, decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon } = args;
  const numbers = [decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon] as const;
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    const at = 4 * first;
    engine.kernels.adamStep(W + at, m + at, v + at, dW + at, end - first, ...numbers);
  }
});
