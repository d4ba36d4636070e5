import { UnrolledError } from '../errors.ts';
import type { LMState } from '../models/lm-state.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** How many tokens of a prompt are read at once: bounds the states held, T·H. */
const BLOCK = 64;

/** Moves a state on over ids, one at least. → the scores of what follows (1, 1, V), good until the model's next call. */
export function readIds(model: RecurrentLM, ids: Int32Array, state: LMState): Tensor {
  let start = 0;
  while (ids.length - start > BLOCK) {
    model.step(ids.subarray(start, start + BLOCK), [state]);
    start += BLOCK;
  }
  return model.step(ids.subarray(start), [state]);
}

/** Throws when nothing is there to go on from. */
export function checkPrompt(where: string, { length }: Int32Array): void {
  if (length > 0) return;
  throw new UnrolledError(`${where}: the prompt has no token; it needs one at least to go on from.`);
}

/**
 * The scores (V) of what follows `ids`.
 * @param state what was read before them, which is moved on. Default: nothing
 */
export function scoresAfter(
  model: RecurrentLM,
  ids: Int32Array,
  state: LMState = model.state(),
): Float64Array {
  checkPrompt('generate', ids);
  return readIds(model, ids, state).values();
}
