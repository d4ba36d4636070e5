// The program of a thread as a string, for bundles and pages in which it has no file of its own.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** For programs that run the sources: src/backends/wasm/threads/thread-source.ts. */
export async function buildThread() {
  const folder = 'src/backends/wasm/threads';
  const code = await bundle("import { beginThread } from './thread.ts'; beginThread();", {
    resolveDir: folder,
  });
  const comment = '// Made from thread.ts by scripts/build-thread.mjs; not kept in the repository.\n';
  const constant = `export const threadSource: string = ${JSON.stringify(code.trim())};\n`;
  writeFileSync(join(folder, 'thread-source.ts'), comment + constant);
}

/** What both the calling thread and the workers run; none of it may import what is not in it. */
const SHARED =
  /\/(codec|engine|program|programs\/[a-z]+|recurrent\/[a-z]+|threads\/(control|team|thread-engine|worker-loop))\.js$/;

/**
 * In bundles for pages the calling thread and the workers share one copy of their code, so that it is loaded once: a
 * function that needs nothing from outside, called here, and sent to a worker as its own text. Elsewhere a worker has
 * a text of its own (thread-source.ts), which no bundler touches.
 */
export async function shareThread() {
  const root = 'dist/backends/wasm';
  const paths = readdirSync(root, { recursive: true }).map((path) => join(root, path));
  const files = paths.filter((path) => SHARED.test(path));
  const names = new Map();
  for (const file of files) names.set(file, Object.keys(await import(pathToFileURL(file).href)));
  const places = [...names.values()].flat();
  checkUnique(places);
  const all = [...files, `${root}/threads/thread.js`].map(
    (file) => `export * from './${relative(root, file)}';`,
  );
  const code = await bundle(all.join('\n'), {
    resolveDir: root,
    plugins: [withoutErrors, withoutBlas],
    format: 'esm',
  });
  writeFileSync(`${root}/threads/core.js`, coreModule(code, [...places, 'beginThread']));
  writeFileSync(`${root}/threads/thread-source.page.js`, sourceModule(places.length));
  for (const [file, exported] of names) {
    if (exported.length === 0) continue;
    const from = relative(dirname(file), `${root}/threads/core.js`);
    const constants = exported
      .map((name) => `export const ${name} = core[${places.indexOf(name)}];\n`)
      .join('');
    writeFileSync(file, `import { core } from '${from.startsWith('.') ? from : `./${from}`}';\n${constants}`);
  }
}

/** Numbers in place of the names of what is exported: a minifier keeps names, each three times. */
function coreModule(code, names) {
  const [whole, list] = code.match(/export\{([^}]*)\};?\s*$/);
  const locals = new Map(list.split(',').map((item) => item.split(' as ').reverse()));
  const values = names.map((name) => locals.get(name) ?? name);
  return `import { UnrolledError } from '../../../errors.js';
export function makeCore(UnrolledError) {
${code.slice(0, -whole.length)}
return [${values}];
}
export const core = /* @__PURE__ */ makeCore(UnrolledError);
`;
}

/** A bundler that keeps names calls \`__name\`, which a worker doesn't have. */
const sourceModule = (begin) => `import { makeCore } from './core.js';
export const threadSource = 'var __name=(x)=>x;(' + makeCore + ')(class extends Error{constructor(code,text){super(text)}})[${begin}]()';
`;

function checkUnique(names) {
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new Error(`exported by more than one shared module: ${twice.join(', ')}`);
}

async function bundle(contents, { resolveDir, ...options }) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    // A thread is given the compiled kernels, and koffi by its path.
    logOverride: { 'empty-import-meta': 'silent' },
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

/** The class of the library's errors is handed in: there must be one. */
const withoutErrors = {
  name: 'without-errors',
  setup: ({ onLoad }) =>
    onLoad({ filter: /dist.errors\.js$/ }, () => ({
      contents: 'const given = UnrolledError; export { given as UnrolledError };',
    })),
};

/** In a page a thread has none. */
const withoutBlas = {
  name: 'without-blas',
  setup: ({ onLoad }) =>
    onLoad({ filter: /blas.library\.js$/ }, () => ({
      contents: 'export const loadBlas = null, loadKoffi = null;',
    })),
};
