// src/backends/wasm/threads/thread.ts -> thread-source.ts: the whole program of a thread as a string, for
// bundles and pages in which it has no file of its own.
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../src/backends/wasm/threads/', import.meta.url));

export async function buildThread() {
  const { outputFiles } = await build({
    entryPoints: [`${folder}thread.ts`],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    // It is given the compiled kernels, and koffi by its path.
    logOverride: { 'empty-import-meta': 'silent' },
    plugins: [withoutKernels],
    write: false,
  });
  const [{ text }] = outputFiles;
  const comment = '// Made from thread.ts by scripts/build-thread.mjs; not kept in the repository.\n';
  writeFileSync(
    `${folder}thread-source.ts`,
    `${comment}export const threadSource: string = ${JSON.stringify(text.trim())};\n`,
  );
  return text;
}

const withoutKernels = {
  name: 'without-kernels',
  setup: ({ onLoad }) =>
    onLoad({ filter: /module-bytes\.ts$/ }, () => ({
      contents: "export const strict = '', relaxed = '', digest = '';",
    })),
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log((await buildThread()).length);
