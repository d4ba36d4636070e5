/** A list whose elements are created each time it is iterated, so that they are not kept. */
export class LazyList<T> implements Iterable<T> {
  readonly #elements: () => Iterator<T>;

  constructor(elements: () => Iterator<T>) {
    this.#elements = elements;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#elements();
  }

  toJSON(): T[] {
    return [...this];
  }
}

/** A text in parts, so that texts that share one are not copied. */
export class LazyText {
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.parts = parts;
  }

  toJSON(): string {
    return this.parts.join('');
  }
}

/** A JSON value whose lists and texts may be lazy. */
export type Lazy<T> = T extends string
  ? T | LazyText
  : T extends readonly (infer E)[]
    ? readonly Lazy<E>[] | LazyList<E>
    : T extends object
      ? { readonly [K in keyof T]: Lazy<T[K]> }
      : T;

/** The value with plain lists and texts. */
export function eager<T>(value: Lazy<T>): T {
  return plain(value) as T;
}

function plain(value: unknown): unknown {
  if (value instanceof LazyList || value instanceof LazyText) return value.toJSON();
  if (Array.isArray(value)) return value.map(plain);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** Whether a value is an object that JSON writes member by member. */
export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
