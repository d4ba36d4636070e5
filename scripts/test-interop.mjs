// `npm run test:interop`: the tests that run other tools; with --all also those that take minutes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const all = process.argv.includes('--all');
const { status } = spawnSync(
  join('node_modules', '.bin', 'vitest'),
  ['run', 'tests/interop', 'tests/cli/interop'],
  {
    stdio: 'inherit',
    env: { ...process.env, ...(all && { INTEROP_ALL: '1' }) },
  },
);
process.exitCode = status ?? 1;
