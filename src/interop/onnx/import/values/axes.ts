/** A size of the input that may differ from run to run, or one of the model. */
interface Factor {
  readonly name: string;
  /** Null if it is not known before the run. */
  readonly size: number | null;
}

/** What an axis counts: one factor, several that a Reshape joined, or none if its size is 1. */
export type Axis = readonly Factor[];

/** A size that is known up to names of factors: `times` × the sizes that the names have in a run. */
export interface Size {
  readonly times: number;
  readonly names: readonly string[];
}

export function axisOf(name: string, size: number | null): Axis {
  return size === 1 ? [] : [{ name, size }];
}

export function sameAxis(a: Axis, b: Axis): boolean {
  return a.length === b.length && a.every(({ name }, i) => name === b[i].name);
}

export function sizeOf(axis: Axis): Size {
  return axis.reduce<Size>(
    ({ times, names }, { name, size }) =>
      size === null ? { times, names: [...names, name] } : { times: times * size, names },
    { times: 1, names: [] },
  );
}

/**
 * The axes after a Reshape to the given sizes; undefined if it splits a factor or is not known. 0 keeps the axis of the same
 * position unless `allowsZero`; −1, or one size that is not known, takes what the others leave.
 */
export function reshaped(
  axes: readonly Axis[],
  sizes: readonly (Size | null)[],
  allowsZero: boolean,
): readonly Axis[] | undefined {
  const wanted = sizes.map((size, i) => (isNumber(size, 0) && !allowsZero ? sizeOf(axes[i] ?? []) : size));
  const rest = wanted.findIndex((size) => size === null || isNumber(size, -1));
  const factors: Factor[] = axes.flat();
  const split = rest < 0 ? wanted.length : rest;
  const before = taken(factors, wanted.slice(0, split), false);
  const after = before && taken(factors, wanted.slice(split + 1).toReversed(), true)?.toReversed();
  if (!before || !after || (rest < 0 && factors.length > 0)) return undefined;
  return rest < 0 ? before : [...before, factors, ...after];
}

function isNumber(size: Size | null, number: number): boolean {
  return size?.names.length === 0 && size.times === number;
}

/** Removes the factors of each size from one end of a list; undefined if the sizes do not end between factors. */
function taken(factors: Factor[], sizes: readonly (Size | null)[], fromEnd: boolean): Axis[] | undefined {
  const result: Axis[] = [];
  for (const size of sizes) {
    if (size === null) return undefined;
    const axis: Factor[] = [];
    let { times, names } = size;
    while (times !== 1 || names.length > 0) {
      const factor = fromEnd ? factors.pop() : factors.shift();
      if (!factor) return undefined;
      if (factor.size !== null) times /= factor.size;
      else if (names.includes(factor.name)) names = names.toSpliced(names.indexOf(factor.name), 1);
      else return undefined;
      if (!Number.isInteger(times)) return undefined;
      if (fromEnd) axis.unshift(factor);
      else axis.push(factor);
    }
    result.push(axis);
  }
  return result;
}
