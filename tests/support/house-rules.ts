import { posix } from 'node:path';
import { type Import, importsOf, nodeGlobalsOf } from './source-imports.ts';

/** The modules of the library: path below `src/` → source. */
export type Sources = ReadonlyMap<string, string>;

/**
 * What each part of the house may import beside itself, the files for all: a folder, or one file, as a
 * `value` or only as a `type`. `cli` may import everything.
 */
const MAY_IMPORT: Record<string, Record<string, 'value' | 'type'>> = {
  'errors.ts': {},
  'check.ts': {},
  'kinds.ts': {},
  'yield-timer.ts': {},
  tensor: {},
  formats: {},
  data: {},
  backends: { tensor: 'value' },
  layers: { tensor: 'value', 'backends/backend.ts': 'type' },
  models: { layers: 'value', tensor: 'value', formats: 'value', data: 'value', backends: 'type' },
  training: {
    models: 'value',
    layers: 'value',
    data: 'value',
    formats: 'value',
    tensor: 'value',
    backends: 'type',
  },
  generation: { models: 'value', data: 'value', tensor: 'value' },
  // Both still reach into the command line, from which they come: the next commits cut that.
  recipe: {
    cli: 'value',
    backends: 'value',
    generation: 'value',
    training: 'value',
    models: 'value',
    data: 'value',
    formats: 'value',
    tensor: 'value',
  },
  serving: { cli: 'value', generation: 'value', models: 'value', data: 'value', tensor: 'value' },
  'deprecated.ts': { generation: 'value', models: 'value' },
  'index.ts': {
    'deprecated.ts': 'value',
    tensor: 'value',
    formats: 'value',
    data: 'value',
    backends: 'value',
    layers: 'value',
    models: 'value',
    training: 'value',
    generation: 'value',
  },
};

/** What any part may import, but these one another. */
const FOR_ALL = ['errors.ts', 'check.ts', 'kinds.ts', 'yield-timer.ts'];

/** Packages, and the only places that may import them. */
const PACKAGES: Record<string, { place: string; as: 'value' | 'type' }> = {
  'pure-rand': { place: 'tensor/random.ts', as: 'value' },
  koffi: { place: 'backends/wasm/blas/', as: 'type' },
};

/** Where Node is at home, whole or in its types alone, and where its globals are named. */
const NODE_MODULES: Record<string, 'value' | 'type'> = {
  'cli/': 'value',
  'recipe/': 'value',
  'serving/': 'value',
  'backends/wasm/threads/': 'type',
  'backends/wasm/blas/': 'type',
};
const NODE_GLOBALS = [
  'cli/',
  'recipe/',
  'serving/',
  'backends/wasm/blas/',
  'backends/wasm/threads/platform.ts',
];

/** A sentence for each breach of the rules, none when the house is in order. */
export function breaches(sources: Sources): string[] {
  const found = [...sources].flatMap(([path, source]) => [
    ...importsOf(source).flatMap((imported) => breachesOfImport(path, imported)),
    ...breachesOfNode(path, source),
    ...(path !== 'index.ts' && posix.basename(path) === 'index.ts' ? [`${path} is a barrel file`] : []),
  ]);
  return [...found, ...cycles(sources)];
}

function breachesOfImport(path: string, { specifier, kind, reexport }: Import): string[] {
  const isOurs = specifier.startsWith('.');
  const target = isOurs ? resolve(path, specifier) : specifier;
  const allowed = isOurs ? allowance(path, target) : packageAllowance(path, specifier);
  const found: string[] = [];
  if (reexport && path !== 'index.ts') found.push(`${path} exports from ${target}: only index.ts may`);
  if (allowed === undefined) found.push(`${path} imports ${target}`);
  else if (allowed === 'type' && kind === 'value') {
    found.push(`${path} imports ${target}: it may with \`import type\` only`);
  }
  return found;
}

function allowance(path: string, target: string): 'value' | 'type' | undefined {
  const [from, to] = [partOf(path), partOf(target)];
  if (from === 'cli' || from === to || FOR_ALL.includes(target)) return 'value';
  return MAY_IMPORT[from]?.[target] ?? MAY_IMPORT[from]?.[to];
}

function packageAllowance(path: string, specifier: string): 'value' | 'type' | undefined {
  if (specifier.startsWith('node:')) {
    const place = Object.keys(NODE_MODULES).find((start) => path.startsWith(start));
    return place === undefined ? undefined : NODE_MODULES[place];
  }
  const { place, as } = PACKAGES[specifier.split('/')[0]] ?? {};
  return place !== undefined && path.startsWith(place) ? as : undefined;
}

function breachesOfNode(path: string, source: string): string[] {
  if (NODE_GLOBALS.some((place) => path.startsWith(place))) return [];
  return nodeGlobalsOf(source).map((name) => `${path} uses ${name}, which only Node has`);
}

/** The rings of modules that load one another; types, which are gone by then, make none. */
function cycles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`${[...trail.slice(at), path].join(' → ')} is a cycle`);
    if (at >= 0 || done.has(path)) return;
    for (const { specifier, kind } of importsOf(sources.get(path) ?? '')) {
      if (kind === 'value' && specifier.startsWith('.')) visit(resolve(path, specifier), [...trail, path]);
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
