import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder, tiny, unrolled } from '../support/process.ts';

const names = ['anna', 'hanna', 'ann', 'nan', 'ana', 'hana', 'nana', 'han'];
const folder = temporaryFolder({
  'names.txt': `${Array.from({ length: 12 }, () => names.join('\n')).join('\n')}\n`,
  'other.txt': 'nanna\nhahn\n\nana\nanna\nnah\nhan\nnana\n',
  'plain.txt': 'anna han '.repeat(60),
  'blanks.txt': 'anna nan\n  \n\nhan\n \t\r\nanna\n',
  'table.csv': 'id,name\r\n1,anna\r\n2,"ha\nn"\r\n',
  'spaces.txt': ' \n\n',
  'bad.jsonl': '{"name": "anna"}\n{"name": "ha\n',
});
const exact = ['--backend', 'wasm-strict', '--threads', '1'];

beforeAll(async () => {
  const common = [...tiny, ...exact, '--tokens', 'char', '--valid', 'none', '--quiet'];
  const items = ['--items', 'line', '--epochs', '20', '--out', 'm'];
  expect(await unrolled(folder, 'train', 'names.txt', ...common, ...items)).toMatchObject({ status: 0 });
  expect(await unrolled(folder, 'train', 'plain.txt', ...common, '--out', 'plain')).toMatchObject({
    status: 0,
  });
  const ofWords = [...items.slice(0, -1), 'words', '--tokens', 'word'];
  expect(await unrolled(folder, 'train', 'names.txt', ...common, ...ofWords)).toMatchObject({ status: 0 });
});

const run = (...args: readonly string[]) => unrolled(folder, ...args, ...exact);
const linesOf = (stdout: string) => stdout.split('\n').slice(0, -1);

describe('generate', () => {
  test('--items prints one item per line, with --json as JSON strings', async () => {
    const plain = await run('generate', 'm', '--items', '--count', '12');
    expect(plain).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(plain.stdout)).toHaveLength(12);
    const json = await run('generate', 'm', '--items', '--count', '12', '--json');
    expect(linesOf(json.stdout).map((line) => JSON.parse(line))).toEqual(linesOf(plain.stdout));
    expect(linesOf((await run('generate', 'm', '--items')).stdout)).toHaveLength(10);
    const begun = await run('generate', 'm', '--items', '--count', '3', '--prompt', 'ha');
    for (const line of linesOf(begun.stdout)) expect(line).toMatch(/^ha/);
  });

  test('--unique and --new discard duplicates and training items, without the training text', async () => {
    const { status, stdout } = await run(
      ...['generate', 'm', '--items', '--count', '8', '--unique', '--new', '--temperature', '1.5'],
    );
    expect(status).toBe(0);
    const found = linesOf(stdout);
    expect(new Set(found).size).toBe(8);
    for (const name of names) expect(found).not.toContain(name);
    const listed = await run(
      ...['generate', 'm', '--items', '--count', '5', '--new', '--text', 'other.txt', '--temperature', '1.5'],
    );
    for (const name of ['nanna', 'hahn', 'anna']) expect(linesOf(listed.stdout)).not.toContain(name);
  });

  test('too few items are reported, and items that are cut off are not printed', async () => {
    const cut = await run('generate', 'm', '--items', '--count', '2', '--unique', '--length', '1');
    expect(cut).toMatchObject({ status: 1, stdout: '' });
    expect(cut.stderr).toMatch(
      /^generate: found 0 of 2 distinct items in 200 draws, 100 per item\. Items cut off by --length do not count\. Try .*a larger --length/,
    );
    const whole = await run('generate', 'm', '--items', '--count', '2', '--length', '1');
    expect(linesOf(whole.stdout).map((line) => line.length)).toEqual([1, 1]);
  });

  test('without --items a text ends with its item, with sampling and beam search', async () => {
    const drawn = JSON.parse((await run('generate', 'm', '--prompt', 'ha', '--json')).stdout);
    expect(drawn.tokens.at(-1)).toBe('');
    expect(drawn.text).toBe(drawn.tokens.join(''));
    const searched = JSON.parse((await run('generate', 'm', '--beam', '3', '--json')).stdout);
    expect(names).toContain(searched.text);
  });

  test.each([
    [['m', '--count', '3'], /got --count without --items/],
    [['m', '--items', '--beam', '3'], /got --items and --beam/],
    [['m', '--items', '--text', 'other.txt'], /got --items and --text/],
    [['m', '--items', '--length', 'endless'], /got --items and --length endless/],
    [['plain', '--items'], /got --items; it needs a model that was trained with --items/],
  ])('%j is refused', async (args, message) => {
    const { status, stderr } = await run('generate', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test('score counts each item including its end token, as evaluate does', async () => {
  const evaluated = JSON.parse((await run('evaluate', 'm', 'other.txt', '--json', '--per-word')).stdout);
  const whole = JSON.parse((await run('score', 'm', 'other.txt', '--by', 'document', '--json')).stdout);
  const { perplexity, bitsPerByte, perWordPerplexity, tokens, words } = evaluated;
  expect(whole).toMatchObject({ lines: 7, tokens, words });
  expect(whole.perplexity).toBeCloseTo(perplexity, 6);
  expect(whole.bitsPerByte).toBeCloseTo(bitsPerByte, 6);
  expect(whole.perWordPerplexity).toBeCloseTo(perWordPerplexity, 4);
  const rows = linesOf((await run('score', 'm', 'other.txt', '--json')).stdout).map((row) => JSON.parse(row));
  expect(rows).toHaveLength(tokens);
  expect(rows.filter(({ line }) => line === 2).map(({ token, text }) => [token, text])).toEqual([
    ...Array.from('hahn', (letter) => [letter, letter]),
    ['', ''],
  ]);
  const second = rows.find(({ line, position }) => line === 2 && position === 1);
  const alone = await unrolled(folder, 'score', 'm', 'other.txt', '--top', '30', ...exact);
  expect(alone.stdout).toContain('∎');
  const byWord = await unrolled(folder, 'score', 'm', 'other.txt', '--by', 'word', ...exact);
  expect(byWord.stdout.match(/^ +2 .* hahn ∎ *$/gm)).toHaveLength(1);
  expect(second.bits).toBeGreaterThan(0);
});

test("an item's score doesn't depend on other items, and each file is a text of its own", async () => {
  const rows = async (...args: readonly string[]) =>
    linesOf((await run('score', 'm', ...args, '--json', '--by', 'line')).stdout).map((row) =>
      JSON.parse(row),
    );
  const [once, twice] = [await rows('other.txt'), await rows('other.txt', 'other.txt')];
  expect(twice.map(({ line }) => line)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16]);
  expect(twice.slice(7).map(({ bits }) => bits)).toEqual(once.map(({ bits }) => bits));
  expect(await rows('other.txt', 'other.txt', '--items', 'file')).toHaveLength(2);
});

test('compare pairs items; --state and models that split a text differently are refused', async () => {
  const same = await run('compare', 'm', 'm', 'other.txt', '--json');
  expect(JSON.parse(same.stdout)).toMatchObject({ difference: { mean: 0, lines: 7 } });
  expect(await run('compare', 'm', 'plain', 'other.txt')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^compare: one model is of items by line, the other of continuous text/),
  });
  for (const command of [
    ['score', 'm'],
    ['compare', 'm', 'm'],
  ]) {
    const { status, stderr } = await run(...command, 'other.txt', '--state', 'line');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/got --state with a model of items/)]);
  }
  const { status, stderr } = await run('evaluate', 'plain', 'other.txt', '--items', 'line');
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/got --items; it needs a model that was trained with --items/),
  ]);
});

