import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The cells of a Markdown table's row that begins with the given cell. */
function row(text: string, first: string): string[] {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`| ${first}`)) as string;
  return line.split('|').map((cell) => cell.trim());
}

test("the Korean chapter has the numbers of the chapter's run", () => {
  const [english, korean] = [read('docs/chapter-run.md'), read('docs/ko/chapter.md')];
  for (const run of [
    '`--backend wasm`',
    '`--backend wasm-strict`',
    '`--backend blas`',
    '`--stateless`, wasm',
  ]) {
    const [, , , mean, duration] = row(english, run);
    expect(row(korean, run).slice(3, 5)).toEqual([mean, duration.replace(' s', '초')]);
  }
  for (const number of ['184.3', '5.9', '5.2', '7.7', '418', '999']) {
    expect([english, korean].every((text) => text.includes(number))).toBe(true);
  }
});
