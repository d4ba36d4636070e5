// Builds dist/: the kernels as WebAssembly, the library as ESM with its types, the bundled corpus.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { buildCorpus } from './build-corpus.mjs';
import { buildKernels } from './build-kernels.mjs';

await buildKernels();
rmSync('dist', { recursive: true, force: true });
execFileSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
chmodSync('dist/cli/main.js', 0o755);
buildCorpus('dist/corpus');