test('an item without tokens has no words and no pair, and later items keep their numbers', async () => {
  const evaluated = JSON.parse((await run('evaluate', 'words', 'blanks.txt', '--json', '--per-word')).stdout);
  expect(evaluated.words).toBe(4 + 3);
  expect(await run('evaluate', 'words', 'spaces.txt')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^evaluate: the text has no non-empty item; it needs at least one\./),
  });
  expect(evaluated.perWordPerplexity).toBe(evaluated.perplexity);
  const rows = linesOf((await run('score', 'words', 'blanks.txt', '--json', '--by', 'line')).stdout);
  expect(rows.map((row) => JSON.parse(row).line)).toEqual([1, 4, 6]);
  for (const models of [
    ['m', 'words'],
    ['words', 'm'],
  ]) {
    const { stdout } = await run('compare', ...models, 'blanks.txt', '--json');
    const { a, b, difference, places } = JSON.parse(stdout);
    expect([a.lines, b.lines, a.characters, b.characters, difference.lines]).toEqual([3, 3, 15, 15, 3]);
    expect(places.map(({ line }: { line: number }) => line).toSorted()).toEqual([1, 4, 6]);
  }
});

test('CSV files are split one after the other, each with its own header', async () => {
  const files = ['table.csv', 'table.csv', '--items', 'csv:name', '--json'];
  const scored = await run('score', 'm', ...files, '--by', 'line');
  expect(scored).toMatchObject({ status: 0, stderr: '' });
  const texts = linesOf(scored.stdout).map((row) => JSON.parse(row).text);
  expect(texts).toEqual(['anna', 'ha\nn', 'anna', 'ha\nn']);
  const compared = await run('compare', 'm', 'm', ...files);
  expect(compared).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(compared.stdout).difference.lines).toBe(4);
});

test('an error in an item names its file', async () => {
  for (const command of [
    ['score', 'm'],
    ['compare', 'm', 'm'],
    ['evaluate', 'm'],
  ]) {
    const { status, stderr } = await run(...command, 'other.txt', 'bad.jsonl', '--items', 'jsonl:name');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^other\.txt, line 1: "nanna" is not JSON/)]);
    const second = await run(...command, 'bad.jsonl', '--items', 'jsonl:name');
    expect(second.stderr).toMatch(/^bad\.jsonl, line 2: .* Correct it\.\n$/);
  }
});
