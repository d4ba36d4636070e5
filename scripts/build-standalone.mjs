// dist/index.js -> dist/unrolled.standalone.js: the library in one file, with kernels, worker and what it depends on,
// for a page without a bundler: from a folder, from another origin, from a CDN.
import { build } from 'esbuild';

export async function buildStandalone() {
  await build({
    entryPoints: ['dist/index.js'],
    outfile: 'dist/unrolled.standalone.js',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // Whole, with what only Node has: this one file may run anywhere.
    platform: 'neutral',
    plugins: [withoutFiles],
  });
}

/** There is no file of a worker to look for beside this one. */
const withoutFiles = {
  name: 'without-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /threads.worker-file\.js$/ }, () => ({
      contents: 'export const workerFromFile = null;',
    })),
};
