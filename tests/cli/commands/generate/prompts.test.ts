import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { jsonLines } from '../../../support/output.ts';
import { Running, sentences, startsFast, temporaryFolder, tiny, unrolled } from '../../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm');
  expect(status).toBe(0);
});

describe('--prompts', () => {
  const lines = ['the old', 'the unicorn', 'a cat', 'the'];
  writeFileSync(join(folder, 'prompts.txt'), `${lines.join('\n')}\n`);

  test('gives for each line the same text as that line alone with the seed + its number', async () => {
    const args = ['--length', '15', '--temperature', '1', '--backend', 'wasm-strict', '--json'];
    const batch = await unrolled(
      folder,
      'generate',
      'm',
      '--prompts',
      'prompts.txt',
      '--seed',
      '40',
      ...args,
    );
    expect(batch.status).toBe(0);
    const results = jsonLines(batch.stdout);
    expect(results.map(({ prompt }) => prompt)).toEqual(lines);
    expect(results.map(({ unknown }) => unknown)).toEqual([[], ['unicorn'], ['a'], []]);
    expect(batch.stderr).toContain('generate: prompts.txt, line 2: "unicorn" is not in the vocabulary');
    for (const [i, prompt] of lines.entries()) {
      const seed = String(40 + i);
      const alone = await unrolled(folder, 'generate', 'm', '--prompt', prompt, '--seed', seed, ...args);
      expect(JSON.parse(alone.stdout)).toEqual(results[i]);
    }
  });

  test('reads standard input, and prints each text after its prompt', async () => {
    const run = new Running(
      ['generate', 'm', '--prompts', '-', '--length', '3', '--temperature', '0', ...startsFast],
      folder,
    );
    run.child.stdin?.end('the old\nthe grey cat');
    const { status, stdout } = await run.finished();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^the old [^\n]+\nthe grey cat [^\n]+/);
  });

  test('completes each line of an open standard input until Ctrl-C', async () => {
    const run = new Running(['generate', 'm', '--prompts', '-', '--length', '3', ...startsFast], folder);
    run.child.stdin?.write('the old\n');
    await run.says(/^the old .*\n/s);
    run.child.stdin?.write('the grey zebra\nthe young');
    await run.says(/\nthe grey zebra .*\n/s);
    run.child.kill('SIGINT');
    const { status, stdout, stderr } = await run.finished();
    expect({ status, stderr }).toEqual({
      status: 130,
      stderr: expect.stringMatching(/^generate: -, line 2: .*\n$/),
    });
    expect(stdout).not.toContain('young');
  });

  test('reads a blank line as the start of a line, and refuses --prompt with --prompts', async () => {
    writeFileSync(join(folder, 'blank.txt'), 'the old\n\n  \r\nthe cat\n');
    const flags = ['--length', '5', '--json', '--backend', 'wasm-strict'];
    const { status, stdout, stderr } = await unrolled(
      folder,
      'generate',
      'm',
      '--prompts',
      'blank.txt',
      ...flags,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const texts = jsonLines(stdout);
    expect(texts.map(({ prompt }) => prompt)).toEqual(['the old', '', '  ', 'the cat']);
    const alone = await unrolled(folder, 'generate', 'm', '--seed', '2', ...flags);
    expect(texts[1]).toEqual(JSON.parse(alone.stdout));
    const both = await unrolled(folder, 'generate', 'm', '--prompts', 'prompts.txt', '--prompt', 'a');
    expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining('got --prompt and --prompts') });
  });

  test.each([[], ['--beam', '2']])('skips and counts a line that is not text %s', async (...how) => {
    const bytes = Buffer.concat([Buffer.from('the old\nthe '), Buffer.of(0xff), Buffer.from('\nthe grey\n')]);
    writeFileSync(join(folder, 'odd.txt'), bytes);
    writeFileSync(join(folder, 'even.txt'), 'the old\nthe\nthe grey\n');
    const flags = ['--length', '4', '--json', ...how];
    const { status, stdout, stderr } = await unrolled(
      folder,
      'generate',
      'm',
      '--prompts',
      'odd.txt',
      ...flags,
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      'generate: odd.txt, line 2: the text is not UTF-8 from byte 4 (0xff) on; it looks like windows-1252. ' +
        'Set --encoding windows-1252, or convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > new.txt\n' +
        'generate: odd.txt: 1 of 3 prompts could not be read and was left out.\n',
    );
    const even = await unrolled(folder, 'generate', 'm', '--prompts', 'even.txt', ...flags);
    const [first, , third] = even.stdout.split('\n');
    expect(stdout).toBe(`${first}\n${third}\n`);
  });
});
