import { expect, test } from 'vitest';
import { describeImport } from '../../../src/cli/print/import-report.ts';

test('the report escapes what a file says: names, and classes of what is left out', () => {
  const report = describeImport(
    {
      format: 'pytorch',
      mapped: [{ from: 'a\u001b[2J', shape: [1], to: ['embedding.W'] }],
      leftOut: [{ name: 'b\u001b[2J', reason: 'an object of m\u001b[2J, no part of the model' }],
      tokens: { kind: 'word', count: 3 },
    },
    'm.safetensors',
    100,
  );
  expect(report).not.toContain('\u001b');
  expect(report.match(/\\u\{1b\}/g)).toHaveLength(3);
});
