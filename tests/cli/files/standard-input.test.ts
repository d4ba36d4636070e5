import { beforeAll, expect, test } from 'vitest';
import { inShell, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(300),
  'keys.txt': 'abc\n',
  'ids.txt': '1 2 3\n'.repeat(99),
});

beforeAll(async () => {
  expect((await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm', '--quiet')).status).toBe(0);
});

const commands: readonly (readonly [string, ...string[]])[] = [
  ['train.txt', 'train', '-', ...tiny, '--out', 'n', '--quiet'],
  ['train.txt', 'train', '/dev/stdin', ...tiny, '--out', 'o', '--quiet'],
  ['train.txt', 'train', 'train.txt', '--valid', '-', ...tiny, '--out', 'p', '--quiet'],
  ['train.txt', 'evaluate', 'm', '-'],
  ['train.txt', 'score', 'm', '-', '--by', 'document'],
  ['train.txt', 'compare', 'm', 'm', '-'],
  ['train.txt', 'generate', 'm', '--prompts', '-', '--length', '1'],
  ['train.txt', 'generate', 'm', '--text', '-', '--length', '3'],
  ['m', 'generate', '-', '--length', '1'],
  ['m', 'suggest', '-', 'the '],
  ['m', 'inspect', '-', '--after', 'the'],
  ['train.txt', 'tokenizer', 'train', '-', '--vocab-size', '300', '--out', 'q.json', '--quiet'],
  ['train.txt', 'tokenizer', 'encode', 'm', '-'],
  ['ids.txt', 'tokenizer', 'decode', 'm'],
  ['train.txt', 'tokenizer', 'show', 'm', '-'],
];

// Node makes a pipe non-blocking for all who have it, and only mends that when it ends in order.
const nonBlocking = 'process.stdin.resume(); setTimeout(() => process.kill(process.pid, "SIGKILL"), 100)';

test.skipIf(process.platform === 'win32').concurrent.each(commands)(
  'a non-blocking standard input that waits gives %s to %s %s',
  async (file, ...args) => {
    const flag = `ready-${args.join('').replace(/\W/g, '')}`;
    const script =
      `{ while [ ! -e ${flag} ]; do sleep 0.05; done; sleep 1; head -c 200 ${file}; sleep 0.3; tail -c +201 ${file}; } | ` +
      `{ "$1" -e '${nonBlocking}' > /dev/null 2>&1; touch ${flag}; "$@"; }`;
    const { status, stdout, stderr } = await inShell(folder, script, ...args);
    const alone = await inShell(folder, `"$@" < ${file}`, ...args);
    expect({ status, stdout }).toEqual({ status: 0, stdout: alone.stdout });
    expect(stderr.replace(/^.*Killed.*\n/, '')).toBe(alone.stderr);
  },
);

test.concurrent.each(commands.slice(0, 7))(
  'a closed standard input is an empty %s to %s',
  async (_, ...args) => {
    const { status, stderr } = await inShell(folder, '"$@" <&-', ...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^standard input: the file is empty; it needs text/);
  },
);

test('a folder as standard input is told', async () => {
  const { status, stderr } = await inShell(folder, '"$@" < .', 'evaluate', 'm', '-');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^standard input: this is a folder/),
  });
});

test('standard input is read once', async () => {
  const { status, stderr } = await inShell(folder, '"$@" < train.txt', 'evaluate', 'm', '-', '-');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^standard input: given twice, but it can be read only once/),
  });
});
