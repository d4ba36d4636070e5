import { defineConfig } from 'vitest/config';
import { buildJavaScriptRuntime } from './scripts/build-javascript-runtime.mjs';
import { buildThread } from './scripts/build-thread.mjs';

/** Threads start from a source that is made of the sources as they are. */
await buildThread();
/** The program of exported modules, likewise. */
buildJavaScriptRuntime();

// biome-ignore lint/style/noDefaultExport: this is where vitest looks.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/setup.ts'],
    // Files of a worker share its modules and backends: loading them anew costs more than most tests.
    isolate: false,
    // A limit for a hanging test: training runs and a browser take longer on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
