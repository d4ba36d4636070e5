import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { defineConfig, type Plugin } from 'vitest/config';

const folder = 'node_modules/.unrolled';
const thread = 'node-thread.mjs';

/** Worker threads start from a built file; under test, from one bundled from the sources as they are. */
await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: 'src/backends/wasm/threads/node-thread.ts',
    outDir: folder,
    emptyOutDir: false,
    rolldownOptions: { output: { entryFileNames: thread } },
  },
});

const threadsFromSources: Plugin = {
  name: 'threads-from-sources',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/start-thread.ts')
      ? code.replace("'./node-thread.js'", `'${pathToFileURL(`${folder}/${thread}`)}'`)
      : undefined,
};

// biome-ignore lint/style/noDefaultExport: this is where vitest looks.
export default defineConfig({
  plugins: [threadsFromSources],
  // Training runs and a browser take their time on a busy machine.
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/same-bytes.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
