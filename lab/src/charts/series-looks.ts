/** How a curve looks. */
export interface Look {
  readonly stroke: string;
  readonly dash: number[];
}

const COLOURS = {
  light: ['#1f6feb', '#b85c00', '#6f42c1', '#2e7d5b'],
  dark: ['#6ea8ff', '#f0a050', '#b898f5', '#5fc08f'],
} as const;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The colour of a line to compare with, and of its name. */
export const REFERENCE = { light: '#565b64', dark: '#a6abb4' } as const;

/** The look of curve i: neighbours differ in colour and in dash, so also in grey; the first 16 are all different. */
export function lookOf(i: number, scheme: 'light' | 'dark'): Look {
  const dash = DASHES[(i + Math.floor(i / DASHES.length)) % DASHES.length];
  return { stroke: COLOURS[scheme][i % COLOURS[scheme].length], dash };
}
