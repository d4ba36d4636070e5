// src/cli/ -> dist/cli/: the command line in a few files, because Node needs about a millisecond for each module.
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';

export async function buildCommandLine() {
  await build({
    // The workers are files of their own beside the rest.
    entryPoints: {
      main: 'src/cli/main.ts',
      'hdf5-worker': 'src/cli/files/interop/hdf5-worker.ts',
      'mpi-thread': 'src/distributed/mpi/mpi-thread.ts',
    },
    outdir: 'dist/cli',
    bundle: true,
    // A command is loaded on demand, with the modules that it shares with others.
    splitting: true,
    packages: 'external',
    format: 'esm',
    target: 'es2022',
    platform: 'node',
  });
  chmodSync('dist/cli/main.js', 0o755);
}
