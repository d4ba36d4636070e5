import { posix } from 'node:path';
import { callsOf, type Import, importsOf, nodeGlobalsOf } from './source-imports.ts';

/** The modules of the library: path below `src/` → source. */
export type Sources = ReadonlyMap<string, string>;

/**
 * What each part of the house may import beside itself, the files for all: a folder, or one file, as a
 * `value` or only as a `type`. `cli` may import everything.
 */
export const MAY_IMPORT: Record<string, Record<string, 'value' | 'type'>> = {
  'errors.ts': {},
  'kinds.ts': {},
  'yield-timer.ts': {},
  native: {},
  tensor: {},
  formats: {},
  data: {},
  distributed: { tensor: 'type', native: 'value' },
  backends: { tensor: 'value', native: 'value' },
  layers: { tensor: 'value', 'backends/backend.ts': 'type' },
  models: { layers: 'value', tensor: 'value', formats: 'value', data: 'value', backends: 'type' },
  training: {
    models: 'value',
    layers: 'value',
    data: 'value',
    formats: 'value',
    tensor: 'value',
    backends: 'type',
    distributed: 'value',
  },
  generation: { models: 'value', data: 'value', tensor: 'value', distributed: 'value' },
  recipe: {
    'backends/names.ts': 'value',
    backends: 'type',
    generation: 'value',
    training: 'value',
    models: 'value',
    data: 'value',
    formats: 'value',
    tensor: 'value',
    distributed: 'value',
  },
  // Calls that open a backend, which models and recipe must not, and earlier names.
  api: {
    recipe: 'value',
    generation: 'value',
    models: 'value',
    training: 'type',
    data: 'type',
    formats: 'value',
    backends: 'value',
  },
  interop: { models: 'value', formats: 'value', data: 'value' },
  serving: { generation: 'value', models: 'value', data: 'value', tensor: 'value' },
  'index.ts': {
    api: 'value',
    tensor: 'value',
    formats: 'value',
    data: 'value',
    backends: 'value',
    layers: 'value',
    models: 'value',
    training: 'value',
    generation: 'value',
    recipe: 'value',
    distributed: 'type',
  },
};

/** The entries of the package, which alone may export what other modules hold. */
const ENTRIES = ['index.ts', 'recipe/index.ts', 'serving/index.ts', 'interop/index.ts'];

/** What any part may import, but these one another. */
const FOR_ALL = ['errors.ts', 'kinds.ts', 'yield-timer.ts'];

/** Packages, and the only places that may import them. */
const PACKAGES: Record<string, { places: readonly string[]; as: 'value' | 'type' }> = {
  'pure-rand': { places: ['tensor/random.ts'], as: 'value' },
  'string-width': { places: ['cli/terminal/width.ts'], as: 'value' },
  h5wasm: { places: ['cli/files/interop/hdf5-worker.ts'], as: 'value' },
  koffi: { places: ['backends/wasm/blas/', 'distributed/mpi/'], as: 'type' },
};

/** Where Node is at home, whole or in its types alone, and where its globals are named. */
const NODE_MODULES: Record<string, 'value' | 'type'> = {
  'cli/': 'value',
  'serving/node/': 'value',
  'distributed/mpi/': 'value',
  'backends/wasm/blas/': 'type',
  'backends/wasm/threads/lifeline.ts': 'type',
  'backends/wasm/threads/platform.ts': 'type',
  'backends/wasm/threads/start-thread.ts': 'type',
  'backends/wasm/threads/thread.ts': 'type',
  'interop/javascript/runtime/weights.ts': 'type',
};
const NODE_GLOBALS = [
  'cli/',
  'serving/node/',
  'distributed/mpi/',
  'backends/wasm/blas/',
  'backends/wasm/threads/platform.ts',
  // The program of exported modules, which reads its weights in Node.
  'interop/javascript/runtime/weights.ts',
];

/** What brings numbers back from a backend. Layers call none of it: a backend may only be able to answer later. */
const READS = ['view', 'item', 'values', 'read', 'readSync'];

