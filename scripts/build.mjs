// Builds dist/: the kernels as WebAssembly, the library as ESM with its types and as one file, the command line, the
// bundled corpus, the lab.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { buildCommandLine } from './build-command-line.mjs';
import { buildCorpus } from './build-corpus.mjs';
import { buildJavaScriptRuntime } from './build-javascript-runtime.mjs';
import { buildKernels, writeKernelFiles } from './build-kernels.mjs';
import { buildLab } from './build-lab.mjs';
import { buildStandalone } from './build-standalone.mjs';
import { buildThread, shareThread } from './build-thread.mjs';

const kernels = await buildKernels();
await buildThread();
buildJavaScriptRuntime();
rmSync('dist', { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
writeKernelFiles(kernels, 'dist');
await shareThread();
await buildStandalone();
await buildCommandLine();
buildCorpus('dist/corpus');
await buildLab();
