// Runs before each test file; what it imports is loaded once a worker.
import './same-bytes.ts';
import { afterAll, afterEach, vi } from 'vitest';
import { cleanUp } from './after-file.ts';

// Files of a worker share its globals and classes: what a test replaces would stay for the files that follow.
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

afterAll(cleanUp);
