// Packs the built package, installs the tarball into an empty project and uses it there: types from TypeScript, the
// program from the shell.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { install, pack, run, runTool } from './commands.mjs';

const MUST_HOLD = [
  'dist/index.js',
  'dist/index.d.ts',
  'dist/recipe/index.js',
  'dist/recipe/index.d.ts',
  'dist/serving/index.js',
  'dist/serving/index.d.ts',
  'dist/interop/index.js',
  'dist/interop/index.d.ts',
  'dist/cli/main.js',
  'dist/unrolled.standalone.js',
  'dist/kernels.wasm',
  'dist/kernels-strict.wasm',
  'dist/kernels-shared.wasm',
  'dist/kernels-strict-shared.wasm',
  'README.md',
  'CHANGELOG.md',
  'docs/README.md',
  'LICENSE',
  'package.json',
];
const CORPUS = ['train', 'valid', 'test'].map((part) => `dist/corpus/${part}.txt`);
const MAY_HOLD =
  /^((dist|docs|examples|bench\/results)\/.+|(README(\.ko)?|bench\/README|ARCHITECTURE|CHANGELOG|CONTRIBUTING)\.md|LICENSE|package\.json)$/;
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'unrolled-package-'));
try {
  const tarball = pack(folder);
  console.log(`${tarball.filename}: ${kilobytes(tarball.size)}, unpacked ${kilobytes(tarball.unpackedSize)}`);
  checkContents(tarball.files);
  runTool('publint', ['run', tarball.path, '--strict']);
  const project = join(folder, 'project');
  createProject(project);
  install(project, tarball.path);
  checkInstalled(project);
  useLibrary(project);
  useProgram(project);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function checkContents(files) {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const strangers = [...sizes.keys()].filter((path) => !MAY_HOLD.test(path));
  if (strangers.length > 0) throw new Error(`The tarball contains unexpected files: ${strangers.join(', ')}`);
  const missing = [...MUST_HOLD, ...CORPUS].filter((path) => !sizes.get(path));
  if (missing.length > 0) throw new Error(`The tarball has missing or empty files: ${missing.join(', ')}`);
}

function createProject(project) {
  mkdirSync(project);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    skipLibCheck: false,
    types: [],
  };
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  copyFileSync('scripts/package-consumer.ts', join(project, 'consumer.ts'));
}

/** Installing adds only the package and its transitive dependencies. */
function checkInstalled(project) {
  const modules = join(project, 'node_modules');
  const found = readdirSync(modules).filter((name) => !name.startsWith('.'));
  const wanted = new Set(['unrolled', ...Object.keys(dependencies)]);
  for (const name of wanted) {
    const needed = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).dependencies ?? {};
    for (const other of Object.keys(needed)) wanted.add(other);
  }
  if (found.sort().join() !== [...wanted].sort().join()) {
    throw new Error(`Installing brought ${found.join(', ')}; it should bring ${[...wanted].join(', ')}`);
  }
}

/** Types are found and checked, those of the package included, as Node and as a bundler resolve each entry. */
function useLibrary(project) {
  runTool('tsc', ['-p', resolve(project)]);
  runTool('tsc', ['-p', resolve(project), '--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit']);
  run(process.execPath, ['consumer.js'], { cwd: project });
}

function useProgram(project) {
  writeFileSync(join(project, 'text.txt'), 'you say goodbye and i say hello .\n'.repeat(200));
  const program = (...args) => run(join('node_modules', '.bin', 'unrolled'), args, { cwd: project });
  program(
    'train',
    'text.txt',
    '--epochs',
    '5',
    '--hidden',
    '16',
    '--embedding',
    '16',
    '--batch',
    '4',
    '--time',
    '5',
  );
  const text = program('generate', 'model.safetensors', '--prompt', 'you say', '--length', '20');
  if (!/^you say (goodbye|hello)\b/.test(text)) throw new Error(`unrolled generate printed: ${text}`);
}
