import { Arena } from './arena.ts';
import type { NumberType, TensorView } from './tensor.ts';

const views = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

/** An arena without memory, which only measures how much would be needed. Every view is a new array of zeros. */
export class PlanningArena extends Arena {
  /** @param start bytes already in use before the first block */
  constructor(floatType: 'float32' | 'float64', start: number) {
    super({ buffer: new ArrayBuffer(0), ensure: () => {} }, floatType, start);
  }

  override view(type: NumberType, _byteOffset: number, length: number): TensorView {
    return new views[type](length);
  }
}
