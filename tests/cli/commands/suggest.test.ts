import { spawn, spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { binary, sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--epochs', '5', '--out', 'm');
  expect(status).toBe(0);
});

async function suggest(...args: string[]) {
  const { status, stdout, stderr } = await unrolled(folder, 'suggest', 'm', ...args, '--json');
  expect(status).toBe(0);
  return { ...JSON.parse(stdout), stderr };
}

type Next = { token: string; probability: number }[];

test('prints the requested number of most likely next words', async () => {
  const { half, mass, next } = await suggest('the old ', '--top', '4');
  expect({ half, mass }).toEqual({ half: '', mass: 1 });
  expect((next as Next).map(({ token }) => token).toSorted()).toEqual(['cat', 'cow', 'dog', 'hen']);
  expect(next).toEqual((next as Next).toSorted((a, b) => b.probability - a.probability));
});

test('a half-typed word is completed, with its total probability', async () => {
  const { half, mass, next } = await suggest('the old c');
  expect(half).toBe('c');
  expect((next as Next).map(({ token }) => token)).toEqual(expect.arrayContaining(['cat', 'cow', 'clucks']));
  expect(next).toHaveLength(3);
  const { stdout } = await unrolled(folder, 'suggest', 'm', 'the old c');
  expect(stdout).toMatch(/^ {2}"c\w+" +\d+\.\d+%\n/);
  expect(stdout).toContain(
    `Tokens that begin with "c" have ${(100 * mass).toFixed(1)}% of the probability.\n`,
  );
});

test('a word that nothing begins with is reported', async () => {
  const { status, stdout } = await unrolled(folder, 'suggest', 'm', 'the old zeb');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'No token that begins with "zeb" is possible.\n' });
});

test('out-of-vocabulary words are named, except the half-typed one', async () => {
  const { stderr } = await suggest('the unicorn ca');
  expect(stderr).toBe('suggest: "unicorn" is not in the vocabulary and will be read as <unk>.\n');
  expect((await suggest('ca')).stderr).toBe('');
});

test.each([
  [['m'], "suggest: got 'm' without TEXT; it needs MODEL TEXT"],
  [['m', 'the', '--top', '0'], "--top: got '0'; it needs a positive integer"],
])('usage error: %s', async (args, message) => {
  const { status, stderr } = await unrolled(folder, 'suggest', ...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

describe('a model of pieces', () => {
  beforeAll(async () => {
    const bpe = ['--tokens', 'bpe', '--vocab-size', '270', '--epochs', '5', '--out', 'pieces'];
    const { status, stderr } = await unrolled(folder, 'train', 'train.txt', ...tiny, ...bpe);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  const suggestWords = async (text: string) => {
    const { status, stdout } = await unrolled(folder, 'suggest', 'pieces', text, '--json');
    expect(status).toBe(0);
    return JSON.parse(stdout) as { half: string; mass: number; next: Next };
  };

  test('suggests whole words, some of several pieces', async () => {
    const { half, mass, next } = await suggestWords('the old ');
    expect({ half, mass }).toEqual({ half: '', mass: 1 });
    expect(next.map(({ token }) => token)).toEqual(expect.arrayContaining(['cat', 'cow', 'hen']));
  });

  test('completes a half-typed word, wherever its pieces end', async () => {
    for (const [typed, word] of [
      ['the old c', 'cat'],
      ['the old co', 'cow'],
      ['the old do', 'dog'],
      ['th', 'the'],
    ]) {
      const { half, mass, next } = await suggestWords(typed);
      expect(half).toBe(typed.split(' ').at(-1));
      expect(mass).toBeGreaterThan(0);
      expect(next.map(({ token }) => token)).toContain(word);
      for (const { token } of next) expect(token.startsWith(half)).toBe(true);
    }
    const { stdout } = await unrolled(folder, 'suggest', 'pieces', 'the old c');
    expect(stdout).toContain('Words that begin with "c" have ');
  });

  test('completes a half-typed word', async () => {
    const args = ['--prompt', 'the old co', '--length', '1', '--temperature', '0'];
    expect((await unrolled(folder, 'generate', 'pieces', ...args)).stdout).toMatch(/^the old cow/);
  });
});

/** Runs a script for `sh` at a terminal, whose keys `type` sends; resolves with all it shows. */
async function atTerminal(
  script: string,
  type: (shown: () => string, send: (keys: string) => void) => Promise<void>,
) {
  const command = script.replaceAll('UNROLLED', `'${process.execPath}' '${binary}'`);
  const env = { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  let all = '';
  child.stdout.on('data', (data) => {
    all += data;
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  await type(
    () => all,
    (keys) => child.stdin.write(keys),
  );
  await closed;
  return all;
}

const until = (check: () => boolean) => expect.poll(check, { timeout: 20_000, interval: 20 }).toBe(true);
const STATE = 'stty -a | grep -o -E -e "-?(icanon|echo|isig) "';
const RESTORED = /isig\s+icanon\s+echo\s*$/;

const hasTerminals = String(spawnSync('script', ['--version']).stdout).includes('util-linux');
if (!hasTerminals) console.info('The line at a terminal is not tested here: it needs script of util-linux.');

describe.skipIf(!hasTerminals)('the line at a terminal', () => {
  test('suggests while typing; Tab accepts, Enter continues, Ctrl-D quits', async () => {
    const shown = await atTerminal(
      `UNROLLED suggest m --backend reference; echo status $?; ${STATE}`,
      async (text, send) => {
        await until(() => text().includes('Ctrl-D quits') && text().includes('%'));
        send('the old c');
        await until(() => /the old c\s+\S*c\w+\S* [\d.]+%/.test(text()));
        send('\t');
        await until(() => /› the old c[a-z]+ \s*\n/.test(text()));
        send('\r');
        await until(() => /the old c[a-z]+ [a-z][^›]*\n[^›]*› \s*\n/.test(text()));
        send('한국\x7f\x04');
      },
    );
    expect(shown).toMatch(/status 0\s/);
    expect(shown).toMatch(RESTORED);
  });

  test('after the model ends an item, the next line starts a new one', async () => {
    const items = ['--items', 'line', '--tokens', 'word', '--epochs', '5', '--out', 'items'];
    expect((await unrolled(folder, 'train', 'train.txt', ...tiny, ...items)).status).toBe(0);
    const rows = (text: string) => Array.from(text.matchAll(/› \s*\n([^\n]*%)/g), ([, row]) => row);
    const shown = await atTerminal('UNROLLED suggest items --backend reference', async (text, send) => {
      await until(() => rows(text()).length === 1);
      send('the\r');
      await until(() => rows(text()).length === 2);
      send('\x04');
    });
    const [first, second] = rows(shown);
    expect(second).toBe(first);
  });

  test.each([
    ['Ctrl-C', 130, (send: (keys: string) => void) => send('\x03')],
    ['SIGTERM', 130, (_: unknown, pid: number) => process.kill(pid, 'SIGTERM')],
    ['SIGINT', 130, (_: unknown, pid: number) => process.kill(pid, 'SIGINT')],
  ])('restores the terminal at %s', async (_, status, end) => {
    const script = `UNROLLED suggest m --backend reference </dev/tty & echo pid $!; wait $!; echo status $?; ${STATE}`;
    const shown = await atTerminal(script, async (text, send) => {
      await until(() => text().includes('%'));
      end(send, Number(/pid (\d+)/.exec(text())?.[1]));
    });
    expect(shown).toMatch(new RegExp(`status ${status}\\s`));
    expect(shown).toMatch(RESTORED);
  });
});
