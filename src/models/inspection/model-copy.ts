import type { Backend } from '../../backends/backend.ts';
import type { Param, RecurrentLayer } from '../../layers/layer.ts';
import { TimeAffineWithLoss } from '../../layers/time/affine-with-loss.ts';
import { TimeEmbedding } from '../../layers/time/embedding.ts';
import type { Arena } from '../../tensor/arena.ts';
import { MaskSource } from '../../tensor/mask-source.ts';
import { cells, cellWeightsOf } from '../cells.ts';
import type { RecurrentConfig } from '../config.ts';
import { StateRecorder } from './state-recorder.ts';

/**
 * The layers of a model for evaluation, over the same weights, with their own gradients and carried state: those of the model do not
 * change. The recurrent layers record the gradient w.r.t. the state after each step.
 */
export class ModelCopy {
  /** The parameters: the weights of the model, the gradients of the copy. */
  readonly params: readonly Param[];
  readonly embedding: TimeEmbedding;
  /** From bottom to top. */
  readonly rnns: readonly RecurrentLayer[];
  readonly recorders: readonly StateRecorder[];
  readonly lossLayer: TimeAffineWithLoss;

  /** @param within the backend of the model, with the arena for the copy */
  constructor(within: Backend, config: RecurrentConfig, params: readonly Param[]) {
    this.params = params.map((param) => withOwnGradient(within.arena, param));
    const named = (name: string) => this.params.find((param) => param.name === name);
    const table = named('embedding.W') as Param;
    const transposed = config.tied === true;
    this.embedding = new TimeEmbedding(within, table, { accumulate: transposed });
    this.recorders = Array.from({ length: config.layers }, () => new StateRecorder(within));
    const zoneout = { masks: evaluationMasks(), h: config.zoneout ?? 0, c: config.zoneoutCell ?? 0 };
    this.rnns = this.recorders.map(({ backend }, i) => {
      const weights = cellWeightsOf((name) => named(`rnn.${i}.${name}`));
      return cells[config.cell].create(backend, weights, { stateful: true, zoneout });
    });
    const W = transposed ? table : (named('affine.W') as Param);
    this.lossLayer = new TimeAffineWithLoss(within, W, named('affine.b') as Param, { transposed });
  }
}

/** The same weights with a gradient of its own, allocated at first use. */
function withOwnGradient(arena: Arena, { name, value }: Param): Param {
  let grad: Param['grad'] | null = null;
  return {
    name,
    value,
    get grad() {
      grad ??= arena.tensor(value.shape);
      return grad;
    },
    rows: null,
  };
}

function evaluationMasks(): MaskSource {
  const masks = new MaskSource(1);
  masks.training = false;
  return masks;
}
