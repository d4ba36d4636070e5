import type { ImportedNetwork, LeftOut } from '../importer.ts';
import type { FloatArray } from '../network/float-array.ts';

/** Adds what the file has and the network does not. */
export function withUnused(
  imported: ImportedNetwork,
  file: { readonly arrays: ReadonlyMap<string, FloatArray>; readonly leftOut: readonly LeftOut[] },
): ImportedNetwork {
  const used = new Set(imported.mapped.map(({ from }) => from));
  const unused = [...file.arrays.keys()].filter((name) => !used.has(name));
  const reason = 'no layer of the language model uses it';
  return {
    ...imported,
    leftOut: [...imported.leftOut, ...file.leftOut, ...unused.map((name) => ({ name, reason }))],
  };
}
