import { defineConfig } from 'vitest/config';
import { buildThread } from './scripts/build-thread.mjs';

/** Threads start from a source that is made of the sources as they are. */
await buildThread();

// biome-ignore lint/style/noDefaultExport: this is where vitest looks.
export default defineConfig({
  // Training runs and a browser take their time on a busy machine.
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/same-bytes.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
