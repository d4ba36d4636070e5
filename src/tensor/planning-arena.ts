import { Arena } from './arena.ts';
import type { NumberType, TensorView } from './tensor.ts';

const views = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

/** An arena of places without memory, to find out how much is needed: every view is a new one, of zeros. */
export class PlanningArena extends Arena {
  /** @param start how many bytes in front of its places are in use already */
  constructor(floatType: 'float32' | 'float64', start: number) {
    super({ buffer: new ArrayBuffer(0), ensure: () => {} }, floatType, start);
  }

  override view(type: NumberType, _byteOffset: number, length: number): TensorView {
    return new views[type](length);
  }
}
