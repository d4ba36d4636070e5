import { UnrolledError } from '../errors.ts';
import type { RecurrentLayer } from '../layers/layer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Workspace } from '../tensor/workspace.ts';
import type { RecurrentConfig } from './config.ts';
import type { LMState } from './lm-state.ts';

/** Writes N states into the layers, row n of each (N, H) from state n. */
export function mergeStates(
  layers: readonly RecurrentLayer[],
  states: readonly LMState[],
  space: Workspace,
): void {
  layers.forEach((layer, i) => {
    const merge = (name: 'h' | 'c', H: number): Tensor => {
      const tensor = space.tensor(name, [states.length, H]);
      const view = tensor.view();
      for (let n = 0; n < states.length; n++) view.set(states[n].layers[i][name]!, n * H);
      return tensor;
    };
    const { h, c } = states[0].layers[i];
    layer.setState(merge('h', h.length), c ? merge('c', c.length) : null);
  });
}

/** Reads N states from the layers, state n from row n of each (N, H). */
export function splitStates(layers: readonly RecurrentLayer[], states: readonly LMState[]): void {
  layers.forEach((layer, i) => {
    for (const name of ['h', 'c'] as const) {
      const view = layer[name]?.view();
      if (!view) continue;
      const H = view.length / states.length;
      for (let n = 0; n < states.length; n++) {
        states[n].layers[i][name]!.set(view.subarray(n * H, (n + 1) * H));
      }
    }
  });
}

/** Throws unless all are states of such a model and each stands for one stream alone. */
export function checkStates(config: RecurrentConfig, states: readonly LMState[]): void {
  if (states.length === 0) {
    throw new UnrolledError(
      'shape',
      'RecurrentLM: got no state; a step needs one of each stream. See model.state().',
    );
  }
  const other = states.findIndex((state) => state.config !== config);
  if (other >= 0) {
    throw new UnrolledError(
      'state-foreign',
      `RecurrentLM: state ${other} is of another model; each must come from state() or LMState.fromBytes() of this one.`,
    );
  }
  if (new Set(states).size === states.length) return;
  const second = states.findIndex((state, n) => states.indexOf(state) < n);
  throw new UnrolledError(
    'option-conflict',
    `RecurrentLM: the streams ${states.indexOf(states[second])} and ${second} have the same state; each needs its own. ` +
      'Give one of them a fork().',
  );
}
