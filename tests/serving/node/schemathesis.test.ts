import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { words } from '../../support/completions.ts';
import { openServer } from '../../support/server.ts';

const python = process.env.SCHEMATHESIS_PYTHON ?? 'python3';
const isInstalled = spawnSync(python, ['-c', 'import schemathesis']).status === 0;
if (!isInstalled) {
  console.warn(
    `schemathesis is not tested: ${python} can't import it; SCHEMATHESIS_PYTHON names one that can`,
  );
}

test.skipIf(!isInstalled)(
  'schemathesis finds no answer that /openapi.json does not describe',
  async () => {
    const { url } = await openServer({ words }, { limits: { maxTokens: 64, bodyBytes: 1e6 } });
    const args = [
      '-m',
      'schemathesis.cli',
      'run',
      `${url}/openapi.json`,
      '--phases',
      'coverage',
      '--seed',
      '1',
    ];
    // Limits between fields, such as min_tokens ≤ max_tokens, are not in the document.
    const unchecked = ['--exclude-checks', 'positive_data_acceptance'];
    const run = promisify(execFile)(python, [...args, ...unchecked], { timeout: 120_000, maxBuffer: 1e8 });
    const { stdout } = await run.catch((error) => error as { stdout: string });
    expect(stdout).toMatch(/Test cases:\n +\d{3,} generated, \d+ passed\n/);
  },
  150_000,
);
