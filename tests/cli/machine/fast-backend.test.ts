import { join } from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type BlasSearch, unusedBlasNotice } from '../../../src/backends/wasm/blas/search.ts';
import { type Finished, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'notes.so': 'not a library, but long enough to be read as the header of one: 64 bytes or more',
});

/** A library of the system that is no BLAS. */
const mathLibrary =
  { darwin: '/usr/lib/libSystem.B.dylib', win32: 'kernel32.dll' }[process.platform as string] ?? 'libm.so.6';

/** What the model generates on wasm. */
let good: Finished;

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--backend', 'wasm', '--out', 'm');
  expect(status).toBe(0);
  good = await withBlas('', 'generate', 'm', '--backend', 'wasm');
});

afterEach(() => void vi.unstubAllEnvs());

function withBlas(file: string, ...args: string[]): Promise<Finished> {
  vi.stubEnv('UNROLLED_BLAS', file);
  return unrolled(folder, ...args);
}

const broken: readonly (readonly [what: string, file: string, reason: RegExp])[] = [
  ['a text', join(folder, 'notes.so'), /notes\.so: it can't be loaded \(.+\)/],
  ['a library without cblas', mathLibrary, /: it has no cblas_sgemm/],
  ['nothing', join(folder, 'nothing.so'), /nothing\.so: not found/],
];

test.each(broken)('if UNROLLED_BLAS names %s, one line says so and wasm is used', async (_, file, reason) => {
  const { status, stdout, stderr } = await withBlas(file, 'generate', 'm');
  expect({ status, stdout }).toEqual({ status: 0, stdout: good.stdout });
  expect(stderr).toMatch(/^blas: UNROLLED_BLAS is [^\n]+; using wasm instead\. See unrolled doctor\.\n$/);
  expect(stderr).toMatch(reason);
});

test('train prints that line too', async () => {
  const [, file] = broken[0];
  const trained = await withBlas(file, 'train', 'train.txt', ...tiny, '--out', 'again', '--json');
  expect(trained).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^blas: UNROLLED_BLAS is [^\n]+\n$/),
  });
  expect(JSON.parse(trained.stdout.split('\n')[0]).backend).toMatch(/^wasm, /);
});

test.each(broken)('--backend blas with %s is an error of one line', async (_, file, reason) => {
  const { status, stdout, stderr } = await withBlas(file, 'generate', 'm', '--backend', 'blas');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^openBackend: found no usable BLAS \([^\n]+\); 'blas' needs a BLAS library [^\n]+\n$/,
  );
  expect(stderr).toMatch(reason);
});

test('a missing BLAS gives no notice, a broken one does', () => {
  const none: BlasSearch = {
    blas: null,
    requested: null,
    koffi: '3',
    attempts: [],
    reason: 'none is installed',
  };
  const missing = { file: 'a.so', outcome: 'missing', reason: 'not found' } as const;
  const bad = { file: 'b.so', outcome: 'broken', reason: 'it has no cblas_sgemm' } as const;
  expect(unusedBlasNotice({ ...none, attempts: [missing] })).toBeNull();
  expect(unusedBlasNotice({ ...none, koffi: null })).toBeNull();
  expect(unusedBlasNotice({ ...none, attempts: [missing, bad], reason: 'b.so: it has no cblas_sgemm' })).toBe(
    'blas: b.so: it has no cblas_sgemm; using wasm instead. See unrolled doctor.',
  );
  expect(
    unusedBlasNotice({
      ...none,
      requested: 'c.so',
      koffi: null,
      reason: 'the package koffi is not installed',
    }),
  ).toBe(
    'blas: UNROLLED_BLAS is c.so: the package koffi is not installed; using wasm instead. ' +
      'See unrolled doctor.',
  );
});
