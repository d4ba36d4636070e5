import type { BlasSearch } from '../../backends/wasm/blas/search.ts';

/** Install commands by the ID of a distribution or of its parent. */
const installs: ReadonlyMap<string, string> = new Map([
  ['debian', 'Debian, Ubuntu: sudo apt install libopenblas0-pthread'],
  ['fedora', 'Fedora: sudo dnf install openblas-serial'],
  ['arch', 'Arch: sudo pacman -S openblas'],
  ['alpine', 'Alpine: apk add openblas'],
]);

const elsewhere: Readonly<Record<string, string>> = {
  darwin: 'macOS: Accelerate is part of the system; nothing needs to be installed',
  win32:
    'Windows: download libopenblas.dll from https://github.com/OpenMathLib/OpenBLAS/releases and set UNROLLED_BLAS to its path',
};

/**
 * Lines that say how to get a BLAS on this system; none if one was found.
 * @param osRelease the contents of /etc/os-release on Linux
 */
export function blasAdvice(
  { blas, requested, koffi }: Pick<BlasSearch, 'blas' | 'requested' | 'koffi'>,
  platform: string,
  osRelease: string,
): string[] {
  if (blas) return [];
  const advice = koffi === null ? ['npm install koffi (the package that calls a BLAS)'] : [];
  if (requested !== null) {
    return [
      ...advice,
      'set UNROLLED_BLAS to a BLAS library with cblas_sgemm, or unset it to try the standard ones',
    ];
  }
  const system =
    platform === 'linux' ? linuxInstalls(osRelease) : [elsewhere[platform] ?? 'install OpenBLAS'];
  return [...advice, ...system, 'for a library in another folder: UNROLLED_BLAS=/path/to/library'];
}

/** The command for this distribution; for an unknown one, all commands. */
function linuxInstalls(osRelease: string): string[] {
  const names = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value]) =>
    value.replaceAll('"', '').split(' '),
  );
  const found = names.map((name) => installs.get(name)).find((line) => line !== undefined);
  return found === undefined ? [...installs.values()] : [found];
}
