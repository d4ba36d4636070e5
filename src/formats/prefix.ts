import type { NamedArray } from './named-array.ts';

/** The arrays as those of a group: `h` becomes `carried.h`, with the prefix `carried.`. */
export function withPrefix(
  prefix: string,
  arrays: Iterable<readonly [name: string, array: NamedArray]>,
): Map<string, NamedArray> {
  return new Map([...arrays].map(([name, array]) => [`${prefix}${name}`, array]));
}

/** The arrays of a group, by the names they had before `withPrefix`. */
export function withoutPrefix(
  prefix: string,
  arrays: Iterable<readonly [name: string, array: NamedArray]>,
): Map<string, NamedArray> {
  const inside = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, array]) => [name.slice(prefix.length), array]));
}
