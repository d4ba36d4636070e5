import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { findBlas } from '../../src/backends/wasm/blas/search.ts';
import { Running, sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';

const dataUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const append = `import { appendFileSync } from 'node:fs';
  const note = (name) => appendFileSync(process.env.LOADED, name + '\\n');`;
const hooks = `${append}
  export const load = (url, context, next) => (note(url), next(url, context));`;

/** Writes the name of each module that is loaded, by import or require, to the file LOADED. */
const trace = `${append}
  import Module, { register } from 'node:module';
  const load = Module._load;
  Module._load = (name, ...rest) => (note('require ' + name), load(name, ...rest));
  register(${JSON.stringify(dataUrl(hooks))});`;

const folder = temporaryFolder({ 'train.txt': sentences(150), 'trace.mjs': trace });

beforeAll(async () => {
  expect(await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm', '--quiet')).toMatchObject({
    status: 0,
  });
});

/** The modules of ours, by their path below src/, and koffi, that a command loads. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const LOADED = join(folder, `${args[0]}.log`);
  const NODE_OPTIONS = `--import=./trace.mjs`;
  const { status } = await new Running(args, folder, { NODE_OPTIONS, LOADED }).finished();
  expect(status).toBe(0);
  const names = readFileSync(LOADED, 'utf8').trimEnd().split('\n');
  return names.flatMap((name) =>
    name.includes('/dist/') ? modulesIn(name) : (/^require (koffi)$/.exec(name)?.[1] ?? []),
  );
}

/** The modules of a built file: the bundler writes the path of each one above its code. */
function modulesIn(url: string): string[] {
  const code = readFileSync(fileURLToPath(url), 'utf8');
  return [...code.matchAll(/^\/\/ src\/(.+\.ts)$/gm)].map(([, path]) => path);
}

test.each(['--help', '--version'])('unrolled %s loads neither the library nor a command', async (flag) => {
  const loaded = await loadedBy(flag);
  expect(loaded).toContain('cli/main.ts');
  expect(
    loaded.filter(
      (name) =>
        !/^(cli\/|(errors|formats\/file-error|data\/texts\/printable|distributed\/mpi\/launch)\.ts$)/.test(
          name,
        ),
    ),
  ).toEqual([]);
  expect(loaded.filter((name) => /^cli\/(commands\/(?!catalog)|files\/texts\/read)/.test(name))).toEqual([]);
});

test('unrolled generate loads no training modules', async () => {
  const loaded = await loadedBy('generate', 'm', '--backend', 'wasm');
  expect(loaded).toContain('models/recurrent-lm.ts');
  expect(loaded.filter((name) => /^(training|recipe|cli\/commands\/train)\/|koffi/.test(name))).toEqual([]);
});

test('koffi is loaded only if a BLAS is searched for', async () => {
  expect(await loadedBy('generate', 'm', '--threads', '1')).toContain('koffi');
});

test.skipIf(findBlas().blas === null)('a BLAS is loaded once a thread', async () => {
  const count = dataUrl(`import { createRequire } from 'node:module';
    const koffi = createRequire(${JSON.stringify(import.meta.url)})('koffi');
    const load = koffi.load;
    koffi.load = (file, ...rest) => (console.error('loading ' + file), load(file, ...rest));`);
  const args = ['generate', 'm', '--backend', 'blas', '--threads', '1'];
  const { status, stderr } = await new Running(args, folder, {
    NODE_OPTIONS: `--import=${count}`,
  }).finished();
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^loading [^\n]+\n$/) });
});
