// The first lines of a worker thread under test: the sources run as they are.
import { register } from 'tsx/esm/api';

register();
await import('../../src/backends/threads/node-thread.ts');
