import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compiled, runProgram } from '../../support/program.ts';

test('the estimated memory of a request covers what is held, and at most four times as much', async () => {
  const program = await compiled(fileURLToPath(new URL('measured-memory.ts', import.meta.url)));
  const { status, stdout, stderr } = await runProgram(program);
  expect(status, stderr).toBe(0);
  const results: [string, { counted: number; held: number }][] = Object.entries(JSON.parse(stdout));
  expect(results).toHaveLength(7);
  for (const [name, { counted, held }] of results) {
    expect(held, name).toBeGreaterThan(10_000);
    expect(counted, name).toBeGreaterThan(held);
    expect(counted, name).toBeLessThan(4 * held);
  }
});
