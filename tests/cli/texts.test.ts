import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodedTexts } from '../formats/text/encoded-texts.ts';
import { temporaryFolder, unrolled } from '../support/process.ts';

const markdown = '# Title one\n- [ ] task <eos> one\n$ npm install\n50 % of « it »\n'.repeat(40);
const wide = Buffer.from(markdown, 'utf16le');
const folder = temporaryFolder({
  'notes.txt': markdown,
  'mac.txt': markdown.replaceAll('\n', '\r'),
  'mark.txt': '\ufeff',
  'wide.txt': wide,
  'marked.txt': Buffer.concat([Buffer.of(0xff, 0xfe, 0, 0), wide]),
});
const tiny = '--layers 1 --embedding 8 --hidden 8 --batch 2 --time 5 --epochs 1 --threads 1 --seed 1'.split(
  ' ',
);
const run = (...args: readonly string[]) => unrolled(folder, ...args);

beforeAll(async () => {
  const { status, stderr } = await run('train', 'notes.txt', '--out', 'notes', '--quiet', ...tiny);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a prompt is printed as typed', async () => {
  const written = await run(
    'generate',
    'notes',
    '--prompt',
    '# Title - [ ] $ 50 % « it » <eos>',
    '--length',
    '1',
  );
  expect(written.stdout).toMatch(/^# Title - \[ \] \$ 50 % « it » <eos>/);
});

test('<eos> in a text is a word in scores and prompts, and <unk> is out of vocabulary', async () => {
  const { stdout } = await run('generate', 'notes', '--prompt', '<eos> <unk>', '--length', '1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ prompt: '<eos> <unk>', unknown: ['<unk>'] });
  const tokens = (await unrolled(folder, 'score', 'notes', 'notes.txt', '--json')).stdout
    .split('\n')
    .slice(0, 9);
  const read = tokens.map((line) => JSON.parse(line));
  expect(read.map(({ token }) => token)).toEqual([
    '#',
    'Title',
    'one',
    '<eos>',
    '-',
    '[',
    ']',
    'task',
    ' <eos>',
  ]);
  expect(read.map(({ line }) => line)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2]);
});

test('CR line ends are recognised, with a notice', async () => {
  const [mac, unix] = [
    await run('evaluate', 'notes', 'mac.txt', '--json'),
    await run('evaluate', 'notes', 'notes.txt', '--json'),
  ];
  expect(mac.stdout).toBe(unix.stdout);
  expect(mac.stderr).toBe(
    'mac.txt: the lines end with CR alone, as on old Macs; each CR is read as a newline.\n',
  );
  const scored = await run('score', 'notes', 'mac.txt', '--by', 'document', '--json');
  expect(JSON.parse(scored.stdout).lines).toBe(160);
  expect(scored.stderr).toBe(mac.stderr);
});

test('texts in gzip archives, folders, patterns and other encodings are read as the same text', async () => {
  const half = markdown.indexOf('# Title', markdown.length / 2);
  mkdirSync(join(folder, 'parts/more'), { recursive: true });
  writeFileSync(join(folder, 'parts/1.md'), markdown.slice(0, half));
  writeFileSync(join(folder, 'parts/more/2.md.gz'), gzipSync(markdown.slice(half)));
  writeFileSync(join(folder, 'parts/.draft'), 'none of it');
  const cases = [['notes.txt'], ['parts'], ['parts/*.md', 'parts/**/*.gz'], ['utf16.txt']];
  writeFileSync(join(folder, 'utf16.txt'), Buffer.from(`\ufeff${markdown}`, 'utf16le'));
  for (const [name, ...args] of [['evaluate'], ['score', '--by', 'document'], ['compare', 'notes']]) {
    const results = await Promise.all(
      cases.map((words) => run(name, 'notes', ...args, ...words, '--json', '--backend', 'wasm')),
    );
    const [plain, inFolder, inPattern, wide] = results.map(({ stdout }) => stdout);
    expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect([inFolder, inPattern, wide]).toEqual([plain, plain, plain]);
    expect(results[1].stderr).toBe(
      'parts: reading 2 files in this folder; 1 skipped (hidden, empty or not a file).\n',
    );
  }
});

test('--encoding sets the encoding of all texts, and the model file stores it', async () => {
  const encoded = encodedTexts.find(([encoding]) => encoding === 'euc-kr') as (typeof encodedTexts)[number];
  writeFileSync(join(folder, 'euc.txt'), Buffer.from(encoded[2].repeat(30), 'hex'));
  writeFileSync(join(folder, 'utf8.txt'), encoded[1].repeat(30));
  const train = (file: string, ...flags: string[]) =>
    run('train', file, '--tokens', 'char', '--out', `${file}.m`, '--quiet', ...tiny, ...flags);
  const runs = [await train('euc.txt', '--encoding', 'EUC-KR'), await train('utf8.txt')];
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  const facts = async (file: string) => JSON.parse((await run('inspect', `${file}.m`, '--json')).stdout);
  const [euc, utf8] = [await facts('euc.txt'), await facts('utf8.txt')];
  expect(euc.parameters).toEqual(utf8.parameters);
  expect(euc.corpus.files[0].encoding).toBe('euc-kr');
  expect(utf8.corpus.files[0].encoding).toBeUndefined();
  const scored = await run('score', 'utf8.txt.m', 'euc.txt', '--encoding', 'euc-kr', '--json');
  expect(scored.stdout).toBe((await run('score', 'utf8.txt.m', 'utf8.txt', '--json')).stdout);
  const prompted = await run(
    'generate',
    'utf8.txt.m',
    '--prompts',
    'euc.txt',
    '--encoding',
    'euc-kr',
    '--length',
    '1',
  );
  expect(prompted.stdout).toBe(
    (await run('generate', 'utf8.txt.m', '--prompts', 'utf8.txt', '--length', '1')).stdout,
  );
});

test('a byte model trains on and scores any bytes; a word model needs text', async () => {
  const bytes = Buffer.concat(
    Array.from({ length: 40 }, (_, i) => Buffer.of(0xff, 0xfe, 0, 13, 10, 0xe9, i)),
  );
  writeFileSync(join(folder, 'any.bin'), bytes);
  const train = (...tokens: string[]) =>
    run('train', 'any.bin', '--encoding', 'bytes', ...tokens, '--out', 'any', '--quiet', ...tiny);
  expect(await train('--tokens', 'byte')).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stdout } = await run('score', 'any', 'any.bin', '--encoding', 'bytes', '--json');
  expect(stdout.split('\n')).toHaveLength(bytes.length + 1);
  expect(await run('score', 'notes', 'any.bin', '--encoding', 'bytes')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^score: got --encoding bytes with word tokens; it needs byte or bpe/),
  });
  expect(await train('--tokens', 'word')).toMatchObject({ status: 2 });
});

