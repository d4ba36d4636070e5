import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { coreTypeFor, withSuitableCoreType } from '../../../../src/backends/wasm/blas/openblas.ts';

const CORE_TYPE = 'OPENBLAS_CORETYPE';
afterEach(() => vi.unstubAllEnvs());

const AVX512 = 'avx512f avx512dq avx512cd avx512bw avx512vl';
const cpuinfo = (vendor: string, family: number, flags: string): string =>
  `processor\t: 0\nvendor_id\t: ${vendor}\ncpu family\t: ${family}\nmodel\t\t: 2\nflags\t\t: fpu avx2 ${flags}\n`.repeat(
    2,
  );

test.each([
  ['Zen 5', cpuinfo('AuthenticAMD', 26, AVX512), 'SkylakeX'],
  ['Zen 5 whose host hides AVX-512', cpuinfo('AuthenticAMD', 26, 'avx_vnni'), null],
  ['Zen 3', cpuinfo('AuthenticAMD', 25, ''), null],
  ['Zen 4, which OpenBLAS may know', cpuinfo('AuthenticAMD', 25, AVX512), null],
  ['Intel', cpuinfo('GenuineIntel', 6, AVX512), null],
  ['no x86', 'processor\t: 0\nFeatures\t: fp asimd\n', null],
])('OpenBLAS is told its kernels: %s', (_, text, type) => {
  expect(coreTypeFor(text)).toBe(type);
});

/** The variable while a library is loaded, with `value` before. */
function typeWhileLoading(value: string | undefined): string | undefined {
  vi.stubEnv(CORE_TYPE, value);
  let type: string | undefined;
  withSuitableCoreType(() => {
    type = process.env[CORE_TYPE];
    return {} as ReturnType<typeof withSuitableCoreType>;
  });
  expect(process.env[CORE_TYPE]).toBe(value);
  return type;
}

test.skipIf(process.platform !== 'linux')('the type is set only while the library is loaded', () => {
  expect(typeWhileLoading(undefined)).toBe(coreTypeFor(readFileSync('/proc/cpuinfo', 'utf8')) ?? undefined);
});

test('a type that is set already remains', () => {
  expect(typeWhileLoading('Haswell')).toBe('Haswell');
});
