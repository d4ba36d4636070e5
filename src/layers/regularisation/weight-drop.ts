import type { Backend } from '../../backends/backend.ts';
import { optionsOf } from '../../kinds.ts';
import type { Mask } from '../../tensor/mask.ts';
import { checkMasks, type MaskSource, type MaskStream } from '../../tensor/mask-source.ts';
import { type Param, workspaceOf } from '../layer.ts';

/**
 * Dropout on the elements of a weight, one mask per block (DropConnect, Wan et al. 2013; on Wh in the AWD-LSTM,
 * Merity et al. 2018).
 *
 * Pass `dropped` to the recurrent layer instead of the weight, for example `new TimeRNN(backend, Wx, drop.dropped, b)`,
 * and the weight itself to the optimizer. For each block call `drop.forward()`, the layer's forward and backward, then
 * `drop.backward()`. Memory: twice the weight's.
 */
export class WeightDrop {
  /** The dropout probability. */
  readonly rate: number;
  /** The full weight, which the optimizer updates. */
  readonly weight: Param;
  /** The masked weight with its own gradient; without dropout, the weight and its gradient. */
  readonly dropped: Param;
  readonly #backend: Backend;
  readonly #stream: MaskStream;
  #mask: Mask | null = null;

  /**
   * @param options `rate`: the dropout probability; the other elements are multiplied by 1/(1 − rate)
   * @throws {UnrolledError} code `option-value` unless the rate is from 0 to below 1
   */
  constructor(backend: Backend, masks: MaskSource, weight: Param, options: { rate: number }) {
    const { rate } = optionsOf('WeightDrop', options, 'Pass { rate }.');
    checkMasks('WeightDrop', masks);
    this.rate = rate;
    this.weight = weight;
    this.#backend = backend;
    this.#stream = masks.stream('WeightDrop', rate);
    const space = workspaceOf('WeightDrop', backend, [weight]);
    const current = (of: 'value' | 'grad') =>
      this.#mask ? space.tensor(of, weight.value.shape) : weight[of];
    this.dropped = {
      name: weight.name,
      get value() {
        return current('value');
      },
      get grad() {
        return current('grad');
      },
      rows: null,
    };
  }

  /** Masks the weight with the mask of the current block. Call it before the layer's forward. */
  forward(): void {
    this.#mask = this.#stream();
    if (this.#mask) this.#backend.dropout(this.dropped.value, this.weight.value, this.#mask);
  }

  /** Writes the masked gradient into `weight.grad`. Call it after the layer's backward. */
  backward(): void {
    if (this.#mask) this.#backend.dropout(this.weight.grad, this.dropped.grad, this.#mask);
  }
}
