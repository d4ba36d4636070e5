import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'unrolled-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that imports from the built package, as one file. */
async function bundle(code: string, options: BuildOptions): Promise<string> {
  const stdin = { contents: code, resolveDir: dist };
  const built = await build({ stdin, bundle: true, write: false, logLevel: 'silent', ...options });
  return built.outputFiles![0].text;
}

const OPEN = `
  import { openBackend } from './index.js';

    openBackend('wasm-strict', { threads: 2 }).then((backend) => {
      const x = backend.arena.tensor([1 << 17]);
      backend.fill(x, 1.5);
      console.log(backend.description, backend.readSync(x).every((number) => number === 1.5));
    });
`;

/** As the library says it: a machine of one core has no second thread. */
const TWO_THREADS =
  /^wasm, float32, strict SIMD, (2 threads|1 thread \(this process may use 1 core\)) true\n$/;

test.each(['esm', 'cjs'] as const)(
  'a bundle for Node (%s) uses threads outside the package folder, and exits',
  async (format) => {
    const file = join(folder, format === 'esm' ? 'program.mjs' : 'program.cjs');
    writeFileSync(file, await bundle(OPEN, { platform: 'node', format }));
    expect(
      execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', timeout: 60_000 }),
    ).toMatch(TWO_THREADS);
  },
);

test.each(['index.js', 'unrolled.standalone.js'])(
  '%s opens under --input-type=module, as a string',
  (name) => {
    const program = OPEN.replace('./index.js', join(dist, name));
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stdout).toMatch(TWO_THREADS);
  },
);

/** Parts that a page loads when it needs them. */
const later: Plugin = {
  name: 'later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

/** Bytes as a server sends them. Node's zlib is made for speed, and packs about 1 % less than the program. */
function packedSize(code: string): number {
  const { stdout, error } = spawnSync('gzip', ['-9'], { input: code });
  return error ? 0.98 * gzipSync(code, { level: 9 }).length : stdout.length;
}

const PAGE = `
  import { loadModel, openBackend, Suggester } from './index.js';
  const suggester = new Suggester(await loadModel('model.safetensors', await openBackend()));
  globalThis.suggest = (text) => suggester.suggest(text, 5);`;
const page: BuildOptions = { minify: true, format: 'esm', plugins: [later] };

test('a page that suggests words is at most 66 kB, with kernels and worker', async () => {
  expect(packedSize(await bundle(PAGE, page))).toBeLessThanOrEqual(66_000);
});

test('a model with byte-level BPE loads at most 5 kB more', async () => {
  const part = `export { bpeOf } from './data/tokenizers/bpe/parameters.js';`;
  const [without, both] = await Promise.all([PAGE, part + PAGE].map((code) => bundle(code, page)));
  expect(packedSize(both) - packedSize(without)).toBeLessThanOrEqual(5000);
});

test.each([
  ['loadModel', 'await loadModel(bytes, backend)'],
  ['loadBPE and readModelFile', '(await loadBPE(), readModelFile(bytes, backend))'],
])('a page opens a model with byte-level BPE with %s, which loads the BPE chunk', async (_, open) => {
  const program = `
    import { loadBPE, loadModel, openBackend, readModelFile } from './index.js';
    const bytes = Uint8Array.from(atob(process.argv[2]), (character) => character.charCodeAt(0));
    const backend = await openBackend('reference');
    const codeOf = (work) => { try { work(); return 'opened'; } catch ({ code }) { return code; } };
    const before = codeOf(() => readModelFile(bytes, backend));
    const saved = ${open};
    const after = codeOf(() => readModelFile(bytes, backend));
    console.log(before, saved.decode(saved.encode('to be').ids), after);`;
  const file = join(folder, 'page.mjs');
  writeFileSync(file, await bundle(program, { format: 'esm' }));
  const { BPETrainer, openBackend, RecurrentLM, writeModelFile } = await import(join(dist, 'index.js'));
  const trainer = new BPETrainer({ vocabSize: 260, minFrequency: 1 });
  trainer.push('to be or not to be');
  const tokenizer = trainer.train();
  const vocabulary = tokenizer.fixedVocabulary();
  const config = { cell: 'rnn', vocabSize: vocabulary.size, embeddingSize: 2, hiddenSize: 2, layers: 1 };
  const model = new RecurrentLM(await openBackend('reference'), config);
  const bytes = Buffer.from(writeModelFile({ model, tokenizer, vocabulary, extras: new Map() }));
  const printed = execFileSync(process.execPath, [file, bytes.toString('base64')], { encoding: 'utf8' });
  expect(printed).toBe('call-order to be opened\n');
});

const { browser } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8'));

test.each(Object.entries<string>(browser))(
  '%s has the same exports as its replacement for pages',
  async (file, page) => {
    const [here, there] = await Promise.all([file, page].map((path) => import(join(dist, '..', path))));
    expect(Object.keys(there)).toEqual(Object.keys(here));
  },
);
