// dist/index.js -> dist/unrolled.standalone.js: the library in one file, with kernels, worker and dependencies, for
// pages without a bundler.
import { build } from 'esbuild';

export async function buildStandalone() {
  await build({
    entryPoints: ['dist/index.js'],
    outfile: 'dist/unrolled.standalone.js',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // Includes the code for Node, because this file may run anywhere.
    platform: 'neutral',
    plugins: [withoutFiles],
  });
}

/** This file has no separate worker file. */
const withoutFiles = {
  name: 'without-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /threads.worker-file\.js$/ }, () => ({
      contents: 'export const workerFromFile = null;',
    })),
};
