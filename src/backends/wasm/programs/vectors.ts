import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';

// Element-wise programs over vectors of equal size.

const fillFields = { out: 'pointer', value: 'number', size: 'size' } as const;

export const fill: Program<typeof fillFields> = defineProgram(
  fillFields,
  (engine, team, { out, value, size }) => {
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      engine.kernels.fill(out + 4 * first, value, end - first);
    }
  },
);

const scaleFields = { x: 'pointer', a: 'number', size: 'size' } as const;

export const scale: Program<typeof scaleFields> = defineProgram(
  scaleFields,
  (engine, team, { x, a, size }) => {
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      engine.kernels.scale(x + 4 * first, a, end - first);
    }
  },
);

const pairFields = { y: 'pointer', a: 'number', x: 'pointer', size: 'size' } as const;

export const addScaled: Program<typeof pairFields> = defineProgram(
  pairFields,
  (engine, team, { y, a, x, size }) => {
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      engine.kernels.addScaled(y + 4 * first, a, x + 4 * first, end - first);
    }
  },
);

export const lerp: Program<typeof pairFields> = defineProgram(
  pairFields,
  (engine, team, { y, a, x, size }) => {
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      engine.kernels.lerp(y + 4 * first, a, x + 4 * first, end - first);
    }
  },
);

const dropoutFields = {
  out: 'pointer',
  x: 'pointer',
  M: 'size',
  P: 'size',
  start: 'size',
  key0: 'number',
  key1: 'number',
  threshold: 'number',
  scale: 'number',
} as const;

/** x (M,P) and out; each row has the same mask (P), from its element `start` on. */
export const dropout: Program<typeof dropoutFields> = defineProgram(dropoutFields, (engine, team, args) => {
  const { out, x, M, P, start, key0, key1, threshold, scale } = args;
  for (const [first, end] of team.shares(P, COLUMN_GRAIN)) {
    const [to, from] = [out + 4 * first, x + 4 * first];
    engine.kernels.dropout(to, from, M, end - first, P, start + first, key0, key1, threshold, scale);
  }
});
