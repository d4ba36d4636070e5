import { nodeBuiltin } from '../threads/platform.ts';

/** The variables that name the active Python environment, by the tool that sets them: venv, conda. */
const prefixes = ['VIRTUAL_ENV', 'CONDA_PREFIX'] as const;
/** The folders beside a package with the libraries of its wheel. NumPy's OpenBLAS is the newer one. */
const wheels = ['numpy.libs', 'scipy.libs'] as const;
/** `libscipy_openblas64_-4b78795a.so`, `libopenblas64_p-r0-5007b62f.3.23.dev.so`; the libraries beside it are its own. */
const WHEEL_BLAS = /^lib(scipy_)?openblas.*\.so(\.\d+)*$/;
/** Libraries of conda packages, and of the wheel of MKL. */
const SHARED_BLAS = /^(libmkl_rt\.so\.\d+|libopenblas\.so\.0)$/;

/** The variables of a process. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The BLAS libraries of the active Python environments on Linux: those of conda, and those inside the wheels of NumPy and SciPy.
 * Only absolute folders count, so that nothing is loaded from the current one.
 */
export function environmentLibraries(env: Environment): readonly string[] {
  const path = nodeBuiltin<typeof import('node:path')>('path');
  if (!path) return [];
  const roots = prefixes.flatMap((name) => env[name] ?? []).filter((root) => path.isAbsolute(root));
  return [...new Set(roots)].flatMap((root) => {
    const lib = path.join(root, 'lib');
    const names = listed(lib);
    const pythons = names.filter((name) => /^python3\.\d+t?$/.test(name));
    const folders = pythons.flatMap((python) =>
      wheels.map((wheel) => path.join(lib, python, 'site-packages', wheel)),
    );
    return [
      ...names.filter((name) => SHARED_BLAS.test(name)).map((name) => path.join(lib, name)),
      ...folders.flatMap((folder) =>
        listed(folder)
          .filter((name) => WHEEL_BLAS.test(name))
          .map((name) => path.join(folder, name)),
      ),
    ];
  });
}

/** The names in a folder in order; none if it can't be read. */
function listed(folder: string): readonly string[] {
  try {
    return nodeBuiltin<typeof import('node:fs')>('fs')?.readdirSync(folder).sort() ?? [];
  } catch {
    return [];
  }
}
