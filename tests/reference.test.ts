import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findings } from '../scripts/reference/findings.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every export has a summary, units, and @throws if it throws', () => {
  expect(findings()).toEqual([]);
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
