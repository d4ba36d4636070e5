import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type BlasSearch, unusedBlasNotice } from '../../../src/backends/wasm/blas/search.ts';
import { type Finished, Running, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'notes.so': 'not a library, but long enough to be read as the header of one: 64 bytes or more',
});

/** A library of the system that is no BLAS. */
const mathLibrary =
  { darwin: '/usr/lib/libSystem.B.dylib', win32: 'kernel32.dll' }[process.platform as string] ?? 'libm.so.6';

/** What the model writes on wasm. */
let good: Finished;

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--backend', 'wasm', '--out', 'm');
  expect(status).toBe(0);
  good = await withBlas('', 'generate', 'm', '--backend', 'wasm');
});

const withBlas = (UNROLLED_BLAS: string, ...args: string[]): Promise<Finished> =>
  new Running(args, folder, { UNROLLED_BLAS }).finished();

const broken: readonly (readonly [what: string, file: string, reason: RegExp])[] = [
  ['a text', join(folder, 'notes.so'), /notes\.so: it can't be loaded \(.+\)/],
  ['a library without cblas', mathLibrary, /: there is no cblas_sgemm in it/],
  ['nothing', join(folder, 'nothing.so'), /nothing\.so: not found/],
];

test.each(broken)('UNROLLED_BLAS that names %s gives one line, and wasm', async (_, file, reason) => {
  const { status, stdout, stderr } = await withBlas(file, 'generate', 'm');
  expect({ status, stdout }).toEqual({ status: 0, stdout: good.stdout });
  expect(stderr).toMatch(
    /^blas: UNROLLED_BLAS is [^\n]+; the backend wasm computes instead\. See unrolled doctor\.\n$/,
  );
  expect(stderr).toMatch(reason);
});

test('train gives that line too', async () => {
  const [, file, reason] = broken[0];
  const trained = await withBlas(file, 'train', 'train.txt', ...tiny, '--out', 'again', '--json');
  expect(trained).toMatchObject({ status: 0, stderr: expect.stringMatching(/^blas: [^\n]+\n$/) });
  expect(trained.stderr).toMatch(reason);
  expect(JSON.parse(trained.stdout.split('\n')[0]).backend).toMatch(/^wasm, /);
});

test.each(broken)('--backend blas with %s there is an error of one line', async (_, file, reason) => {
  const { status, stdout, stderr } = await withBlas(file, 'generate', 'm', '--backend', 'blas');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^openBackend: found no usable BLAS \([^\n]+\); 'blas' needs a BLAS library [^\n]+\n$/,
  );
  expect(stderr).toMatch(reason);
});

test('no BLAS at all is no trouble; one that is there and broken is', () => {
  const none: BlasSearch = { blas: null, wish: null, koffi: '3', attempts: [], reason: 'none is installed' };
  const missing = { file: 'a.so', outcome: 'missing', reason: 'not found' } as const;
  const bad = { file: 'b.so', outcome: 'broken', reason: 'there is no cblas_sgemm in it' } as const;
  expect(unusedBlasNotice({ ...none, attempts: [missing] })).toBeNull();
  expect(unusedBlasNotice({ ...none, koffi: null })).toBeNull();
  expect(
    unusedBlasNotice({ ...none, attempts: [missing, bad], reason: 'b.so: there is no cblas_sgemm in it' }),
  ).toBe(
    'blas: b.so: there is no cblas_sgemm in it; the backend wasm computes instead. See unrolled doctor.',
  );
  expect(
    unusedBlasNotice({ ...none, wish: 'c.so', koffi: null, reason: 'the package koffi is not installed' }),
  ).toBe(
    'blas: UNROLLED_BLAS is c.so: the package koffi is not installed; the backend wasm computes instead. ' +
      'See unrolled doctor.',
  );
});
