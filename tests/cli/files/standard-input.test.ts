import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  InProcess,
  inShell,
  sentences,
  startsFast,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(80),
  'keys.txt': 'abc\n',
  'ids.txt': '1 2 3\n'.repeat(99),
});

beforeAll(async () => {
  expect((await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm', '--quiet')).status).toBe(0);
});

/** Each reads a file of ours as standard input. */
const commands: readonly (readonly [string, ...string[]])[] = [
  ['train.txt', 'train', '-', ...tiny, '--out', 'n'],
  ['train.txt', 'train', '/dev/stdin', ...tiny, '--out', 'o'],
  ['train.txt', 'train', 'train.txt', '--valid', '-', ...tiny, '--out', 'p'],
  ['train.txt', 'evaluate', 'm', '-'],
  ['train.txt', 'score', 'm', '-', '--by', 'document'],
  ['train.txt', 'compare', 'm', 'm', '-'],
  ['train.txt', 'generate', 'm', '--prompts', '-', '--length', '1'],
  ['train.txt', 'generate', 'm', '--text', '-', '--length', '3'],
  ['m', 'generate', '-', '--length', '1'],
  ['m', 'suggest', '-', 'the '],
  ['m', 'inspect', '-', '--after', 'the'],
  ['train.txt', 'tokenizer', 'train', '-', '--vocab-size', '300', '--out', 'q.json'],
  ['train.txt', 'tokenizer', 'encode', 'm', '-'],
  ['ids.txt', 'tokenizer', 'decode', 'm'],
  ['train.txt', 'tokenizer', 'show', 'm', '-'],
];

/** Without names of inputs, widths, times and speeds. */
const steady = (output: string) =>
  output
    .replaceAll(/standard input|(?<=^|\s)(-|m|stdin|\/dev\/stdin|(train|ids)\.txt)(?=\s)/gm, 'INPUT')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/\d:\d\d|[\d,.]+ (tokens\/s|s)\b/g, '');
const isInput = (word: string) => word === '-' || word === '/dev/stdin';
const withInput = (file: string, args: readonly string[], input = readFileSync(join(folder, file))) =>
  new InProcess(args, folder, { input }).finished();

test.each(commands)(
  '%s as standard input of %s %s gives the same result as the file',
  async (file, ...args) => {
    const named = args.some(isInput) ? args.map((word) => (isInput(word) ? file : word)) : [...args, file];
    const piped = await withInput(file, args);
    const { status, stdout, stderr } = await unrolled(folder, ...named);
    expect({ ...piped, stderr: steady(piped.stderr), stdout: '' }).toEqual({
      status,
      stderr: steady(stderr),
      stdout: '',
    });
    expect(status).toBe(0);
    expect(steady(piped.stdout)).toBe(steady(stdout));
  },
);

// Node makes a pipe non-blocking for all who have it, and only mends that when it ends in order.
const nonBlocking = 'process.stdin.resume(); setTimeout(() => process.kill(process.pid, "SIGKILL"), 100)';

/** One that reads a text at once, one that reads it as it comes, one that reads bytes. */
const ways = [0, 4, 8].map((at) => [...commands[at], ...startsFast] as const);

test.skipIf(process.platform === 'win32').each(ways)(
  'a slow non-blocking standard input gives %s to %s %s',
  async (file, ...args) => {
    const flag = `ready-${args.join('').replace(/\W/g, '')}`;
    const script =
      `{ while [ ! -e ${flag} ]; do sleep 0.05; done; head -c 200 ${file}; sleep 0.3; tail -c +201 ${file}; } | ` +
      `{ "$1" -e '${nonBlocking}' > /dev/null 2>&1; touch ${flag}; "$@"; }`;
    const { status, stdout, stderr } = await inShell(folder, script, ...args);
    const alone = await withInput(file, args);
    expect({ status, stderr: stderr.replace(/^.*Killed.*\n/, '') }).toEqual({
      status: 0,
      stderr: alone.stderr,
    });
    expect(steady(stdout)).toBe(steady(alone.stdout));
  },
);

test.each(commands.slice(0, 7))('an empty standard input is an empty %s to %s', async (file, ...args) => {
  const { status, stderr } = await withInput(file, args, Buffer.alloc(0));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^standard input: the file is empty; it needs text/);
});

test.each(ways.slice(0, 2))('a closed standard input is an empty %s to %s', async (_, ...args) => {
  const { status, stderr } = await inShell(folder, '"$@" <&-', ...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^standard input: the file is empty; it needs text/);
});

test('a folder as standard input is an error', async () => {
  const { status, stderr } = await inShell(folder, '"$@" < .', 'evaluate', 'm', '-', ...startsFast);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^standard input: this is a folder/),
  });
});

test('standard input is read only once', async () => {
  const { status, stderr } = await withInput('train.txt', ['evaluate', 'm', '-', '-']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^standard input: given twice, but it can be read only once/),
  });
});
