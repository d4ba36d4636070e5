import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import type { Param } from '../../layers/layer.ts';
import { saveTensors } from '../../models/weights.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A moment and the parameter value that it belongs to. */
interface Moment {
  readonly tensor: Tensor;
  readonly of: Tensor;
}

/**
 * One tensor per parameter, of the parameter's shape and initially 0. It is allocated in the parameter's arena and freed
 * with the model.
 */
export class Moments {
  /** The kind of moment, such as `velocity`. Saved arrays are named `embedding.W.velocity`. */
  readonly name: string;
  readonly #backend: Backend;
  readonly #moments: Map<string, Moment> = new Map();
  /** Restored arrays by parameter, until the next update allocates their tensors. */
  #restored: ReadonlyMap<string, NamedArray> = new Map();
  /** Whether the restored state covers every parameter. */
  #isComplete = false;

  constructor(backend: Backend, name: string) {
    this.#backend = backend;
    this.name = name;
  }

  /**
   * The moment of a parameter.
   * @throws {UnrolledError} `checkpoint-foreign` when the restored moment has another shape or is missing, `option-conflict` for
   * a second parameter of the same name, such as one of another model
   */
  of({ name, value }: Param): Tensor {
    const known = this.#moments.get(name);
    if (known?.of === value) return known.tensor;
    // A disposed model's moment may be replaced.
    if (known && known.of.arena.closed === null) throw this.#nameTaken(name);
    const restored = this.#restored.get(name);
    if (restored ? !sameShape(restored.shape, value.shape) : this.#isComplete) {
      throw new UnrolledError(
        'checkpoint-foreign',
        `${this.name}: the saved moment of ${name} is ${restored ? formatShape(restored.shape) : 'missing'}; it must be ` +
          `${formatShape(value.shape)}. Resume with the model that was saved.`,
      );
    }
    const tensor = value.arena.tensor(value.shape);
    if (restored) this.#backend.write(tensor, restored.data);
    this.#moments.set(name, { tensor, of: value });
    return tensor;
  }

  /** Copies of the moments, by name. */
  async save(): Promise<Map<string, NamedArray>> {
    const named = [...this.#moments].map(([name, { tensor }]) => [name, tensor] as const);
    const arrays = new Map([...this.#restored, ...(await saveTensors(this.#backend, new Map(named)))]);
    return new Map([...arrays].map(([name, array]) => [`${name}.${this.name}`, array]));
  }

  /**
   * Restores arrays that `save` returned.
   * @param isComplete whether they must cover every parameter; false before the first update
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
      `${this.name}: ${name} already belongs to another model; an optimizer or average serves one model, whose ` +
        'parameter names are distinct. Create one per model.',
    );
  }
}
