import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { Param } from '../../layers/layer.ts';
import { saveTensors } from '../../models/weights.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A parameter's moment, and whose it is. */
interface Moment {
  readonly tensor: Tensor;
  readonly of: Tensor;
}

/**
 * A tensor for each parameter, of its shape and 0 at first, that is kept from step to step. It lies in the arena of its
 * parameter, and is freed with the model.
 */
export class Moments {
  /** What it is: `velocity`. Saved arrays are called `embedding.W.velocity`. */
  readonly name: string;
  readonly #backend: Backend;
  readonly #moments: Map<string, Moment> = new Map();
  /** Restored arrays by parameter, until the next update shows where it lies. */
  #restored: ReadonlyMap<string, NamedArray> = new Map();
  /** Whether every parameter's was restored. */
  #isComplete = false;

  constructor(backend: Backend, name: string) {
    this.#backend = backend;
    this.name = name;
  }

  /**
   * That of a parameter.
   * @throws when what was restored has one of another shape under its name, or none; and for a second parameter of one name,
   * such as that of another model
   */
  of({ name, value }: Param): Tensor {
    const known = this.#moments.get(name);
    if (known?.of === value) return known.tensor;
    // That of a model which was disposed is over.
    if (known && known.of.arena.closed === null) throw this.#nameTaken(name);
    const restored = this.#restored.get(name);
    if (restored ? !sameShape(restored.shape, value.shape) : this.#isComplete) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `${this.name}: that of ${name} is ${restored ? formatShape(restored.shape) : 'missing'}; it must be ` +
          `${formatShape(value.shape)}. Resume with the model that was saved.`,
      );
    }
    const tensor = value.arena.tensor(value.shape);
    if (restored) this.#backend.write(tensor, restored.data);
    this.#moments.set(name, { tensor, of: value });
    return tensor;
  }

  /** Copies by name. */
  async save(): Promise<Map<string, NamedArray>> {
    const named = [...this.#moments].map(([name, { tensor }]) => [name, tensor] as const);
    const arrays = new Map([...this.#restored, ...(await saveTensors(this.#backend, new Map(named)))]);
    return new Map([...arrays].map(([name, array]) => [`${name}.${this.name}`, array]));
  }

  /**
   * Takes over what `save` gave.
   * @param isComplete whether that was of every parameter; false where there had been no update yet
   */
  restore(arrays: ReadonlyMap<string, NamedArray>, isComplete: boolean): void {
    const end = `.${this.name}`;
    const own = [...arrays].filter(([name]) => name.endsWith(end));
    this.#restored = new Map(own.map(([name, array]) => [name.slice(0, -end.length), array]));
    this.#isComplete = isComplete;
    for (const [name, { tensor, of }] of this.#moments) {
      const array = this.#restored.get(name);
      if (of.arena.closed !== null || (array ? !sameShape(array.shape, tensor.shape) : isComplete))
        this.#drop(name);
      else if (array) this.#backend.write(tensor, array.data);
      else this.#backend.fill(tensor, 0);
    }
  }

  #drop(name: string): void {
    const { tensor, of } = this.#moments.get(name) as Moment;
    if (of.arena.closed === null) of.arena.release(tensor);
    this.#moments.delete(name);
  }

  #nameTaken(name: string): UnrolledError {
    return new UnrolledError(
      'option-conflict',
      `${this.name}: there is one of ${name} already, of another model; an optimizer or average is of one model, whose ` +
        'parameters have different names. Make one for each model.',
    );
  }
}
