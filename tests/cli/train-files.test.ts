// What train does with the files that are there when it begins.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  binary,
  InProcess,
  Running,
  sentences,
  startsFast,
  temporaryFolder,
  tiny,
  unrolled,
} from '../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300), 'other.txt': sentences(300, 2) });
const small = [...tiny, ...startsFast];
const at = (name: string): string => join(folder, name);
const train = (text: string, ...args: string[]) =>
  unrolled(folder, 'train', text, ...small, '--quiet', ...args);
const filesOf = (stem: string) =>
  readdirSync(folder).filter((name) => name.replace(/^\./, '').startsWith(stem));
const contentsOf = (stem: string) =>
  filesOf(stem).map((name) => [name, readFileSync(at(name)).toString('hex')]);

const endless = ['train', 'train.txt', ...small, '--epochs', '100000', '--json', '--log-every', '1'];

/** A process that has written checkpoints of a run of many epochs, and continues. */
async function begun(out: string, ...args: string[]): Promise<Running> {
  const run = new Running([...endless, '--out', out, ...args], folder);
  await run.says(/"event":"step","epoch":3/);
  return run;
}

async function interrupted(out: string, ...args: string[]): Promise<void> {
  const run = new InProcess([...endless, '--out', out, ...args], folder);
  await run.says(/"event":"step","epoch":3/);
  run.kill('SIGINT');
  expect((await run.finished()).status).toBe(130);
}

test('another text or other flags exit with status 2, and name and keep the unfinished work', async () => {
  await interrupted('a.safetensors');
  const before = contentsOf('a.');
  expect(before.length).toBeGreaterThan(2);
  const out = ['--out', 'a.safetensors'];
  for (const [text, flags, what] of [
    ['other.txt', ['--epochs', '100000'], 'another text'],
    ['train.txt', [], 'other settings (--epochs)'],
    ['train.txt', ['--epochs', '100000', '--seed', '2'], 'other settings (--seed)'],
  ] as const) {
    const { status, stdout, stderr } = await train(text, ...out, ...flags);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^train: a\.safetensors has checkpoints of .*\.checkpoint-\d+\.safetensors; .*\n$/,
    );
    expect(stderr).toContain(`an unfinished run with ${what}: a.checkpoint-`);
    for (const way of ['--resume latest', '--overwrite', 'another --out']) expect(stderr).toContain(way);
  }
  expect(contentsOf('a.')).toEqual(before);
});

test('the same request says how to resume the unfinished run; --overwrite discards it', async () => {
  const run = new InProcess(
    ['train', 'train.txt', ...small, '--epochs', '100000', '--out', 'a.safetensors'],
    folder,
  );
  await run.says(/epoch +\d+\/100000/);
  run.kill('SIGINT');
  const { stdout } = await run.finished();
  expect(stdout).toMatch(
    /^There is an unfinished run .* a\.safetensors; --resume latest continues it from step [\d,]+\. [^\n]*\n/,
  );
  expect(await train('other.txt', '--out', 'a.safetensors', '--overwrite')).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(filesOf('a.')).toEqual(['a.safetensors']);
});

