import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { Param } from '../../layers/layer.ts';
import { saveTensors } from '../../models/weights.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A tensor for each parameter, of its shape and 0 at first, that is kept from step to step. */
export class Moments {
  /** What it is: `velocity`. Saved arrays are called `embedding.W.velocity`. */
  readonly name: string;
  readonly #backend: Backend;
  readonly #tensors: Map<string, Tensor> = new Map();
  /** Whether every parameter's was restored. */
  #isWhole = false;

  constructor(backend: Backend, name: string) {
    this.#backend = backend;
    this.name = name;
  }

  /** That of a parameter. Throws when what was restored has one of another shape under its name, or none. */
  of({ name, value: { shape } }: Param): Tensor {
    const known = this.#tensors.get(name);
    if (known && sameShape(known.shape, shape)) return known;
    if (known || this.#isWhole) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `${this.name}: that of ${name} is ${known ? formatShape(known.shape) : 'missing'}; it must be ` +
          `${formatShape(shape)}. Resume with the model that was saved.`,
      );
    }
    const made = this.#backend.arena.tensor(shape);
    this.#tensors.set(name, made);
    return made;
  }

  /** Copies by name. */
  save(): Promise<Map<string, NamedArray>> {
    const named = [...this.#tensors].map(([name, tensor]) => [`${name}.${this.name}`, tensor] as const);
    return saveTensors(this.#backend, new Map(named));
  }

  /**
   * Takes over what `save` gave.
   * @param isWhole whether that was of every parameter; false where there had been no update yet
   */
  restore(arrays: ReadonlyMap<string, NamedArray>, isWhole: boolean): void {
    const end = `.${this.name}`;
    for (const tensor of this.#tensors.values()) this.#backend.fill(tensor, 0);
    this.#isWhole = isWhole;
    for (const [name, { shape, data }] of arrays) {
      if (!name.endsWith(end)) continue;
      const param = name.slice(0, -end.length);
      const known = this.#tensors.get(param);
      const tensor = known && sameShape(known.shape, shape) ? known : this.#backend.arena.tensor(shape);
      this.#backend.write(tensor, data);
      this.#tensors.set(param, tensor);
    }
  }
}
