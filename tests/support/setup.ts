// Runs before each test file; what it imports is loaded once a worker.
import './same-bytes.ts';
import { afterAll } from 'vitest';
import { cleanUp } from './after-file.ts';

afterAll(cleanUp);
