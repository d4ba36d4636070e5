import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { connectionsLeft } from '../../../src/serving/node/descriptors.ts';

/** With this limit of open files. */
function leftOf(soft: unknown): number {
  const report = vi
    .spyOn(process.report!, 'getReport')
    .mockReturnValue({ userLimits: { open_files: { soft } } });
  try {
    return connectionsLeft();
  } finally {
    report.mockRestore();
  }
}

test('the limit of open files, without those that are open or needed otherwise, limits connections', () => {
  const open = readdirSync('/dev/fd').length;
  expect(leftOf(open + 1016)).toBe(1000);
  expect(leftOf('unlimited')).toBe(Number.POSITIVE_INFINITY);
  expect(leftOf(open + 32)).toBe(16);
  expect(() => leftOf(open + 31)).toThrow(
    `has ${open} open; it needs at least ${open + 32}. Raise the limit`,
  );
});

test('the limit of this process is found', () => {
  expect(connectionsLeft()).toBeGreaterThan(16);
});