test('a truncated archive and a binary file in a folder are named', async () => {
  mkdirSync(join(folder, 'mixed'));
  writeFileSync(join(folder, 'mixed/a.txt'), markdown);
  writeFileSync(join(folder, 'mixed/b.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  writeFileSync(join(folder, 'cut.gz'), gzipSync(markdown).subarray(0, -20));
  expect(await run('evaluate', 'notes', 'mixed')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('mixed/b.png: this is a PNG image; it must be a text in UTF-8.'),
  });
  expect(await run('evaluate', 'notes', 'cut.gz')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^cut\.gz: the gzip file is truncated/),
  });
});

const readers = {
  train: ['train', 'FILE', '--out', 'never', ...tiny],
  '--valid': ['train', 'notes.txt', '--valid', 'FILE', '--out', 'never', ...tiny],
  '--test': ['train', 'notes.txt', '--test', 'FILE', '--out', 'never', ...tiny],
  evaluate: ['evaluate', 'notes', 'FILE'],
  score: ['score', 'notes', 'FILE'],
  compare: ['compare', 'notes', 'notes', 'FILE'],
  'generate --prompts': ['generate', 'notes', '--prompts', 'FILE'],
  'generate --text': ['generate', 'notes', '--text', 'FILE'],
};

describe.each(Object.entries(readers))('%s', (_, words) => {
  test.each([
    [
      'wide.txt',
      /^wide\.txt: \d+% of the bytes are NUL, as in UTF-16; .*iconv -f UTF-16LE -t UTF-8 wide\.txt/,
    ],
    ['marked.txt', /^marked\.txt: the byte order mark says UTF-32LE; .*iconv -f UTF-32LE/],
    ['mark.txt', /^mark\.txt: the file is empty/],
  ])('refuses %s', async (file, message) => {
    const { status, stderr, stdout } = await run(...words.map((word) => (word === 'FILE' ? file : word)));
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
