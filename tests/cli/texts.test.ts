import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder, unrolled } from '../support/binary.ts';

const markdown = '# Title one\n- [ ] task <eos> one\n$ npm install\n50 % of « it »\n'.repeat(40);
const wide = Buffer.from(markdown, 'utf16le');
const folder = temporaryFolder({
  'notes.txt': markdown,
  'mac.txt': markdown.replaceAll('\n', '\r'),
  'mark.txt': '\ufeff',
  'wide.txt': wide,
  'marked.txt': Buffer.concat([Buffer.of(0xff, 0xfe, 0, 0), wide]),
});
const tiny = '--layers 1 --wordvec 8 --hidden 8 --batch 2 --time 5 --epochs 1 --threads 1 --seed 1'.split(
  ' ',
);
const run = (...args: readonly string[]) => unrolled(folder, ...args);

beforeAll(async () => {
  const { status, stderr } = await run('train', 'notes.txt', '--out', 'notes', '--quiet', ...tiny);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a prompt comes back as it is written', async () => {
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

test('<eos> in a text is a word in scores and prompts, and <unk> one that the vocabulary lacks', async () => {
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

test('lines that end with CR are read as lines, and it is said', async () => {
  const [mac, unix] = [
    await run('evaluate', 'notes', 'mac.txt', '--json'),
    await run('evaluate', 'notes', 'notes.txt', '--json'),
  ];
  expect(mac.stdout).toBe(unix.stdout);
  expect(mac.stderr).toBe(
    'mac.txt: its lines end with CR alone, as on old Macs; each CR is read as the end of a line.\n',
  );
  const scored = await run('score', 'notes', 'mac.txt', '--by', 'document', '--json');
  expect(JSON.parse(scored.stdout).lines).toBe(160);
  expect(scored.stderr).toBe(mac.stderr);
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
      /^wide\.txt: \d+% of its bytes are NUL bytes: UTF-16\? .*iconv -f UTF-16LE -t UTF-8 wide\.txt/,
    ],
    ['marked.txt', /^marked\.txt: the text is UTF-32LE by its byte order mark; .*iconv -f UTF-32LE/],
    ['mark.txt', /^mark\.txt: the file is empty/],
  ])('refuses %s', async (file, message) => {
    const { status, stderr, stdout } = await run(...words.map((word) => (word === 'FILE' ? file : word)));
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
