import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { drawFirstModel } from '../scripts/pictures/first-model.ts';
import { drawTrainingStep } from '../scripts/pictures/training-step.ts';
import { commandNames, loadCommand } from '../src/cli/commands/catalog.ts';

const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => existsSync(page));

/** Without code, in which brackets are no links. */
const proseOf = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));

/** The links of a page to files of the repository: path and anchor. */
const linksOf = (page: string): [path: string, anchor: string][] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor = ''] = link.split('#');
      return [path ? normalize(join(dirname(page), path)) : page, anchor];
    });

/** The anchors that a page offers: headings as GitHub spells them, and `<a id>`. */
const anchorsOf = (page: string): string[] => {
  const text = readFileSync(page, 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)];
};

test.each(pages)('the links of %s have targets', (page) => {
  for (const [path, anchor] of linksOf(page)) {
    expect(existsSync(path), `${path}`).toBe(true);
    if (anchor) expect(anchorsOf(path), `${path}#${anchor}`).toContain(anchor);
  }
});

test('README.md and docs/README.md link every page of docs', () => {
  const docs = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  for (const index of ['README.md', 'docs/README.md']) {
    const linked = new Set(linksOf(index).map(([path]) => path));
    expect(docs.filter((page) => !linked.has(page))).toEqual([]);
  }
});

test('the links of pages that are in the package lead to files that are in it', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  const isPacked = (path: string) =>
    /^(README(\.ko)?\.md|LICENSE|package\.json)$/.test(path) ||
    files.some((entry) => path === entry || path.startsWith(`${entry}/`));
  for (const page of pages.filter(isPacked)) {
    // The Korean chapter is read beside the sources, which the package has compiled.
    const isSource = (path: string) => page === 'docs/ko/chapter.md' && path.startsWith('src/');
    const others = linksOf(page).filter(([path]) => !isPacked(path) && !isSource(path));
    expect(others, page).toEqual([]);
  }
  expect(['README.md', 'CHANGELOG.md', 'docs/library.md'].every(isPacked)).toBe(true);
});

/** The lines of a page's shell blocks and code that run a command of ours. */
const commandLines = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/unrolled ((?:tokenizer )?[a-z]+ [^`\n]*)/g)].map(
    ([, line]) => line.split('  #')[0],
  );

test.each(pages.filter((page) => /^(README|docs)/.test(page)))(
  'the commands of %s have only existing flags',
  async (page) => {
    for (const line of commandLines(page)) {
      const [first, second] = line.split(' ');
      const command = await loadCommand(first === 'tokenizer' ? `${first} ${second}` : first);
      if (!command) continue;
      const flags = [...line.matchAll(/ --([a-z0-9-]+)/g)].map(([, flag]) => flag);
      const known = [...Object.keys(command.options), 'help', 'json'];
      expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
    }
  },
);

test('the flags that README.md names are flags of some command, or of Node', async () => {
  const commands = await Promise.all(commandNames.map(loadCommand));
  const known = new Set(commands.flatMap((command) => Object.keys(command!.options)));
  const ofOthers = ['json', 'help', 'experimental-wasm-relaxed-simd'];
  const named = [...readFileSync('README.md', 'utf8').matchAll(/(?<![\w-])--([a-z][a-z0-9-]+)/g)].map(
    ([, flag]) => flag,
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((flag) => !known.has(flag) && !ofOthers.includes(flag))).toEqual([]);
});

test('the pictures are up to date with their scripts', () => {
  const numbers = JSON.parse(readFileSync('scripts/pictures/first-model.json', 'utf8'));
  expect(readFileSync('docs/first-model.svg', 'utf8')).toBe(drawFirstModel(numbers));
  expect(readFileSync('docs/training-step.svg', 'utf8')).toBe(drawTrainingStep());
});
