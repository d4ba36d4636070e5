import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { compare } from '../../../src/generation/scoring/compare.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import {
  InProcess,
  isReading,
  Running,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const text = `the unicorn sings .\n${sentences(60, 7)}`;
const folder = temporaryFolder({
  'train.txt': sentences(150),
  'few.txt': sentences(12),
  'a.txt': text,
  'one.txt': 'the old cat purrs here .',
  'five.txt': sentences(5, 3),
  'six.txt': sentences(6, 3),
  'copies.txt': 'the old cat purrs here .\n'.repeat(40),
  'long.txt': sentences(5000, 3).replaceAll('\n', ' ').slice(0, 150_000),
  'blank.txt': '  ',
  'empty.txt': '',
  'latin1.txt': Buffer.from([0x61, 0xe9, 0x0a]),
});
const exact = ['--backend', 'wasm-strict', '--threads', '1'];
const run = (...args: string[]) => unrolled(folder, 'compare', ...args, ...exact);

beforeAll(async () => {
  const common = ['--valid', 'none', '--quiet', ...tiny, ...exact];
  const runs = [
    unrolled(folder, 'train', 'train.txt', ...common, '--epochs', '20', '--out', 'good'),
    unrolled(folder, 'train', 'few.txt', ...common, '--epochs', '1', '--out', 'poor'),
    unrolled(folder, 'train', 'train.txt', ...common, '--tokens', 'char', '--out', 'chars'),
  ];
  for (const run of await Promise.all(runs)) expect(run).toMatchObject({ status: 0, stderr: '' });
});

test("--json equals the library's result, bit for bit", async () => {
  const backend = await openBackend('wasm-strict', { threads: 1 });
  const [a, b] = ['good', 'poor'].map((name) => readModelFile(readFileSync(join(folder, name)), backend));
  const { stdout, stderr, status } = await run(
    'good',
    'poor',
    'a.txt',
    '--json',
    '--top',
    '4',
    '--seed',
    '9',
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const { difference, known, places, unit } = await compare(a, b, text, { top: 4, seed: 9 });
  expect(JSON.parse(stdout)).toMatchObject({ difference, known, places, unit });
  expect(JSON.parse(stdout).a).toMatchObject({ tokens: 425, unknownTokens: 2 });
});

test('the text output says which model is better, with the interval and the largest differences', async () => {
  const { stdout } = await run('poor', 'good', 'a.txt', '--top', '3');
  expect(stdout).toMatch(/^ +A +B\n +bits per token +\d\.\d{3} +\d\.\d{3}\n/);
  expect(stdout).toMatch(/B − A, bits per token +−\d\.\d{3} +95% interval −\d\.\d{3} to −\d\.\d{3}\n/);
  expect(stdout).toContain('B predicts the text better: the interval does not contain 0.');
  expect(stdout).toMatch(/ over tokens known to both +−\d/);
  expect(stdout).toMatch(/line +bits of A +of B +B − A +token in its context\n( +\d+ .*\n){3}$/);
  expect(stdout).not.toContain('\x1b');
});

test('a tie and a single line are explained in words', async () => {
  const tie = await run('good', 'good', 'a.txt');
  expect(tie.stdout).toMatch(/B − A, bits per token +0\.000 +95% interval 0\.000 to 0\.000\n/);
  expect(tie.stdout).toMatch(/\nBoth models predict the text equally well\.\n$/);
  expect(tie.stdout).not.toMatch(/NaN|of A/);
  const one = await run('poor', 'good', 'one.txt');
  expect(one.stdout).toMatch(
    /B − A, bits per token +[−+]\d\.\d{3}\n\nThe text is one line; an interval and a verdict need at least 6\./,
  );
  expect(one.stdout).not.toContain('NaN');
  const json = await run('poor', 'good', 'one.txt', '--json');
  const none = { mean: expect.any(Number), interval: null };
  expect(JSON.parse(json.stdout).difference).toEqual({ ...none, lines: 1, noInterval: 'few-lines' });
});

test('without an interval there is no verdict, and the output says why', async () => {
  const few = await run('poor', 'good', 'five.txt');
  expect(few.stdout).toContain('The text has 5 lines; an interval and a verdict need at least 6.');
  const same = await run('good', 'good', 'five.txt');
  expect(same.stdout).toContain('Both models predict the text equally well.');
  const copies = await run('poor', 'good', 'copies.txt', '--state', 'line');
  expect(copies.stdout).toContain('Every line has the same difference');
  for (const { stdout } of [few, copies])
    expect(stdout).not.toMatch(/interval [−+\d]|predicts the text better|NaN/);
  const six = await run('poor', 'good', 'six.txt');
  expect(six.stdout).toContain('With 6 lines the interval is approximate');
});

test('a line of 150,000 characters counts as one line', async () => {
  const { stdout } = await run('poor', 'good', 'long.txt', '--json', '--top', '1');
  const { a, difference } = JSON.parse(stdout);
  expect(a.lines).toBe(1);
  expect(difference).toMatchObject({ interval: null, lines: 1, noInterval: 'few-lines' });
});

test('models with different tokens are compared per character, line by line', async () => {
  const { stdout } = await run('good', 'chars', 'a.txt', '--top', '2');
  expect(stdout).toMatch(/B − A, bits per character +\+\d\.\d{3} /);
  expect(stdout).toContain('A predicts the text better');
  expect(stdout).toContain('Out-of-vocabulary tokens cost fewer bits than spelling the words');
  expect(stdout).toMatch(/B − A +text\n( +\d+ .* the .*\n){2}$/);
});

test('standard input is read once for both', async () => {
  const args = ['compare', 'good', 'poor', '-', '--json', ...exact];
  const run = new InProcess(args, folder, { input: text });
  const file = await unrolled(folder, 'compare', 'good', 'poor', 'a.txt', '--json', ...exact);
  expect((await run.finished()).stdout).toBe(file.stdout);
});

test.each([
  ['good poor nowhere.txt', /^nowhere\.txt: there is no such file/],
  ['good nowhere a.txt', /^nowhere: there is no such file/],
  ['good a.txt a.txt', /^a\.txt: /],
  ['good poor empty.txt', /^empty\.txt: the file is empty/],
  ['good poor blank.txt', /^blank\.txt: the text has no token/],
  ['good poor latin1.txt', /^latin1\.txt: the text is not UTF-8 from byte 1 \(0xe9\)/],
])('compare %s is refused in one line', async (args, message) => {
  const { status, stdout, stderr } = await run(...args.split(' '));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^[^\n]+\n$/);
});

test('Ctrl-C while waiting for text exits with status 130', async () => {
  const run = new Running(['compare', 'good', 'poor', '-', ...exact], folder);
  await isReading(run);
  run.child.kill('SIGINT');
  expect(await run.finished()).toMatchObject({ status: 130, stdout: '', stderr: '' });
});
