import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ContenderSpec } from './contender.ts';

/** A contender that is not available, and the reason. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

export const threadCounts = [1, 2] as const;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const withTsx = ['--import', import.meta.resolve('tsx')];

/** All contenders that are available on this machine. */
export function findContenders(pythons: readonly string[]): { specs: ContenderSpec[]; absent: Absent[] } {
  const specs = ours();
  const absent: Absent[] = [];
  let numpyFound = false;
  for (const python of pythons) {
    const found = versionsIn(python);
    if (found.torch) specs.push(...pytorch(python, found.torch));
    else absent.push({ name: `pytorch of ${python}`, reason: found.reason ?? 'it has no module torch' });
    if (!found.numpy || numpyFound) continue;
    specs.push(numpy(python, found.numpy));
    numpyFound = true;
  }
  if (!numpyFound)
    absent.push({ name: 'numpy', reason: `none of ${pythons.join(', ')} has the module numpy` });
  for (const peer of [tfjs(), brain()]) {
    if ('reason' in peer) absent.push(peer);
    else specs.push(...peer);
  }
  return { specs, absent };
}

function ours(): ContenderSpec[] {
  const contender = (backend: string, threads: number, kinds: ContenderSpec['kinds']): ContenderSpec => ({
    name: `${backend}, ${countThreads(threads)}`,
    family: 'ours',
    threads,
    command: process.execPath,
    args: [...withTsx, here('./ours.ts'), backend, String(threads)],
    env: {},
    kinds,
  });
  return [
    ...['blas', 'wasm'].flatMap((backend) =>
      threadCounts.map((threads) =>
        contender(backend, threads, ['train', 'generate', 'first-token', 'gemm']),
      ),
    ),
    contender('wasm-strict', 1, ['gemm']),
  ];
}

function pytorch(python: string, version: string): ContenderSpec[] {
  return threadCounts.map((threads) => ({
    name: `pytorch ${version}, ${countThreads(threads)}`,
    family: 'pytorch',
    threads,
    command: python,
    args: [here('./peers/pytorch.py'), String(threads)],
    // torch.set_num_threads does not reach the BLAS that torch may be linked with.
    env: Object.fromEntries(
      ['OMP', 'OPENBLAS', 'MKL'].map((library) => [`${library}_NUM_THREADS`, String(threads)]),
    ),
    kinds: ['train', 'generate', 'first-token', 'gemm'],
  }));
}

function numpy(python: string, version: string): ContenderSpec {
  const args = [here('./peers/numpy_rnn.py')];
  return {
    name: `numpy ${version}`,
    family: 'numpy',
    threads: null,
    command: python,
    args,
    env: {},
    kinds: ['train'],
    cells: ['rnn'],
  };
}

function tfjs(): ContenderSpec[] | Absent {
  const version = versionOfPeer('@tensorflow/tfjs-core');
  if (version === null) return { name: 'tfjs', reason: notInstalled };
  return ['cpu', 'wasm'].map((backend) => ({
    name: `tfjs ${version}, ${backend}`,
    family: 'tfjs',
    threads: 1,
    command: process.execPath,
    args: [...withTsx, here('./peers/tfjs.mjs'), backend],
    env: {},
    kinds: ['train'],
    cells: ['rnn'],
  }));
}

function brain(): ContenderSpec[] | Absent {
  const version = versionOfPeer('brain.js');
  if (version === null) return { name: 'brain.js', reason: notInstalled };
  const spec: ContenderSpec = {
    name: `brain.js ${version}, one stream`,
    family: 'brain.js',
    threads: 1,
    command: process.execPath,
    args: [...withTsx, here('./peers/brain.mjs')],
    env: {},
    kinds: ['train'],
    cells: ['rnn'],
    oneStream: true,
  };
  return [spec];
}

const notInstalled = 'it is not installed; run `npm --prefix bench/peers ci`';

function versionOfPeer(name: string): string | null {
  const file = here(`./peers/node_modules/${name}/package.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}

const probe = `
import importlib, json
found = {}
for name in ("torch", "numpy"):
    try: found[name] = importlib.import_module(name).__version__.split("+")[0]
    except ImportError: pass
print(json.dumps(found))`;

function versionsIn(python: string): { torch?: string; numpy?: string; reason?: string } {
  const { status, stdout, error } = spawnSync(python, ['-c', probe], { encoding: 'utf8' });
  if (error || status !== 0) return { reason: `it does not run: ${error?.message ?? `exit code ${status}`}` };
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

function countThreads(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