/** The most entries of a folder; `src` has one for each part, `layers/time` one for each layer. */
export const MOST_ENTRIES = 16;
const FREE_FOLDERS = ['.', 'layers/time'];

/** The halves of a part that need Node: of the other modules, only the command line imports them. */
const NODE_HALVES = ['serving/node/', 'distributed/mpi/'];

/** A sentence for each breach of the rules, none when the house is in order. */
export function breaches(sources: Sources): string[] {
  const found = [...sources].flatMap(([path, source]) => [
    ...importsOf(source).flatMap((imported) => breachesOfImport(path, imported)),
    ...breachesOfNode(path, source),
    ...breachesOfReads(path, source),
    ...(!ENTRIES.includes(path) && posix.basename(path) === 'index.ts' ? [`${path} is a barrel file`] : []),
  ]);
  return [...found, ...fullFolders(sources), ...cycles(sources)];
}

function breachesOfImport(path: string, { specifier, kind, reexport }: Import): string[] {
  const isOurs = specifier.startsWith('.');
  const target = isOurs ? resolve(path, specifier) : specifier;
  const allowed = isOurs ? allowance(path, target) : packageAllowance(path, specifier);
  const found: string[] = [];
  if (reexport && !ENTRIES.includes(path)) found.push(`${path} exports from ${target}: only index.ts may`);
  if (allowed === undefined) found.push(`${path} imports ${target}`);
  else if (allowed === 'type' && kind === 'value') {
    found.push(`${path} imports ${target}: it may with \`import type\` only`);
  }
  return found;
}

function allowance(path: string, target: string): 'value' | 'type' | undefined {
  const [from, to] = [partOf(path), partOf(target)];
  if (from === 'cli') return 'value';
  if (NODE_HALVES.some((half) => target.startsWith(half) && !path.startsWith(half))) return undefined;
  if (from === to || FOR_ALL.includes(target)) return 'value';
  return MAY_IMPORT[from]?.[target] ?? MAY_IMPORT[from]?.[to];
}

function packageAllowance(path: string, specifier: string): 'value' | 'type' | undefined {
  if (specifier.startsWith('node:')) {
    const place = Object.keys(NODE_MODULES).find((start) => path.startsWith(start));
    return place === undefined ? undefined : NODE_MODULES[place];
  }
  const { places = [], as } = PACKAGES[specifier.split('/')[0]] ?? {};
  return places.some((place) => path.startsWith(place)) ? as : undefined;
}

function breachesOfNode(path: string, source: string): string[] {
  if (NODE_GLOBALS.some((place) => path.startsWith(place))) return [];
  return nodeGlobalsOf(source).map((name) => `${path} uses ${name}, which only Node has`);
}

function breachesOfReads(path: string, source: string): string[] {
  if (partOf(path) !== 'layers') return [];
  return [...new Set(callsOf(source, READS))].map((name) => `${path} calls ${name}()`);
}

function fullFolders(sources: Sources): string[] {
  return [...entriesByFolder(sources)]
    .filter(([folder, { size }]) => size > MOST_ENTRIES && !FREE_FOLDERS.includes(folder))
    .map(([folder, { size }]) => `${folder} has ${size} entries: ${MOST_ENTRIES} at most`);
}

/** The files and folders that lie in each folder; `.` is `src/` itself. */
export function entriesByFolder(sources: Sources): Map<string, Set<string>> {
  const entries = new Map<string, Set<string>>();
  for (const path of sources.keys()) {
    for (let inner = path; inner !== '.'; inner = posix.dirname(inner)) {
      const folder = posix.dirname(inner);
      entries.set(folder, (entries.get(folder) ?? new Set()).add(inner));
    }
  }
  return entries;
}

/** The circles of modules that import one another, in their types too: such modules are read and moved only together. */
export function cycles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`${[...trail.slice(at), path].join(' → ')} is a cycle`);
    if (at >= 0 || done.has(path)) return;
    for (const { specifier } of importsOf(sources.get(path) ?? '')) {
      if (specifier.startsWith('.')) visit(resolve(path, specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

/** The folder at the top, or the file itself where it lies in none. */
function partOf(path: string): string {
  return path.split('/')[0];
}
