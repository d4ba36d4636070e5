import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { argumentSlots, programList } from '../../../../src/backends/wasm/programs/list.ts';
import { argumentsOf, createControl } from '../../../../src/backends/wasm/threads/control.ts';

const wasm = new URL('../../../../src/backends/wasm/', import.meta.url);

test('every program is in the list of programs exactly once', async () => {
  const programs: unknown[] = [];
  for (const folder of ['programs', 'recurrent']) {
    for (const file of readdirSync(new URL(folder, wasm))) {
      const module: Record<string, unknown> = await import(new URL(`${folder}/${file}`, wasm).href);
      programs.push(...Object.values(module).filter((value) => Object.hasOwn(Object(value), 'codec')));
    }
  }
  expect(programs.length).toBeGreaterThan(20);
  expect(new Set(programs)).toEqual(new Set(programList));
  expect(new Set(programList).size).toBe(programList.length);
});

test('the control block holds the arguments of the largest program', () => {
  expect(argumentsOf(createControl(false, argumentSlots)).length).toBe(argumentSlots);
  for (const { codec } of programList) expect(codec.slots).toBeLessThanOrEqual(argumentSlots);
});
