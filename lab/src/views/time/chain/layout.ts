import type { Block } from '../../../state/back/block.ts';

/** Heights in the picture, from the loss at the top to the norm at the bottom. */
export const ROWS = {
  loss: 20,
  node: 56,
  forward: 70,
  backward: 96,
  end: 112,
  word: 134,
  norm: 156,
} as const;
export const HEIGHT = 172;
/** The width of a step's box; the rest of its column is for arrows. */
export const BOX = 34;
const LEFT = 14;

/** The steps that are drawn, and where. */
export interface Layout {
  readonly first: number;
  readonly end: number;
  readonly width: number;
  /** The left end of the box of a step. */
  x(step: number): number;
}

/** The block with some steps on both sides, so that the forward chain is seen to go on. */
export function layoutOf({ first, end }: Block, steps: number): Layout {
  const length = end - first;
  const column = length > 24 ? 62 : 74;
  const from = Math.max(-1, first - Math.min(6, Math.max(3, length)));
  const to = Math.min(steps - 1, end + 2);
  return {
    ...{ first: from, end: to },
    width: 2 * LEFT + (to - from) * column,
    x: (step) => LEFT + (column - BOX) / 2 + (step - from) * column,
  };
}
