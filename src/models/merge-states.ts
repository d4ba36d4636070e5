import { UnrolledError } from '../errors.ts';
import type { RecurrentLayer } from '../layers/layer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Workspace } from '../tensor/workspace.ts';
import type { RecurrentConfig } from './config.ts';
import type { LMState, StateNumbers } from './lm-state.ts';

/** Writes N states into the layers, row n of each (N, H) from state n. */
export function mergeStates(
  layers: readonly RecurrentLayer[],
  states: readonly LMState[],
  space: Workspace,
): void {
  layers.forEach((layer, i) => {
    const merge = (name: string, rows: readonly StateNumbers[]): Tensor => {
      const tensor = space.tensor(name, [rows.length, rows[0].length]);
      const view = tensor.view();
      rows.forEach((row, n) => view.set(row, n * row.length));
      return tensor;
    };
    const hs = states.map((state) => state.layers[i].h);
    const cs = states.flatMap((state) => state.layers[i].c ?? []);
    layer.setState(merge('h', hs), cs.length > 0 ? merge('c', cs) : null);
  });
}

/** Reads N states from the layers, state n from row n of each (N, H). */
export function splitStates(layers: readonly RecurrentLayer[], states: readonly LMState[]): void {
  layers.forEach((layer, i) => {
    const split = (tensor: Tensor | null | undefined, rows: readonly (StateNumbers | undefined)[]): void => {
      const view = tensor?.view();
      rows.forEach((row, n) => row?.set(view!.subarray(n * row.length, (n + 1) * row.length)));
    };
    split(
      layer.h,
      states.map((state) => state.layers[i].h),
    );
    split(
      layer.c,
      states.map((state) => state.layers[i].c),
    );
  });
}

/** Throws unless all are states of such a model and each stands for one stream alone. */
export function checkStates(config: RecurrentConfig, states: readonly LMState[]): void {
  if (states.length === 0) {
    throw new UnrolledError('RecurrentLM: got no state; a step needs one of each stream. See model.state().');
  }
  const other = states.findIndex((state) => state.config !== config);
  if (other >= 0) {
    throw new UnrolledError(
      `RecurrentLM: state ${other} is of another model; each must come from state() or LMState.fromBytes() of this one.`,
    );
  }
  if (new Set(states).size === states.length) return;
  const second = states.findIndex((state, n) => states.indexOf(state) < n);
  throw new UnrolledError(
    `RecurrentLM: the streams ${states.indexOf(states[second])} and ${second} have the same state; each needs its own. ` +
      'Give one of them a fork().',
  );
}
