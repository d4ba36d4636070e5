import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { largeAnswers } from '../../../bench/serve/large-answers.ts';
import { writeModel } from '../../../bench/serve/model.ts';
import { pressure } from '../../../bench/serve/pressure.ts';
import { Served } from '../../../bench/serve/server.ts';
import { until } from '../../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A smaller version of bench/serve/memory.ts.
test('valid requests never exhaust the heap: all answers are right, 429 or 503, and the memory is free afterwards', async () => {
  const model = await writeModel(folder, { words: 30, width: 4 });
  const limits = ['--max-queue', '30', '--cache-mb', '1', '--timeout', '4'];
  const server = await Served.start([model, '--backend', 'wasm', '--threads', '1', ...limits], {
    node: ['--max-old-space-size=48'],
  });
  const kinds = largeAnswers({ words: 30, length: 800, tokens: 8 });
  const { answers, faults, peakBytes } = await pressure(server, kinds, { each: 30, awayOf: 3, atOnce: 130 });
  expect(faults).toEqual([]);
  for (const { name } of kinds) expect(answers.get(`${name}: 200`)).toBeGreaterThan(0);
  expect([...answers.values()].reduce((sum, count) => sum + count)).toBe(30 * kinds.length);
  expect([...answers].filter(([name]) => name.endsWith('429')).length).toBeGreaterThan(0);
  expect(peakBytes).toBeLessThan(300e6);
  for (const name of ['streams', 'queue', 'request_memory_bytes']) {
    await until(async () => expect((await server.metrics()).get(name)).toBe(0));
  }
  expect(server.complaints).toBe('');
  await server.stop();
}, 120_000);
