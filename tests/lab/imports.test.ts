import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from '../support/source-imports.ts';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'lab/src'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((path) => /\.tsx?$/.test(path) && existsSync(path));

const PACKAGES =
  /^(unrolled(\/(recipe|serving))?|preact(\/hooks)?|@preact\/signals|uplot(\/dist\/uPlot\.min\.css)?)$/;

test('the lab imports its own modules, and the public subpaths of the package', () => {
  expect(files.length).toBeGreaterThan(20);
  for (const path of files) {
    for (const { specifier } of importsOf(readFileSync(path, 'utf8'), path)) {
      const target = posix.join(posix.dirname(path), specifier);
      const isOwn = specifier.startsWith('.') && target.startsWith('lab/src/');
      expect(isOwn || PACKAGES.test(specifier), `${path} imports ${specifier}`).toBe(true);
    }
  }
});

test('only the worker computes: the rest of the page takes types from the package, and the table of settings', () => {
  for (const path of files.filter((path) => !path.startsWith('lab/src/engine/'))) {
    const values = importsOf(readFileSync(path, 'utf8'), path).filter(({ kind }) => kind === 'value');
    const fromPackage = values.filter(({ specifier }) => specifier.startsWith('unrolled'));
    const isTable = path.endsWith('state/recipe.ts') || path.endsWith('parts/setting-group.tsx');
    expect(fromPackage.length === 0 || isTable, path).toBe(true);
  }
});

test('the styles of a view apply to that view alone', () => {
  const styles = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'lab/src/views/*.css'], {
    encoding: 'utf8',
  });
  const paths = styles.trim().split('\n').filter(existsSync);
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    const [, view] = /^lab\/src\/views\/(\w+)\//.exec(path) as RegExpExecArray;
    const outside = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^\S/.test(line) && line !== '}');
    expect(outside, path).toEqual([`.view-${view} {`]);
  }
});
