import type { BlasSearch } from '../../backends/wasm/blas/search.ts';

/** By the names under which the distributions know themselves and their parents. */
const installs: ReadonlyMap<string, string> = new Map([
  ['debian', 'Debian, Ubuntu: sudo apt install libopenblas0-pthread'],
  ['fedora', 'Fedora: sudo dnf install openblas-serial'],
  ['arch', 'Arch: sudo pacman -S openblas'],
  ['alpine', 'Alpine: apk add openblas'],
]);

const elsewhere: Readonly<Record<string, string>> = {
  darwin: 'macOS: Accelerate is part of the system; nothing needs to be installed',
  win32:
    'Windows: libopenblas.dll from https://github.com/OpenMathLib/OpenBLAS/releases, its path in UNROLLED_BLAS',
};

/**
 * How to get a BLAS on this system, in lines; none when one was found.
 * @param osRelease what /etc/os-release says on Linux
 */
export function blasAdvice(
  { blas, wish, koffi }: Pick<BlasSearch, 'blas' | 'wish' | 'koffi'>,
  platform: string,
  osRelease: string,
): string[] {
  if (blas) return [];
  const advice = koffi === null ? ['npm install koffi, the package that calls a BLAS'] : [];
  if (wish !== null) {
    return [
      ...advice,
      'name a BLAS with cblas_sgemm in UNROLLED_BLAS, or unset it: the usual ones are tried then',
    ];
  }
  const system =
    platform === 'linux' ? linuxInstalls(osRelease) : [elsewhere[platform] ?? 'install OpenBLAS'];
  return [...advice, ...system, 'a library in another place: UNROLLED_BLAS=/path/to/it'];
}

/** That of this distribution; of one that we don't know, all. */
function linuxInstalls(osRelease: string): string[] {
  const names = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value]) =>
    value.replaceAll('"', '').split(' '),
  );
  const found = names.map((name) => installs.get(name)).find((line) => line !== undefined);
  return found === undefined ? [...installs.values()] : [found];
}
