import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { metadataOf } from '../support/output.ts';
import { InProcess, sentences, temporaryFolder } from '../support/process.ts';

const folder = temporaryFolder({
  'a.txt': sentences(500).trimEnd(),
  'b.txt': sentences(250, 2),
  'b.txt.gz': gzipSync(sentences(250, 2)),
  'valid.txt': sentences(50, 3),
});
const small =
  '--tokens word --cell rnn --hidden 12 --embedding 8 --batch 4 --time 5 --untied --dropout 0 --epochs 2 --backend wasm'.split(
    ' ',
  );

/** Texts above 2 kB are streamed, or none is. */
const start = (args: readonly string[], held: 'held' | 'streamed') =>
  new InProcess(
    ['train', ...small, ...args],
    folder,
    held === 'streamed' ? { env: { UNROLLED_MOST_HELD: '2000' } } : {},
  );
const train = (held: 'held' | 'streamed', ...args: string[]) => start(args, held).finished();
const bytes = (name: string) => readFileSync(join(folder, name));
const tokenFiles = (of = folder) => readdirSync(of).filter((name) => name.endsWith('.tokens'));

test.each([
  ['word', 'valid.txt'],
  ['word', '0.1'],
  ['char', '0.1'],
])(
  'a streamed text gives the same model file as in memory, byte for byte: %s, --valid %s',
  async (tokens, valid) => {
    const flags = ['a.txt', 'b.txt', '--tokens', tokens, '--valid', valid, '--epochs', '1'];
    expect(await train('held', ...flags, '--out', 'held')).toMatchObject({ status: 0, stderr: '' });
    const streamed = await train('streamed', ...flags, '--out', 'streamed');
    expect(streamed).toMatchObject({ status: 0, stderr: '' });
    expect(streamed.stdout).toMatch(/token ids stored in streamed\.\w+-\w+\.tokens \(/);
    expect(bytes('streamed').equals(bytes('held'))).toBe(true);
    expect(tokenFiles()).toEqual([]);
  },
);

test('a gzip text is streamed too, and --max-tokens applies', async () => {
  const flags = ['--max-tokens', '900', '--vocab-size', '9', '--valid', 'valid.txt'];
  expect(await train('held', 'b.txt.gz', ...flags, '--out', 'c')).toMatchObject({ status: 0, stderr: '' });
  expect(await train('streamed', 'b.txt.gz', ...flags, '--out', 'd')).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(bytes('d').equals(bytes('c'))).toBe(true);
});

test('--token-cache keeps the tokens for other runs on the text, with any model', async () => {
  const flags = ['a.txt', '--valid', 'valid.txt', '--token-cache', 'cache'];
  const first = await train('streamed', ...flags, '--out', 'e');
  expect(first.stdout).toMatch(/token ids stored in cache\/\w+-\w+\.tokens/);
  const second = await train('streamed', ...flags, '--hidden', '9', '--out', 'f');
  expect(second.stdout).toMatch(/token ids reused from cache\//);
  await train('streamed', ...flags, '--vocab-size', '9', '--out', 'g');
  expect(tokenFiles(join(folder, 'cache'))).toHaveLength(2);
});

test('a token file that is damaged or of another version is rebuilt, with a notice', {
  timeout: 60_000,
}, async () => {
  const flags = ['b.txt', '--valid', 'none', '--token-cache', 'other'];
  await train('streamed', ...flags, '--out', 'h');
  const [name] = tokenFiles(join(folder, 'other'));
  const whole = bytes(`other/${name}`);
  for (const [at, words] of [
    [5, /has the name of a token file but is not one\. It will be rebuilt\./],
    [8, /has version \d+; this program reads version 1\. It will be rebuilt\./],
    [40, /is damaged: it changed after it was written\. It will be rebuilt\./],
    [whole.length - 50, /is damaged/],
  ] as const) {
    const changed = Uint8Array.from(whole);
    changed[at] ^= 4;
    writeFileSync(join(folder, 'other', name), changed);
    const { status, stderr, stdout } = await train('streamed', ...flags, '--out', 'i');
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(words);
    expect(stdout).toContain('token ids stored in other/');
    expect(bytes(`other/${name}`).equals(whole)).toBe(true);
    expect(bytes('i').equals(bytes('h'))).toBe(true);
  }
});

test('a stopped run keeps its tokens, and resumes to the same bits as an uninterrupted run', {
  timeout: 60_000,
}, async () => {
  const flags = [
    'a.txt',
    '--valid',
    'valid.txt',
    '--epochs',
    '6',
    '--checkpoint',
    '50',
    '--json',
    '--log-every',
    '1',
  ];
  expect(await train('streamed', ...flags, '--out', 'whole')).toMatchObject({ status: 0 });
  const run = start([...flags, '--out', 'stopped'], 'streamed');
  await run.says(/"event":"checkpoint".*"step":100,/);
  run.kill('SIGINT');
  expect(await run.finished()).toMatchObject({ status: 130 });
  expect(tokenFiles()).toHaveLength(1);
  const rest = await train('streamed', ...flags, '--out', 'stopped', '--resume', 'latest');
  expect(rest.status, rest.stderr).toBe(0);
  expect(JSON.parse(rest.stdout.split('\n')[0]).notes[0]).toMatchObject({
    note: 'tokens-in-file',
    reused: true,
  });
  expect(bytes('stopped').equals(bytes('whole'))).toBe(true);
  expect(tokenFiles()).toEqual([]);
});

test('by default at most 500 kB are held out of a streamed text, and the recipe says so', async () => {
  writeFileSync(join(folder, 'long.txt'), sentences(1000).repeat(200));
  const { status, stdout } = await train('streamed', 'long.txt', '--max-tokens', '2000', '--out', 'j');
  expect(status).toBe(0);
  expect(stdout).toMatch(/the last \d+\.\d kB are used for validation \(--valid 0\.0\d+\)/);
  const { validFraction } = JSON.parse(metadataOf(join(folder, 'j'), 'recipe'));
  expect(validFraction).toBeLessThan(0.1);
});

test('a text that changes between two readings is an error, and no file is left', async () => {
  writeFileSync(join(folder, 'grows.txt'), sentences(1000).repeat(100));
  const run = start(['grows.txt', '--valid', 'none', '--out', 'k'], 'streamed');
  const ended = run.finished();
  const timer = setInterval(() => appendFileSync(join(folder, 'grows.txt'), 'more .\n'), 5);
  const { status, stderr } = await ended;
  clearInterval(timer);
  expect(status).toBe(1);
  expect(stderr).toMatch(/grows\.txt: the file changed (while|after) it was read/);
  expect(readdirSync(folder).filter((name) => /\.tokens$|\.tmp$/.test(name))).toEqual([]);
});
