import { type LossGradients, lossGradients, type RecurrentLM, rowNorms, type State } from 'unrolled';
import { lastReset } from '../reading/resets.ts';
import type { BlockGradients, BlockRequest, LayerNorms } from './calls.ts';

/** Steps before the block over which the gradient is followed without truncation. */
const MORE_STEPS = 60;

/** A text for the gradients of a model: index t + 1 is step t of a reading. */
export interface GradientText {
  readonly ids: Int32Array;
  readonly resets: ReadonlySet<number>;
  /** The state of the model before an index; the caller must release it. */
  stateBefore(index: number): Promise<State>;
}

/** The gradients of the loss of a block, with truncation and without. */
export async function blockGradients(
  model: RecurrentLM,
  text: GradientText,
  { first, end, loss, isStateful }: BlockRequest,
): Promise<BlockGradients> {
  const [start, stop] = [first + 1, end + 1];
  const lossStart = loss === 'last' ? stop - 1 : start;
  const over = (from: number, state: State) => {
    const targets = text.ids.slice(from + 1, stop + 1).fill(-1, 0, lossStart - from);
    return lossGradients(model, text.ids.slice(from, stop), targets, { state });
  };
  const from = isStateful ? Math.max(lastReset(text.resets, start), start - MORE_STEPS) : start;
  const state = await (isStateful ? text.stateBefore(start) : model.state());
  const earlier = await (isStateful ? text.stateBefore(from) : model.state());
  try {
    const block = await over(start, state);
    return {
      cell: model.config.cell,
      ...{ loss: block.loss, parameterNorm: block.parameterNorm },
      layers: normsOf(block),
      whole: from < start ? normsOf(await over(from, earlier)) : normsOf(block),
      starts: state.layers.map(({ h }) => Float32Array.from(h)),
    };
  } finally {
    state.release();
    earlier.release();
  }
}

/** Norms by steps back, the state before the first step last. */
function normsOf({ layers }: LossGradients): readonly LayerNorms[] {
  return layers.map(({ width, h, c, start }) => ({
    h: backwards(rowNorms(start.h, width), rowNorms(h, width)),
    c: c && start.c && backwards(rowNorms(start.c, width), rowNorms(c, width)),
  }));
}

function backwards(start: Float64Array, steps: Float64Array): Float64Array {
  return Float64Array.from([...start, ...steps]).reverse();
}
