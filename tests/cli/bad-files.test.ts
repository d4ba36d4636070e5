import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { binary, type Finished, sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';
import { resealed } from '../support/resealed.ts';

const latin1 = Buffer.concat([Buffer.from('the cat\n'), Buffer.from([0xe9]), Buffer.from(' la carte\n')]);
const folder = temporaryFolder({
  'good.txt': sentences(60),
  'empty.txt': '',
  'blank.txt': '  \t ',
  'short.txt': 'the cat purrs .\nthe dog barks .\n',
  'same.txt': 'ha '.repeat(500),
  'latin1.txt': latin1,
  'cut.txt': Buffer.from('smile 😀').subarray(0, -1),
  'one.txt': 'the',
});

const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  mkdirSync(at('folder'));
  const { status } = await unrolled(folder, 'train', 'good.txt', ...tiny, '--out', 'good.safetensors');
  expect(status).toBe(0);
  const good = readFileSync(at('good.safetensors'));
  writeFileSync(at('half.safetensors'), good.subarray(0, good.length / 2));
  writeFileSync(at('packed.safetensors'), gzipSync(good));
  writeFileSync(at('head.safetensors'), good.subarray(0, 5));
  writeFileSync(at('claims.safetensors'), Buffer.concat([Buffer.alloc(8, 0x7f), good]));
  const { tensors, metadata } = readSafetensors(good);
  const change = (name: string, key: string, value: string) =>
    writeFileSync(at(name), resealed(tensors, { ...Object.fromEntries(metadata), [key]: value }));
  change('other.safetensors', 'format', 'pt');
  change(
    'huge.safetensors',
    'config',
    metadata.get('config')!.replace('"hiddenSize":12', '"hiddenSize":1000000'),
  );
  change('deep.safetensors', 'recipe', '['.repeat(100_000) + ']'.repeat(100_000));
  change('escape.safetensors', 'recipe', JSON.stringify({ '\x1b[2J': '\x1b]0;owned\x07' }));
});

/** One line on stderr, nothing on stdout, status 1. */
function expectError({ status, stdout, stderr }: Finished, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
}

const texts: readonly (readonly [line: string, message: RegExp])[] = [
  ['nowhere.txt', /^nowhere\.txt: there is no such file/],
  ['good.txt/x', /^good\.txt\/x: a part of the path is a file/],
  ['folder', /^folder: the folder has no texts; it needs at least one/],
  ['empty.txt', /^empty\.txt: the file is empty/],
  ['blank.txt', /needs? .*text/],
  [
    'latin1.txt',
    /^latin1\.txt: the text is not UTF-8 from byte 8 \(0xe9\) on; it looks like windows-1252\. Set --encoding windows-1252, or convert it: iconv -f WINDOWS-1252 /,
  ],
  ['cut.txt', /^cut\.txt: the text is not UTF-8 from byte 6 \(0xf0\) on/],
  [
    'short.txt --valid none',
    /^train: the training text has 10 tokens; --batch 4 and --time 5 need at least 21\. /,
  ],
  [
    'good.txt --time 500',
    /^train: the training text has \d+ tokens; --batch 4 and --time 500 need at least 2001\. /,
  ],
  [
    'good.txt --batch 500',
    /^train: the training text has \d+ tokens; --batch 500 and --time 5 need at least 2501\. .* smaller --batch or --time\./,
  ],
  ['same.txt', /^train: every word of the training text is "ha"; it needs at least 2 distinct ones/],
  ['good.txt --valid latin1.txt', /^latin1\.txt/],
  ['good.txt --vocab-size 1', /^train: every word of the training text is "<unk>"; .* larger --vocab-size/],
  ['good.txt --valid one.txt', /^train: the validation text has 1 token/],
  ['good.txt --test one.txt', /^train: the test text has 1 token/],
  ['good.txt --test nowhere.txt', /^nowhere\.txt: /],
  ['good.txt --init nowhere.safetensors', /^nowhere\.safetensors: /],
  ['good.txt --init half.safetensors', /^half\.safetensors: .* damaged/],
  [
    'good.txt --hidden 1000000',
    /^train: --hidden is 1000000: training a model of .* GB; the maximum of a WebAssembly memory .* Use --hidden \d+ or less\.$/m,
  ],
  ['good.txt --out folder', /^folder: this is a folder; the output needs a file/],
  [
    'good.txt --out nowhere/m.safetensors',
    /^nowhere\/m\.safetensors: the folder nowhere does not exist\. Create it/,
  ],
  ['good.txt --out good.txt', /^--out: good\.txt is the same file as good\.txt, which is in use/],
  ['good.txt --out ./good.txt', /^--out: /],
  ['good.txt --log good.txt', /^--log: /],
  ['good.txt --log nowhere/log.jsonl', /^nowhere\/log\.jsonl: the folder nowhere does not exist\. Create it/],
];

