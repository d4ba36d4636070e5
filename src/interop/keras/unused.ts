import type { ImportedNetwork } from '../importer.ts';

/** The names of the arrays in a file, and of what is no array of floating-point numbers. */
export interface FileNames {
  readonly arrays: ReadonlyMap<string, unknown>;
  readonly others: readonly string[];
}

/** Adds what the file has and the network does not. */
export function withUnused(imported: ImportedNetwork, { arrays, others }: FileNames): ImportedNetwork {
  const used = new Set(imported.mapped.map(({ from }) => from));
  const unused = [...arrays.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({ name, reason: 'no layer of the language model uses it' }));
  const foreign = others.map((name) => ({ name, reason: 'its numbers are no float32 or float64' }));
  return { ...imported, leftOut: [...imported.leftOut, ...foreign, ...unused] };
}
