import { cells } from '../../../models/cells.ts';
import type { Network } from '../../network/network.ts';

/** A recurrent layer to add to a graph. */
export interface LayerSpec {
  readonly network: Network;
  /** From 0. */
  readonly index: number;
  /** The name of the input, (T, N, D). */
  readonly xs: string;
}

/** A state of a layer, and the names of its values (N, H) before and after the steps. */
export interface StateNames {
  readonly state: 'h' | 'c';
  readonly before: string;
  readonly after: string;
}

/** The states of layer i, with names such as `h0` and `h0_out`. */
export function statesOf({ cell }: Network, i: number): readonly StateNames[] {
  return cells[cell].states.map((state) => ({ state, before: `${state}${i}`, after: `${state}${i}_out` }));
}
