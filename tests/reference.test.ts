import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findings } from '../scripts/reference/findings.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A finding without the codes and units, which follow a comma. */
const keyOf = (line: string): string => line.split(',')[0];

test('everything exported has a summary, its units, and @throws where it throws', () => {
  const exceptions = readFileSync(`${root}scripts/reference/exceptions.txt`, 'utf8').split('\n').map(keyOf);
  expect(findings().filter((line) => !exceptions.includes(keyOf(line)))).toEqual([]);
}, 600_000);

test('the check finds missing summaries, units and @throws, those of called functions too', () => {
  const file = 'tests/support/undocumented.ts';
  expect(findings([`${root}${file}`])).toEqual([
    `${file} Documented.bare: no summary`,
    `${file} Documented.seconds: no unit, such as seconds`,
    `${file} Inheriting.bare: no summary`,
    `${file} Inheriting.constructor: no @throws, may throw shape`,
    `${file} Inheriting.seconds: no unit, such as seconds`,
    `${file} silent: no summary`,
    `${file} throwing: no @throws, may throw shape`,
  ]);
}, 600_000);
