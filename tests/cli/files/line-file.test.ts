import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LineFile } from '../../../src/cli/files/line-file.ts';
import { binary, sentences, temporaryFolder, tiny } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300) });
const at = (name: string): string => join(folder, name);

test('a log keeps its first bytes and appends lines', () => {
  writeFileSync(at('kept'), 'one\ntwo\nthr');
  const file = new LineFile(at('kept'), 8, () => expect.unreachable());
  file.write('3');
  file.write('vier');
  file.close();
  expect(readFileSync(at('kept'), 'utf8')).toBe('one\ntwo\n3\nvier\n');
});

test.skipIf(process.platform === 'win32')(
  'where files may not grow, the log ends with a whole line, the reason is told once, and the run goes on',
  () => {
    const flags = ['--epochs', '4', '--out', 'm', '--quiet', '--log', 'log.jsonl', '--log-every', '1'];
    // In blocks of 512 or 1024 bytes: room for the model and its checkpoint.
    const script = 'ulimit -f 80; "$@" 2>&1';
    const words = [process.execPath, binary, 'train', 'train.txt', ...tiny, ...flags];
    const said = execFileSync('sh', ['-c', script, 'sh', ...words], { cwd: folder, encoding: 'utf8' });
    expect(said).toMatch(
      /^--log: log\.jsonl: the file system does not allow files of this size\. .*Training continues.*\n$/,
    );
    const log = readFileSync(at('log.jsonl'), 'utf8');
    expect(log.length).toBeGreaterThan(30_000);
    expect(log).toMatch(/\n$/);
    for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
  },
);

test.skipIf(process.platform === 'win32')(
  'a pipe without a reader is refused, and a stalled reader does not block training',
  () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => new LineFile(at('pipe'), 0, () => {})).toThrow(
      /pipe: no process reads this pipe\. Start its reader/,
    );
    const reader = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    const troubles: unknown[] = [];
    const file = new LineFile(at('pipe'), 0, (error) => troubles.push(error));
    for (let i = 0; i < 1000; i++) file.write('x'.repeat(1000));
    file.close();
    closeSync(reader);
    expect(troubles).toMatchObject([
      { message: expect.stringMatching(/pipe: the process that reads this pipe does not keep up/) },
    ]);
  },
);