test.concurrent.each(texts)('train %s: refused before training', async (line, message) => {
  const out = line.includes('--out') ? [] : ['--out', 'never.safetensors'];
  expectError(await unrolled(folder, 'train', ...tiny, ...out, ...line.split(' ')), message);
  expect(existsSync(at('never.safetensors'))).toBe(false);
});

test('a refused text is unchanged, and no file is left next to it', () => {
  expect(readFileSync(at('good.txt'), 'utf8')).toBe(sentences(60));
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

const models: readonly (readonly [name: string, message: RegExp])[] = [
  ['nowhere', /^nowhere\.safetensors: there is no such file/],
  ['half', /^half\.safetensors: .*The file is damaged/],
  ['head', /^head\.safetensors: the file has 5 bytes/],
  ['claims', /^claims\.safetensors: the header claims/],
  ['other', /^other\.safetensors: the file is not an Unrolled model/],
  ['packed', /^packed\.safetensors: this is a gzip archive; it must be a safetensors file/],
  ['huge', /^huge\.safetensors: rnn\.0\.Wx is \(8, 12\); it must be \(8, 1000000\)/],
];

test.concurrent.each(models)('a model file that is %s is refused', async (name, message) => {
  expectError(await unrolled(folder, 'inspect', `${name}.safetensors`), message);
});

test('every command that reads a model refuses a truncated file', async () => {
  const runs = [
    unrolled(folder, 'evaluate', 'half.safetensors', 'good.txt'),
    unrolled(folder, 'generate', 'half.safetensors'),
  ];
  for (const run of await Promise.all(runs)) expectError(run, /^half\.safetensors: .*The file is damaged/);
});

test('the contents of a model file can neither control the terminal nor overflow the stack', async () => {
  const { stdout } = await unrolled(folder, 'inspect', 'escape.safetensors');
  expect(stdout).toContain('\\u{1b}]0;owned\\u{7}');
  expect(stdout).not.toContain('\x1b');
  expect(await unrolled(folder, 'inspect', 'deep.safetensors')).toMatchObject({ status: 0, stderr: '' });
  expectError(await unrolled(folder, 'inspect', 'deep.safetensors', '--json'), /too deeply nested/);
});

test('a model never replaces a device', async () => {
  expectError(
    await unrolled(folder, 'train', 'good.txt', ...tiny, '--out', '/dev/null'),
    /^\/dev\/null: this is not a regular file/,
  );
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk for the log is reported once, and the run continues',
  async () => {
    const flags = [...tiny, '--quiet', '--out', 'x', '--log', '/dev/full', '--log-every', '1'];
    const { status, stdout, stderr } = await unrolled(folder, 'train', 'good.txt', ...flags);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toBe(
      '--log: /dev/full: the disk is full. Free some space, or choose another path. ' +
        "Training continues; lines that can't be written are left out.\n",
    );
    expect(existsSync(at('x'))).toBe(true);
  },
);

test.skipIf(!existsSync('/dev/full'))('a full disk for standard output is reported', () => {
  const run = () =>
    execFileSync('sh', ['-c', `"$0" "$1" --version > /dev/full`, process.execPath, binary], {
      stdio: 'pipe',
    });
  expect(run).toThrow(/standard output: the disk is full/);
});

const root = process.getuid?.() === 0;
const why = root ? ' (skipped: root may write anywhere)' : '';
test.skipIf(root)(`a folder that may not be written to is refused before training${why}`, async () => {
  mkdirSync(at('sealed'), { recursive: true });
  chmodSync(at('sealed'), 0o500);
  const run = await unrolled(folder, 'train', 'good.txt', ...tiny, '--out', 'sealed/m.safetensors');
  expectError(run, /^sealed\/m\.safetensors: permission denied/);
});
