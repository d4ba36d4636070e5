import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import {
  Running,
  sentences,
  startsFast,
  temporaryFolder,
  tiny,
  unrolled,
  unrolledProcess,
} from '../../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(80) });
const pipe = join(folder, 'pipe');

beforeAll(async () => {
  await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm', '--quiet');
  execFileSync('mkfifo', [pipe]);
});

/** The files that a process has open. */
function openedBy(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
}

test.skipIf(process.platform !== 'linux').each([
  ['score', 'm', 'pipe'],
  ['compare', 'm', 'm', 'pipe'],
  ['generate', 'm', '--prompts', 'pipe'],
])('%s stops waiting for a pipe without a writer at the first signal', async (...args) => {
  const run = new Running([...args, ...startsFast], folder);
  try {
    await vi.waitFor(() => expect(openedBy(run.child.pid as number)).toContain(pipe), 20_000);
    run.child.kill('SIGTERM');
    expect(await run.finished()).toMatchObject({ status: 130, stderr: '' });
  } finally {
    run.child.kill('SIGKILL');
  }
});

test.skipIf(process.platform !== 'linux')('a pipe is read as the file that is written into it', async () => {
  const exact = ['--json', ...startsFast];
  const fromFile = unrolled(folder, 'score', 'm', 'train.txt', ...exact);
  const fromPipe = unrolledProcess(folder, 'score', 'm', 'pipe', ...exact);
  writeFileSync(pipe, sentences(80));
  expect(await fromPipe).toEqual(await fromFile);
});
