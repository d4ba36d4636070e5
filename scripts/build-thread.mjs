// Builds the worker's program as a string, for bundles and pages without a worker file.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Writes src/backends/wasm/threads/thread-source.ts, for programs that run the sources. */
export async function buildThread() {
  const folder = 'src/backends/wasm/threads';
  const code = await bundle("import { beginThread } from './thread.ts'; beginThread();", {
    resolveDir: folder,
  });
  const comment = '// Made from thread.ts by scripts/build-thread.mjs; not kept in the repository.\n';
  const constant = `export const threadSource: string = ${JSON.stringify(code.trim())};\n`;
  writeFileSync(join(folder, 'thread-source.ts'), comment + constant);
}

/** Modules that both the calling thread and the workers run. They may import only each other. */
const SHARED =
  /\/(codec|engine|program|programs\/[a-z]+|recurrent\/[a-z]+|threads\/(control|team|thread-engine|worker-loop))\.js$/;

/**
 * In bundles for pages the calling thread and the workers share one copy of their code, so that it is loaded once: a
 * self-contained function, which is called here and whose source text is sent to the workers. Elsewhere workers have
 * their own text (thread-source.ts), which bundlers do not change.
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

/** Exports by number instead of by name, because minifiers keep each exported name three times. */
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
    // A thread receives the compiled kernels, and the path of koffi.
    logOverride: { 'empty-import-meta': 'silent' },
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

/** The error class is passed in, so that there is only one. */
const withoutErrors = {
  name: 'without-errors',
  setup: ({ onLoad }) =>
    onLoad({ filter: /dist.errors\.js$/ }, () => ({
      contents: 'const given = UnrolledError; export { given as UnrolledError };',
    })),
};

/** Threads of a page have no BLAS. */
const withoutBlas = {
  name: 'without-blas',
  setup: ({ onLoad }) =>
    onLoad({ filter: /blas.library\.js$/ }, () => ({
      contents: 'export const loadBlas = null, loadKoffi = null;',
    })),
};
