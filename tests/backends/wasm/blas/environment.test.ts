import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Backend, GemmOptions } from '../../../../src/backends/backend.ts';
import { openBackend } from '../../../../src/backends/open.ts';
import type { Blas } from '../../../../src/backends/wasm/blas/blas.ts';
import { environmentLibraries } from '../../../../src/backends/wasm/blas/environment.ts';
import { type Koffi, loadBlas, loadKoffi } from '../../../../src/backends/wasm/blas/library.ts';
import { WasmBackend } from '../../../../src/backends/wasm/wasm.ts';
import { loadFirst } from '../../../../src/native/library-search.ts';
import type { Tensor } from '../../../../src/tensor/tensor.ts';
import { temporaryFolder } from '../../../support/process.ts';
import { expectClose, RandomTensors } from '../../../support/tensors.ts';

const notALibrary = 'not a library, but long enough to be read as the header of one: 64 bytes or more';
const [python, packages] = ['lib/python3.13', 'site-packages'];
const inWheel = (wheel: string, name: string) => join(python, packages, wheel, name);
const numpy = inWheel('numpy.libs', 'libscipy_openblas64_-4b78795a.so');
const scipy = inWheel('scipy.libs', 'libscipy_openblas-6cdc3b4a.so');
const old = inWheel('numpy.libs', 'libopenblas64_p-r0-5007b62f.3.23.dev.so');
const [mkl, conda] = ['lib/libmkl_rt.so.2', 'lib/libopenblas.so.0'];

describe.skipIf(process.platform !== 'linux')('the libraries of a Python environment', () => {
  const folder = temporaryFolder(
    Object.fromEntries(
      [
        ...[numpy, scipy, old, mkl, conda, 'lib/libopenblas.so.0.bak', 'lib/libmkl_core.so.2'],
        ...[
          inWheel('numpy.libs', 'libgfortran-040039e1.so.5.0.0'),
          inWheel('pandas.libs', 'libscipy_openblas-1.so'),
        ],
        join('lib/python2.7', packages, 'numpy.libs', 'libopenblas-1.so'),
      ].map((name) => [name, notALibrary]),
    ),
  );

  test('are those of conda, and those inside the wheels of NumPy and SciPy', () => {
    const all = [mkl, conda, old, numpy, scipy].map((name) => join(folder, name));
    for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
      expect(environmentLibraries({ [name]: folder })).toEqual(all);
    }
    expect(environmentLibraries({ VIRTUAL_ENV: folder, CONDA_PREFIX: folder })).toEqual(all);
  });

  test('are none without an active environment, and none of a folder without them', () => {
    expect(environmentLibraries({})).toEqual([]);
    expect(environmentLibraries({ VIRTUAL_ENV: join(folder, 'lib'), CONDA_PREFIX: '/nowhere' })).toEqual([]);
  });

  test('are none of the current folder, whatever the variables say', () => {
    const before = process.cwd();
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    try {
      for (const root of ['', '.', './', relative(before, folder), '~', 'lib/..']) {
        expect(environmentLibraries({ VIRTUAL_ENV: root, CONDA_PREFIX: root })).toEqual([]);
      }
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('that are broken are reported with the reason', () => {
    const koffi = koffiOrNull();
    if (!koffi) return;
    const files = environmentLibraries({ VIRTUAL_ENV: folder });
    const { library, attempts } = loadFirst(files, (file) => loadBlas(file, koffi));
    expect(library).toBeNull();
    expect(attempts).toHaveLength(5);
    for (const { outcome, reason } of attempts) {
      expect(outcome).toBe('broken');
      expect(reason).toMatch(/^it can't be loaded \(.*invalid ELF header\)$/);
    }
  });
});

describe.skipIf(process.platform !== 'linux')('a hostile current folder', () => {
  const names = [
    'libopenblas.so.0',
    'libmkl_rt.so.2',
    'libcblas.so.3',
    'libblas.so.3',
    'numpy.libs/libscipy_openblas64_-1.so',
  ];
  const folder = temporaryFolder(
    Object.fromEntries([...names, numpy, scipy].map((name) => [name, notALibrary])),
  );
  const script = `
    import { findBlas } from ${JSON.stringify(new URL('../../../../dist/index.js', import.meta.url).href)};
    console.log(JSON.stringify(findBlas().attempts));`;

  test.each([{}, { VIRTUAL_ENV: '' }, { VIRTUAL_ENV: '.', CONDA_PREFIX: '.' }])(
    'is not searched with %j',
    (env) => {
      const { VIRTUAL_ENV: _, CONDA_PREFIX: __, UNROLLED_BLAS: ___, ...others } = process.env;
      const args = ['--input-type=module', '--eval', script];
      const { stdout } = spawnSync(process.execPath, args, {
        cwd: folder,
        env: { ...others, ...env },
        encoding: 'utf8',
      });
      // A file of the folder would be broken: it is no library.
      for (const { file, reason } of JSON.parse(stdout)) {
        expect(file).not.toContain('numpy.libs');
        expect(reason ?? '').not.toContain('ELF');
      }
    },
  );
});

/** The libraries of the environment that holds the Python of INTEROP_PYTHON. */
function realLibraries(): readonly string[] {
  const interpreter = process.env.INTEROP_PYTHON ?? 'python3';
  const prefix = spawnSync(interpreter, ['-c', 'import sys; print(sys.prefix)'], {
    encoding: 'utf8',
  }).stdout?.trim();
  return prefix ? environmentLibraries({ VIRTUAL_ENV: prefix }) : [];
}

const real = koffiOrNull() ? realLibraries() : [];
if (real.length === 0) {
  console.warn(
    "the BLAS of Python's wheels is not tested: INTEROP_PYTHON names no Python with NumPy's wheel, or koffi is missing",
  );
}

describe.each(real)('the products of %s', (file) => {
  test.each([1, 3])('agree with the reference on %i threads', async (threads) => {
    const { library, attempts } = loadFirst([file], loadBlas);
    expect(attempts).toEqual([{ file, outcome: 'works', reason: null }]);
    const [backend, reference] = [
      await WasmBackend.open({ blas: library as Blas, threads }),
      await openBackend('reference'),
    ];
    try {
      for (const sizes of [
        [70, 66, 40],
        [33, 257, 129],
        [1, 300, 200],
      ] as const) {
        for (const options of [{}, { transposeA: true }, { transposeB: true }, { accumulate: true }]) {
          const [ours, exact] = [product(backend, sizes, options), product(reference, sizes, options)];
          // A sum of K products of either sign.
          expectClose(`gemm ${JSON.stringify(options)} ${sizes}`, ours, exact, 1e-6, 1e-7 * (sizes[2] + 1));
        }
      }
    } finally {
      backend.close();
    }
  });
});

/** out (M, N) = a (M, K) · b (K, N) of seeded numbers. */
function product(
  backend: Backend,
  [M, N, K]: readonly [number, number, number],
  options: GemmOptions,
): Tensor {
  const make = new RandomTensors(backend);
  const a = make.tensor(options.transposeA ? [K, M] : [M, K]);
  const b = make.tensor(options.transposeB ? [N, K] : [K, N]);
  const out = make.tensor([M, N]);
  backend.gemm(out, a, b, options);
  return out;
}

function koffiOrNull(): Koffi | null {
  try {
    return loadKoffi();
  } catch {
    return null;
  }
}
