import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { jsonLines } from '../../../support/output.ts';
import {
  binary,
  type Finished,
  InProcess,
  Running,
  type Surroundings,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../../support/process.ts';

const text = `the unicorn sings .\n\n${sentences(20, 7)}`;
const folder = temporaryFolder({
  'train.txt': sentences(150),
  'a.txt': text,
  'crlf.txt': text.replaceAll('\n', '\r\n'),
  'bom.txt': `\ufeff${text}`,
  'open.txt': text.trimEnd(),
  'empty.txt': '',
  'mark.txt': '\ufeff',
  'blank.txt': ' \t ',
  'latin1.txt': Buffer.concat([Buffer.from(text), Buffer.from([0xe9, 0x20, 0x61])]),
  'cut.txt': Buffer.from('the cat 😀').subarray(0, -1),
  'hostile.txt': 'the \x1b[2Jcat\ta\\b \u202edog\x9b1m\nthe\u2028cat\n',
  'long.txt': 'the old cat purrs here . '.repeat(10_000),
});
const exact = ['--backend', 'wasm-strict', '--threads', '1'];

beforeAll(async () => {
  const common = ['train', 'train.txt', ...tiny, ...exact, '--valid', 'none', '--quiet'];
  const run = await unrolled(folder, ...common, '--out', 'm');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  mkdirSync(join(folder, 'folder'));
});

/** Runs score on a model of ours. */
function scoreOf(args: string, surroundings?: Surroundings): Promise<Finished> {
  return new InProcess(['score', ...args.split(' '), ...exact], folder, surroundings).finished();
}

const jsonOf = ({ stdout }: Finished) => jsonLines(stdout);

describe('texts of all kinds', () => {
  test('standard input, a byte order mark, CRLF and an unfinished last line are read correctly', async () => {
    const plain = jsonOf(await scoreOf('m a.txt --json'));
    expect(jsonOf(await scoreOf('m - --json', { input: text }))).toEqual(plain);
    expect(jsonOf(await scoreOf('m bom.txt --json'))).toEqual(plain);
    expect(jsonOf(await scoreOf('m crlf.txt --json'))).toEqual(plain);
    expect(jsonOf(await scoreOf('m open.txt --json'))).toEqual(plain.slice(0, -1));
    const lines = jsonOf(await scoreOf('m crlf.txt --json --by line'));
    expect(lines.map(({ text }) => text)).toEqual(text.trimEnd().split('\n'));
  });

  test('lines are printed as they arrive, before the text ends', async () => {
    const run = new Running(['score', 'm', '-', '--by', 'line', '--json', ...exact], folder);
    run.child.stdin?.write('the cat\nthe d');
    await run.says(/"text":"the cat"/);
    run.child.stdin?.end('og\n');
    const { status, stdout } = await run.finished();
    expect(status).toBe(0);
    expect(stdout).toContain('"text":"the dog"');
  });

  test('a line of 250,000 characters is one line', async () => {
    const [line, ...more] = jsonOf(await scoreOf('m long.txt --by line --json'));
    expect(more).toEqual([]);
    expect(line).toMatchObject({ line: 1, tokens: 60_000, characters: 250_000 });
    const [whole] = jsonOf(await scoreOf('m long.txt --by document --json'));
    expect(whole).toMatchObject({ lines: 1, tokens: 60_000, bits: line.bits });
  });

  test("a text can't control the terminal or break the table", async () => {
    for (const args of ['--json', '--tsv', '', '--by line', '--by line --tsv', '--top 3']) {
      const { status, stdout } = await scoreOf(`m hostile.txt ${args}`.trim());
      expect(status).toBe(0);
      expect(stdout).not.toMatch(/[^\P{C}\n\t]|[\u2028]/u);
    }
    const [first] = jsonOf(await scoreOf('m hostile.txt --json --by line'));
    expect(first.text).toBe('the \x1b[2Jcat\ta\\b \u202edog\x9b1m');
    const { stdout } = await scoreOf('m hostile.txt --tsv --by line');
    expect(stdout).toContain('the \\u{1b}[2Jcat\\ta\\\\b \\u{202e}dog\\u{9b}1m\n');
  });

  test.each([
    ['empty.txt', /^empty\.txt: the file is empty; it needs text/],
    ['mark.txt', /^mark\.txt: the file is empty; it needs text/],
    ['blank.txt', /^blank\.txt: the text has no word; it needs at least one/],
    ['-', /^standard input: the file is empty/],
    ['nowhere.txt', /^nowhere\.txt: there is no such file/],
    ['folder', /^folder: the folder has no texts; it needs at least one/],
    [
      'cut.txt',
      /^cut\.txt: the text is not UTF-8 from byte 8 \(0xf0\) on; it does not look like text in another encoding\. Check/,
    ],
    [
      'latin1.txt',
      new RegExp(`^latin1\\.txt: the text is not UTF-8 from byte ${Buffer.byteLength(text)} \\(0xe9\\)`),
    ],
  ])('%s is refused in one line', async (file, message) => {
    const { status, stderr } = await scoreOf(`m ${file} --json --by document`);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(status).toBe(1);
  });

  test('invalid bytes far into a stream are reported at their position', async () => {
    const good = Buffer.from(`${'the cat é\n'.repeat(8000)}`);
    const { status, stderr } = await scoreOf('m - --by document', {
      input: Buffer.concat([good, Buffer.from([0xff])]),
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `standard input: the text is not UTF-8 from byte ${good.length} (0xff) on; it does not look like text in another encoding. Check the file, or set its encoding with --encoding.\n`,
    });
  });
});

describe('stops before the end of the text', () => {
  test('a closed pipe is not an error', () => {
    const line =
      '("$0" "$1" score m long.txt --tsv --backend wasm --threads 1; echo "status $?" >&2) | head -n 2';
    const child = spawn('sh', ['-c', line, process.execPath, binary], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    return new Promise<void>((resolve) => child.on('close', () => resolve())).then(() => {
      expect(stderr).toBe('status 0\n');
      expect(stdout.split('\n')).toHaveLength(3);
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while it waits for text exits with status 130 and no message',
    async (signal) => {
      const run = new Running(['score', 'm', '-', '--by', 'line', '--json', ...exact], folder);
      run.child.stdin?.write('the cat\n');
      await run.says(/the cat/);
      run.child.kill(signal);
      expect(await run.finished()).toMatchObject({ status: 130, stderr: '' });
    },
  );

  test('while it computes', async () => {
    writeFileSync(join(folder, 'endless.txt'), `the dog\n${'the cat '.repeat(400_000)}`);
    const args = ['score', 'm', 'endless.txt', '--by', 'line', '--json', '--backend', 'reference'];
    const run = new Running(args, folder);
    await run.says(/the dog/);
    run.child.kill('SIGINT');
    expect(await run.finished()).toMatchObject({ status: 130, stderr: '' });
    expect(run.stdout).not.toContain('cat');
  });
});
