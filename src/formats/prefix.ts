import type { NamedArray } from './named-array.ts';

/** Adds a prefix to array names: with `carried.`, `h` becomes `carried.h`. */
export function withPrefix(
  prefix: string,
  arrays: Iterable<readonly [name: string, array: NamedArray]>,
): Map<string, NamedArray> {
  return new Map([...arrays].map(([name, array]) => [`${prefix}${name}`, array]));
}

/** The arrays whose names have the prefix, without it: the inverse of `withPrefix`. */
export function withoutPrefix(
  prefix: string,
  arrays: Iterable<readonly [name: string, array: NamedArray]>,
): Map<string, NamedArray> {
  const inside = [...arrays].filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, array]) => [name.slice(prefix.length), array]));
}
