// The built commands tokenizer train, encode, decode and show.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomIntegers } from '../../data/random-integers.ts';
import { jsonLines } from '../../support/output.ts';
import {
  InProcess,
  inShell,
  isReading,
  Running,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const speech = `${sentences(400)}모든 인간은 👩‍👩‍👧 “free” — 1,234\r\n\ttab\0 end`;
const binary = Buffer.concat([
  Buffer.from('\ufeffcr alone\rcr lf\r\n\0\0 é'),
  Uint8Array.from(randomIntegers(1, 100_000, 256)),
  Buffer.from('🙂').subarray(0, 3),
]);
const folder = temporaryFolder({
  'a.txt': speech,
  'any.bin': binary,
  'empty.txt': '',
  'old-mac.txt': `\ufeff${'a b\rc '.repeat(9)}`,
});
const at = (name: string): string => join(folder, name);
const run = (...args: readonly string[]) => unrolled(folder, 'tokenizer', ...args);

beforeAll(async () => {
  const made = await run('train', 'a.txt', '--vocab-size', '300', '--out', 't.json');
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(made.stdout).toMatch(/^ {2}tokens {11}300\n.*bytes per token {2}\d\.\d\d\n.*\n\nsaved t\.json\n$/s);
  for (const kind of ['byte', 'char', 'word']) {
    const { status } = await unrolled(
      folder,
      'train',
      'a.txt',
      '--tokens',
      kind,
      '--vocab-size',
      'all',
      '--valid',
      'none',
      ...tiny,
      ...['--batch', '16', '--time', '40', '--epochs', '1', '--out', kind],
      '--quiet',
    );
    expect(status).toBe(0);
  }
});

describe('tokenizer train', () => {
  test('reports its result with --json, for several files, gzip files included', async () => {
    mkdirSync(at('parts'), { recursive: true });
    writeFileSync(at('parts/1.gz'), gzipSync(speech.slice(0, 9000)));
    writeFileSync(at('parts/2.txt'), speech.slice(9000));
    const { stdout, stderr } = await run(
      'train',
      'parts',
      '--vocab-size',
      '300',
      '--out',
      'parts.json',
      '--json',
    );
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      tokens: 300,
      merges: 44,
      bytes: Buffer.byteLength(speech),
      pruned: 0,
      out: 'parts.json',
    });
    const sha256 = createHash('sha256').update(speech.slice(0, 9000)).digest('hex');
    expect(result.files.map((file: { name: string }) => file.name)).toEqual(['1.gz', '2.txt']);
    expect(result.files[0].sha256).toBe(sha256);
    expect(result.bytesPerToken).toBeGreaterThan(1.5);
    expect(stderr).toBe('parts: reading 2 files in this folder.\n');
  });

  test('learns the same pieces however the text is chunked, and prints nothing with --quiet', async () => {
    const args = ['tokenizer', 'train', '-', '--vocab-size', '300', '--out', 'piped.json', '--quiet'];
    const piped = await new InProcess(args, folder, { input: speech }).finished();
    expect(piped).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(at('piped.json'), 'utf8')).toBe(readFileSync(at('t.json'), 'utf8'));
  });

  test('normalises texts, and the file stores the form', async () => {
    writeFileSync(at('nfd.txt'), 'cafe\u0301 '.repeat(99));
    await run(
      'train',
      'nfd.txt',
      '--vocab-size',
      '270',
      '--normalize',
      'nfc',
      '--out',
      'nfc.json',
      '--quiet',
    );
    expect(JSON.parse(readFileSync(at('nfc.json'), 'utf8')).normalizer).toEqual({ type: 'NFC' });
    const { stdout: input } = await run('encode', 'nfc.json', 'nfd.txt');
    const decode = new InProcess(['tokenizer', 'decode', 'nfc.json'], folder, { input });
    expect((await decode.finished()).stdout).toBe('café '.repeat(99));
  });

  test('never overwrites an input, and refuses an unwritable output before reading', async () => {
    expect(await run('train', 'a.txt', '--out', './a.txt')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^--out: \.\/a\.txt is the same file as a\.txt, which is in use/),
    });
    expect(await run('train', 'a.txt', '--out', 'no/t.json')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no\/t\.json: the folder no does not exist\. Create it/),
    });
    expect(await run('train', 'any.bin', '--out', 'u.json')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^any\.bin: the text is not UTF-8/),
    });
    expect(existsSync(at('u.json'))).toBe(false);
  });

  test.skipIf(process.platform === 'win32')(
    'leaves the old file intact and no temporary file when interrupted',
    async () => {
      writeFileSync(at('old.json'), 'old');
      const waiting = new Running(['tokenizer', 'train', '-', '--out', 'old.json'], folder);
      await isReading(waiting);
      waiting.child.kill('SIGINT');
      await waiting.finished();
      expect(waiting.child.signalCode).toBe('SIGINT');
      expect(readFileSync(at('old.json'), 'utf8')).toBe('old');
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );
});

