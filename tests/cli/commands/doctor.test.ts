import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Blas } from '../../../src/backends/wasm/blas/blas.ts';
import { findBlas } from '../../../src/backends/wasm/blas/search.ts';
import { blasAdvice } from '../../../src/cli/machine/advice.ts';
import { findMpi } from '../../../src/distributed/mpi/search.ts';
import { InProcess, Running, temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder({
  'notes.so': 'not a library, but long enough to be read as the header of one: 64 bytes or more',
  'no-koffi.cjs': `
    const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) => {
      if (name !== 'koffi') return resolve(name, ...rest);
      throw Object.assign(new Error('hidden by a test'), { code: 'MODULE_NOT_FOUND' });
    };`,
});

beforeEach(() => {
  vi.stubEnv('UNROLLED_BLAS', '');
  vi.stubEnv('UNROLLED_MEASURED_SECONDS', '0.01');
});
afterEach(() => void vi.unstubAllEnvs());

/** With threads, as most machines have them. */
const doctor = (...args: string[]) => new InProcess(['doctor', ...args], folder, { cores: 2 }).finished();
const debian = 'NAME="Debian GNU/Linux"\nID=debian\n';

test('doctor shows the machine, the BLAS, the speeds and the choice of auto, without colours if not on a terminal', async () => {
  const { status, stdout, stderr } = await doctor();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { blas } = findBlas();
  expect(stdout).toMatch(new RegExp(`Node +${process.versions.node.replaceAll('.', '\\.')}\n`));
  expect(stdout).toMatch(/shared memory +yes/);
  expect(stdout).toMatch(
    /^ +1 thread( +\d+ threads)?\n +blas .*\n +wasm +\d+\.\d.*\n +wasm-strict +\d+\.\d/m,
  );
  expect(stdout).toMatch(new RegExp(`--backend auto uses ${blas ? 'blas' : 'wasm'}\\.\n$`));
  expect(stdout).not.toContain('\x1b');
});

test('--json has the same facts', async () => {
  const found = JSON.parse((await doctor('--json')).stdout);
  expect(found).toMatchObject({
    node: process.versions.node,
    platform: process.platform,
    sharedMemory: true,
  });
  expect(found.auto).toBe(found.blas === null ? 'wasm' : 'blas');
  for (const { gigaflops } of found.speeds) expect(gigaflops).toBeGreaterThan(0);
  expect(new Set(found.speeds.map(({ backend }: { backend: string }) => backend))).toContain('wasm-strict');
  expect(new Set(found.speeds.map(({ threads }: { threads: number }) => threads))).toContain(1);
});

test('an invalid UNROLLED_BLAS is shown with the reason and is not a failure', async () => {
  vi.stubEnv('UNROLLED_BLAS', join(folder, 'notes.so'));
  const { status, stdout, stderr } = await doctor();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/UNROLLED_BLAS +\S+notes\.so\n +\S+notes\.so +it can't be loaded \(.+\)\n/);
  expect(stdout).toMatch(/How to install one\n +set UNROLLED_BLAS to a BLAS library .*, or unset it/);
  expect(stdout).toMatch(/--backend auto uses wasm\.\n$/);
});

test('without koffi it says so, and how to install it', async () => {
  const NODE_OPTIONS = `--require ${join(folder, 'no-koffi.cjs')}`;
  const { status, stdout } = await new Running(['doctor'], folder, { NODE_OPTIONS }).finished();
  expect(status).toBe(0);
  expect(stdout).toMatch(/found +none: the package koffi is not installed\n +koffi +not usable/);
  expect(stdout).toMatch(/How to install one\n +npm install koffi/);
});

test('the advice on how to install a BLAS depends on the system', () => {
  const none = { blas: null, requested: null, koffi: '3' };
  const first = (platform: string, osRelease = '') => blasAdvice(none, platform, osRelease)[0];
  expect(first('linux', debian)).toContain('apt install libopenblas0-pthread');
  expect(first('linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toContain('apt install');
  expect(first('linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n')).toContain('dnf install');
  expect(first('linux', 'ID=manjaro\nID_LIKE=arch\n')).toContain('pacman');
  expect(first('linux', 'ID=alpine\n')).toContain('apk add');
  expect(first('darwin')).toContain('Accelerate');
  expect(first('win32')).toContain('libopenblas.dll');
  expect(blasAdvice(none, 'linux', 'ID=unheard-of\n')).toHaveLength(5);
  expect(blasAdvice({ ...none, koffi: null }, 'linux', debian)[0]).toContain('npm install koffi');
});

test('no advice is given if a BLAS was found', () => {
  const blas = {} as Blas;
  expect(blasAdvice({ blas, requested: null, koffi: '3' }, 'linux', debian)).toEqual([]);
});

test('doctor shows the MPI library, or the one that UNROLLED_MPI names and why it does not work', async () => {
  const found = JSON.parse((await doctor('--json')).stdout);
  const { mpi, attempts } = findMpi();
  expect(found).toMatchObject({ mpi: mpi?.file ?? null, mpiVersion: mpi?.version ?? null });
  expect(found.mpiLibraries).toEqual(attempts);
  vi.stubEnv('UNROLLED_MPI', join(folder, 'notes.so'));
  const { stdout } = await doctor();
  expect(stdout).toMatch(
    /MPI, for training on several machines\n +found +none\n +UNROLLED_MPI +.*notes\.so\n/,
  );
  expect(stdout).toMatch(/notes\.so +it can't be loaded/);
});
