import type { load } from 'koffi';
import { nodeBuiltin, readSystemFile } from '../threads/platform.ts';

type Library = ReturnType<typeof load>;

/** The variable by which OpenBLAS can be told its kernels; it is read when the library is loaded. */
const CORE_TYPE = 'OPENBLAS_CORETYPE';
/** AMD's family of Zen 5, the first that multiplies 512 bits at once. */
const ZEN_5 = 26;
const avx512 = ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl'];

/** Kernels of OpenBLAS that compute a small product without packing its operands, up to M·N·K = 10⁶. */
const unpackingCores = ['SkylakeX', 'Cooperlake', 'SapphireRapids'];
const UNPACKED_PRODUCT = 1_000_000;
const coreNames = ['openblas_get_corename', 'scipy_openblas_get_corename64_', 'scipy_openblas_get_corename'];

/**
 * The kernels that suit a processor better than those that older versions of OpenBLAS choose: they don't know Zen 5 and
 * take its kernels for AVX2, which reach half of its speed. Null if OpenBLAS shall choose.
 *
 * @param cpuinfo the text of `/proc/cpuinfo`
 */
export function coreTypeFor(cpuinfo: string): string | null {
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1] ?? '';
  const flags = field('flags').split(' ');
  const wide = avx512.every((flag) => flags.includes(flag));
  return wide && field('vendor_id') === 'AuthenticAMD' && Number(field('cpu family')) >= ZEN_5
    ? 'SkylakeX'
    : null;
}

/** Loads a library; an OpenBLAS uses the kernels that suit the processor, unless `OPENBLAS_CORETYPE` is set. */
export function withSuitableCoreType(open: () => Library): Library {
  const process = nodeBuiltin<typeof import('node:process')>('process');
  const type = process && suitableCoreType(process);
  if (!type) return open();
  process.env[CORE_TYPE] = type;
  try {
    return open();
  } finally {
    delete process.env[CORE_TYPE];
  }
}

/** Null on another system than Linux, and if a runtime such as Deno denies access to the environment or to system files. */
function suitableCoreType({ env }: typeof import('node:process')): string | null {
  try {
    return env[CORE_TYPE] === undefined ? coreTypeFor(readSystemFile('/proc/cpuinfo')) : null;
  } catch {
    return null;
  }
}

/** The largest product, as M·N·K, that the library computes without packing its operands; 0 if it packs all. */
export function largestUnpackedProduct(library: Library): number {
  return unpackingCores.includes(coreOf(library) ?? '') ? UNPACKED_PRODUCT : 0;
}

/** The name of OpenBLAS' kernels; null for another library. */
function coreOf(library: Library): string | null {
  for (const name of coreNames) {
    try {
      return library.func(`const char *${name}()`)() as string;
    } catch {
      // Another BLAS, or another naming.
    }
  }
  return null;
}