test('a second run with the same --out is refused while the first runs, also with --resume, but not after a kill', async () => {
  const run = await begun('b.safetensors');
  for (const flags of [[], ['--resume', 'latest'], ['--overwrite']]) {
    const { status, stderr } = await train('train.txt', '--out', 'b.safetensors', ...flags);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^b\\.safetensors: process ${run.child.pid} is writing it; `));
  }
  run.child.kill('SIGKILL');
  await run.finished();
  expect(await train('train.txt', '--out', 'b.safetensors', '--overwrite')).toMatchObject({ status: 0 });
  expect(filesOf('b')).toEqual(['b.safetensors']);
});

test('no lock is left when a run ends, fails or is stopped', async () => {
  await interrupted('c.safetensors');
  expect(
    await train('train.txt', '--out', 'd.safetensors', '--optimizer', 'sgd', '--lr', '1e30'),
  ).not.toMatchObject({
    status: 70,
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a checkpoint with a flipped bit is skipped, with a message on stderr', async () => {
  const checkpoints = filesOf('c.checkpoint-').sort(
    (a, b) => statSync(at(a)).mtimeMs - statSync(at(b)).mtimeMs,
  );
  const newest = checkpoints.at(-1) as string;
  const bytes = readFileSync(at(newest));
  bytes[bytes.length - 9] ^= 1;
  writeFileSync(at(newest), bytes);
  const run = await begun('c.safetensors', '--resume', 'latest');
  run.child.kill('SIGINT');
  const { stdout, stderr } = await run.finished();
  expect(JSON.parse(stdout.split('\n')[0])).toMatchObject({ resumed: { file: checkpoints.at(-2) } });
  expect(stderr).toMatch(
    new RegExp(`^${newest}: .*--no-verify.* Resuming from the previous checkpoint, ${checkpoints.at(-2)}`),
  );
});

test.skipIf(process.platform === 'win32')(
  '--out keeps the mode and the link; a read-only file is refused before work',
  async () => {
    writeFileSync(at('private.safetensors'), '');
    chmodSync(at('private.safetensors'), 0o600);
    symlinkSync('private.safetensors', at('link.safetensors'));
    expect(await train('train.txt', '--out', 'link.safetensors')).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(at('private.safetensors')).mode & 0o777).toBe(0o600);
    chmodSync(at('private.safetensors'), 0o400);
    for (const flags of [
      ['--out', 'private.safetensors'],
      ['--out', 'e.safetensors', '--log', 'private.safetensors'],
    ]) {
      const { status, stderr } = await train('train.txt', ...flags);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^private\.safetensors: this file is read-only/);
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'unfinished work next to the target of a link is kept, and resumed by either name',
  async () => {
    symlinkSync('f.safetensors', at('other-name.safetensors'));
    await interrupted('f.safetensors');
    const before = contentsOf('f.');
    expect(await train('other.txt', '--out', 'other-name.safetensors')).toMatchObject({ status: 2 });
    expect(contentsOf('f.')).toEqual(before);
    await interrupted('other-name.safetensors', '--resume', 'latest');
    expect(filesOf('other-name.')).toEqual(['other-name.safetensors']);
    expect(contentsOf('f.')).not.toEqual(before);
  },
);

test.each([
  ['--out -', 2, /^--out: got '-'; it needs a file name/],
  ['--log -', 2, /^--log: got '-'; .*--json/],
  ['--out new/', 1, /^new\/: this is a folder/],
  [`--out ${'n'.repeat(240)}`, 1, /the name is too long/],
] as const)('%s is refused before work', async (flags, status, message) => {
  const run = await train('train.txt', ...flags.split(' '));
  expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
});

/** Root lists any folder, unless it gives its capabilities up. */
const withoutRights = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
const canList =
  process.platform === 'win32' ||
  spawnSync('sh', ['-c', '"$@"', 'sh', ...withoutRights, 'true']).status !== 0;
if (canList) console.log('unlistable is not tested: this user can list every folder, and setpriv is missing');

test.skipIf(canList)('a folder that can be written but not listed is a sentence', () => {
  mkdirSync(at('blind'));
  chmodSync(at('blind'), 0o333);
  const train = [binary, 'train', 'train.txt', ...small, '--out', 'blind/m.safetensors', '--quiet'];
  const [program, ...args] = [...withoutRights, process.execPath, ...train];
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  chmodSync(at('blind'), 0o755);
  expect(stderr).toMatch(/^blind: permission denied to list this folder/);
  expect(status).toBe(1);
  expect(readdirSync(at('blind'))).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a deleted working folder is reported by every command', () => {
  // All commands share the check, which comes before theirs.
  for (const command of ['train', 'doctor']) {
    mkdirSync(at('gone'));
    const line = `rmdir ../gone; exec "$@"`;
    const args = ['-c', line, 'sh', process.execPath, binary, ...command.split(' ')];
    const { status, stdout, stderr } = spawnSync('sh', args, { cwd: at('gone'), encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^\w+: the working folder no longer exists\. .*\n$/);
  }
  expect(() => rmdirSync(at('gone'))).toThrow();
});
