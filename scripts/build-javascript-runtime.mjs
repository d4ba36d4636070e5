// src/interop/javascript/runtime/ -> src/interop/javascript/runtime-source.ts: the program of exported modules as text, one
// declaration at a time, so that a module gets only those that its model needs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [FOLDER, TARGET] = ['src/interop/javascript/runtime', 'src/interop/javascript/runtime-source.ts'];

/** Removes the types and keeps everything else as it is written. */
const TSC = [
  ...['--ignoreConfig', '--noCheck', '--verbatimModuleSyntax', '--rewriteRelativeImportExtensions'],
  ...['--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--rootDir', 'src'],
];

/** Writes runtime-source.ts if a source is newer. */
export function buildJavaScriptRuntime() {
  const entries = readdirSync(FOLDER, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const paths = entries.map((name) => join(FOLDER, name)).sort();
  if (isCurrent([...paths, ...dataFiles('src/data'), import.meta.filename])) return;
  const out = mkdtempSync(join(tmpdir(), 'unrolled-runtime-'));
  try {
    execFileSync('node_modules/.bin/tsc', [...TSC, '--outDir', out, ...paths]);
    const code = inOrder(paths.map((path) => path.replace(/^src/, out).replace(/ts$/, 'js')));
    writeFileSync(TARGET, moduleOf(declarationsOf(formatted(code))));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** The runtime reuses modules of src/data. */
function dataFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function isCurrent(sources) {
  if (!existsSync(TARGET)) return false;
  const written = statSync(TARGET).mtimeMs;
  return sources.every((path) => statSync(path).mtimeMs < written);
}

/** The modules as one text, each after those that it imports. */
function inOrder(paths) {
  const done = new Set();
  let code = '';
  const visit = (path) => {
    if (done.has(path)) return;
    done.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, from] of text.matchAll(/^import [^;]* from '(\.[^']+)';$/gm))
      visit(join(dirname(path), from));
    code += text.replaceAll(/^import [^;]*;\n/gm, '').replaceAll(/^export (\{\};\n)?/gm, '');
  };
  for (const path of paths) visit(path);
  return code;
}

function formatted(code) {
  const options = { input: code, encoding: 'utf8' };
  return execFileSync('node_modules/.bin/biome', ['format', '--stdin-file-path=runtime.js'], options);
}

/** Top-level declarations begin in the first column, after their comments. */
function declarationsOf(code) {
  const declarations = [];
  let [lines, name] = [[], null];
  const finish = () => {
    if (name !== null) declarations.push({ name, text: lines.join('\n').trim() });
    [lines, name] = [[], null];
  };
  for (const line of code.split('\n')) {
    const [, begun] = /^(?:async )?(?:function\*?|const|let|class) (\w+)/.exec(line) ?? [];
    if (name !== null && (begun || /^\/[/*]/.test(line))) finish();
    name ??= begun ?? null;
    lines.push(line);
  }
  finish();
  return withNeeds(declarations);
}

function withNeeds(declarations) {
  const names = declarations.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`runtime: two modules declare ${twice}`);
  return declarations.map(({ name, text }) => {
    const code = text.replaceAll(/^ *(\/\*\*?[^*]*\*\/|\/\/.*)$/gm, '').replaceAll(/^\/\*.*?\*\/$/gms, '');
    const used = new Set(code.match(/(?<!\w|(?<!\.)\.)\w+/g));
    return { name, text, needs: names.filter((other) => other !== name && used.has(other)) };
  });
}

function moduleOf(declarations) {
  return `// Made from runtime/ by scripts/build-javascript-runtime.mjs; not kept in the repository.
import type { Declaration } from './declaration.ts';

export const declarations: readonly Declaration[] = ${JSON.stringify(declarations, null, 1)};
`;
}
