import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';

// Optimizer steps; for the scalars see `MomentumStep`, `SquaresStep`, `AdaptStep` and `AdamStep` in backend.ts.

const momentumFields = {
  W: 'pointer',
  v: 'pointer',
  dW: 'pointer',
  size: 'size',
  decay: 'number',
  momentum: 'number',
  gradientRate: 'number',
  velocityRate: 'number',
} as const;

export const momentumStep: Program<typeof momentumFields> = defineProgram(
  momentumFields,
  (engine, team, { W, v, dW, size, decay, momentum, gradientRate, velocityRate }) => {
    const numbers = [decay, momentum, gradientRate, velocityRate] as const;
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

const adaptFields = {
  W: 'pointer',
  W0: 'pointer',
  s: 'pointer',
  dW: 'pointer',
  size: 'size',
  rate: 'number',
  epsilon: 'number',
  decay: 'number',
} as const;

export const adaptStep: Program<typeof adaptFields> = defineProgram(
  adaptFields,
  (engine, team, { W, W0, s, dW, size, rate, epsilon, decay }) => {
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      const at = 4 * first;
      engine.kernels.adaptStep(W + at, W0 + at, s + at, dW + at, end - first, rate, epsilon, decay);
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
  decoupledDecay: 'number',
  beta1: 'number',
  oneMinusBeta1: 'number',
  beta2: 'number',
  oneMinusBeta2: 'number',
  rate: 'number',
  epsilon: 'number',
} as const;

export const adamStep: Program<typeof adamFields> = defineProgram(adamFields, (engine, team, args) => {
  const {
    W,
    m,
    v,
    dW,
    size,
    decay,
    decoupledDecay,
    beta1,
    oneMinusBeta1,
    beta2,
    oneMinusBeta2,
    rate,
    epsilon,
  } = args;
  const numbers = [decay, decoupledDecay, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, epsilon] as const;
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    const at = 4 * first;
    engine.kernels.adamStep(W + at, m + at, v + at, dW + at, end - first, ...numbers);
  }
});