describe('tokenizer encode | tokenizer decode', () => {
  test.each([
    ['t.json', 'any.bin'],
    ['t.json', 'a.txt'],
    ['t.json', 'empty.txt'],
    ['byte', 'any.bin'],
    ['byte', 'old-mac.txt'],
    ['char', 'a.txt'],
  ])('round-trip with %s for %s, byte for byte', async (tokenizer, file) => {
    const { stdout: input } = await run('encode', tokenizer, file);
    const decode = new InProcess(['tokenizer', 'decode', tokenizer], folder, { input });
    expect(await decode.finished()).toMatchObject({ status: 0, stderr: '' });
    expect(decode.bytes.equals(readFileSync(at(file)))).toBe(true);
  });

  test('round-trip bytes in a pipe', async () => {
    const script = '"$@" | "$1" "$2" tokenizer decode "$5" | cmp - any.bin && echo same';
    const piped = await inShell(folder, script, 'tokenizer', 'encode', 't.json', 'any.bin');
    expect(piped).toEqual({ status: 0, stdout: 'same\n', stderr: '' });
  });

  test('a word model decodes to readable text', async () => {
    const { stdout: input } = await run('encode', 'word', 'a.txt');
    const decode = new InProcess(['tokenizer', 'decode', 'word'], folder, { input });
    const { stdout } = await decode.finished();
    expect(stdout.startsWith(sentences(3))).toBe(true);
  });

  test('the output has only ids and white space, and equals the ids of the whole text', async () => {
    const long = `${sentences(3000)}${'x'.repeat(70_000)} end`;
    writeFileSync(at('long.txt'), long);
    const { stdout } = await run('encode', 't.json', 'long.txt');
    expect(stdout).toMatch(/^(\d+[ \n])+$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.split(' ').length))).toBe(32);
    const piped = await inShell(
      folder,
      '{ head -c 50001 long.txt; sleep 0.2; tail -c +50002 long.txt; } | "$@"',
      'tokenizer',
      'encode',
      't.json',
      '-',
    );
    expect(piped.stdout).toBe(stdout);
    const byByte = await run('encode', 'byte', 'old-mac.txt');
    expect(byByte.stdout.split(/\s+/).slice(0, 8)).toEqual([
      '239',
      '187',
      '191',
      '97',
      '32',
      '98',
      '13',
      '99',
    ]);
  });

  test.each([
    ['1 2 x3', /^standard input: line 1 has "x3"; it needs ids from 0 to 299/],
    ['1\n2 3\n4 -5', /^standard input: line 3 has "-5"/],
    ['7 12.5', /^standard input: line 1 has "12\.5"/],
    ['1\n\n300 1', /^standard input: line 3 has the id 300; ids must be from 0 to 299/],
    ['99999999999999999999999', /^standard input: line 1 has the id 99999999999999999999/],
  ])('decode refuses %j and names its line', async (ids, message) => {
    const decode = new InProcess(['tokenizer', 'decode', 't.json'], folder, { input: ids });
    const { status, stderr } = await decode.finished();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(message) });
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  test('an error names the kind of a file that is not a tokenizer', async () => {
    writeFileSync(at('other.json'), '{"model":{"type":"Unigram","vocab":[]}}');
    expect(await run('encode', 'a.txt', 'a.txt')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^a\.txt: this is a text; it needs/),
    });
    expect(await run('encode', 'other.json', 'a.txt')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^other\.json: .*Unigram/),
    });
    expect(await run('encode', 'char', 'any.bin')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^any\.bin: the text is not UTF-8 from byte/),
    });
  });
});

describe('tokenizer show', () => {
  test('without a terminal puts bars between tokens, marks unknown ones, and counts', async () => {
    writeFileSync(at('line.txt'), 'the zebra | 모\nthe é');
    const shown = await run('show', 't.json', 'line.txt');
    const [first] = shown.stdout.split('\n');
    expect(first.replaceAll('|', '')).toMatch(/^the zebra {2}<|^the zebra {2}모⏎$/);
    expect(shown.stdout).toMatch(
      / {2}tokens {11}\d+; \d+ distinct of 300\n {2}bytes {12}22\n {2}bytes per token {2}\d\.\d\d\n {2}unknown {10}0\n$/,
    );
    const words = await run('show', 'word', 'line.txt');
    expect(words.stdout).toMatch(/^the\|‹zebra›\|‹\|›\|‹모›\|⏎\nthe\|‹é›\n\n/);
  });

  test('shows colours on a terminal, and escapes control characters of the text', async () => {
    writeFileSync(at('steer.txt'), '\x1b[2Jthe');
    const shown = await new InProcess(['tokenizer', 'show', 'byte', 'steer.txt'], folder, {
      env: { FORCE_COLOR: '1' },
    }).finished();
    expect(shown.stdout).toContain('\\u{1b}');
    expect(shown.stdout).not.toContain('\x1b[2J');
    expect(shown.stdout).toContain('\x1b[48;5;157;38;5;16m');
  });

  test('prints a JSON object per token, with positions in the text, or the most frequent tokens', async () => {
    writeFileSync(at('few.txt'), 'the the é');
    const lines = jsonLines((await run('show', 'byte', 'few.txt', '--json')).stdout);
    expect(lines[0]).toEqual({ token: 't', id: 116, start: 0, end: 1, known: true });
    expect(lines.at(-2)).toEqual({ token: '\xa9', id: 169, start: 8, end: 9, known: true });
    expect(lines.at(-1)).toEqual({
      tokens: 10,
      different: 6,
      vocabulary: 256,
      bytes: 10,
      bytesPerToken: 1,
      unknown: 0,
    });
    const top = jsonLines((await run('show', 'byte', 'few.txt', '--top', '2', '--json')).stdout);
    expect(top.slice(0, 2)).toEqual([
      { id: 32, token: ' ', count: 2 },
      { id: 101, token: 'e', count: 2 },
    ]);
  });
});

test.skipIf(!existsSync('/dev/full'))(
  'a closed pipe, a full disk and a closed input are handled as in other commands',
  async () => {
    const left = await inShell(folder, '"$@" | head -n 1', 'tokenizer', 'encode', 'byte', 'any.bin');
    expect(left).toMatchObject({ status: 0, stderr: '' });
    const full = await inShell(folder, '"$@" > /dev/full', 'tokenizer', 'encode', 'byte', 'a.txt');
    expect(full).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^standard output: the disk is full/),
    });
    const closed = await inShell(folder, '"$@" <&-', 'tokenizer', 'decode', 'byte');
    expect(closed).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);
