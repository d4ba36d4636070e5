// What becomes of a command whose readers leave, stall or are full.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import {
  binary,
  inShell,
  Running,
  sentences,
  startsFast,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';
import { readSources } from '../../support/read-sources.ts';

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'short.txt': sentences(20),
  'prompts.txt': 'the unicorn\n'.repeat(100),
});
const at = (name: string): string => join(folder, name);
const savedStep = (name: string): number => JSON.parse(metadataOf(at(name), 'results')).step;

const endless = ['train', 'train.txt', ...tiny, ...startsFast, '--epochs', '100000', '--log-every', '1'];
const short = ['train', 'short.txt', ...tiny, ...startsFast];
const prompted = ['generate', 'm', '--prompts', 'prompts.txt', ...startsFast];
const stepwise = [...endless, '--hidden', '100', '--time', '2'];

beforeAll(async () => {
  expect((await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'm', '--quiet')).status).toBe(0);
});

test('no other module of the command line writes to the streams or reads standard input', () => {
  // The entry reports that it could load no other module.
  const allowed = ['cli/main.ts', 'cli/terminal/host.ts', 'cli/terminal/streams.ts'];
  const uses =
    /process\.(stdout|stderr|stdin)|(stdout|stderr)\.(write|end)\b|std(out|err)\.on\('error'|readFileSync\(0|console\./;
  const found = [...readSources()].filter(([path, text]) => path.startsWith('cli/') && uses.test(text));
  expect(found.map(([path]) => path).sort()).toEqual(allowed);
});

test.each([
  ['the readers of both streams', ['stdout', 'stderr']],
  ['the reader of standard error', ['stderr']],
] as const)('Ctrl-C after %s left saves the work, with status 130', async (_, gone) => {
  const out = `${gone.join('-')}.safetensors`;
  const run = new Running([...stepwise, '--json', '--out', out], folder);
  await run.says(/"step":20,/);
  for (const name of gone) run.child[name]?.destroy();
  run.child.kill('SIGINT');
  expect((await run.finished()).status).toBe(130);
  expect(savedStep(out)).toBeGreaterThanOrEqual(20);
});

test('closing the output of train stops it as Ctrl-C does', async () => {
  const run = new Running([...stepwise, '--json', '--out', 'enough.safetensors'], folder);
  await run.says(/"step":20,/);
  run.child.stdout?.destroy();
  const { status, stderr } = await run.finished();
  // A fast run stops in a later epoch than that of its best weights.
  const step = savedStep('enough.safetensors');
  const saved = new RegExp(
    `Stopped after step (${step}\\. enough\\.safetensors has|\\d+\\. enough\\.safetensors has the weights of step ${step}\\.)`,
  );
  expect({ status, stderr }).toEqual({ status: 130, stderr: expect.stringMatching(saved) });
});

test('a stalled reader does not delay an interrupted run', async () => {
  const args = [...endless, '--json', '--out', 'stalled.safetensors', '--log', 'stalled.jsonl'];
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // More than any pipe holds.
  await vi.waitFor(() => expect(statSync(at('stalled.jsonl')).size).toBeGreaterThan(3e5), 25_000);
  child.kill('SIGINT');
  const status = await new Promise((resolve) => child.on('exit', resolve));
  expect(status).toBe(130);
  expect(savedStep('stalled.safetensors')).toBeGreaterThan(0);
});

test('closing standard error does not affect standard output', async () => {
  const run = new Running([...prompted, '--length', '2'], folder);
  run.child.stderr?.destroy();
  const { status, stdout } = await run.finished();
  expect(status).toBe(0);
  expect(stdout.match(/^the unicorn/gm)).toHaveLength(100);
});

test.each(['>&-', '2>&-', '<&- >&- 2>&-'])('a command with %s runs to its end', async (closed) => {
  const out = `closed-${closed.replace(/\W/g, (sign) => `${sign.charCodeAt(0)}`)}`;
  const { status } = await inShell(folder, `"$@" ${closed}`, ...short, '--out', out);
  expect(status).toBe(0);
  expect(savedStep(out)).toBeGreaterThan(0);
});

const full = test.skipIf(!existsSync('/dev/full'));

full(
  'a full disk under standard output stops train with its work saved, and fails what only prints',
  async () => {
    const args = [...stepwise, '--json', '--out', 'full.safetensors'];
    const train = await inShell(folder, '"$@" > /dev/full', ...args);
    expect(train.status).toBe(130);
    expect(train.stderr).toMatch(/^standard output: the disk is full\. .*\nStopped after step \d+\./);
    expect(savedStep('full.safetensors')).toBeGreaterThan(0);
    for (const args of [['generate', 'm', '--length', '9', ...startsFast], ['--help']]) {
      const { status, stderr } = await inShell(folder, '"$@" > /dev/full', ...args);
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/^standard output: the disk is full/),
      });
    }
  },
);

full('a full disk under standard error changes nothing', async () => {
  const args = [...prompted, '--length', '2'];
  const { status, stdout } = await inShell(folder, '"$@" 2> /dev/full', ...args);
  expect({ status, texts: stdout.match(/^the unicorn/gm)?.length }).toEqual({ status: 0, texts: 100 });
});

test.skipIf(process.platform === 'win32')('a file that took only a part of the output is told', async () => {
  const { status, stderr } = await inShell(folder, 'ulimit -f 1; "$@" > part.txt', 'train', '--help');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^standard output: the file system does not allow files of this size/),
  });
});

test('serve continues after the reader of its first line has gone', async () => {
  const run = new Running(['serve', 'm', '--port', '0', '--json', ...startsFast], folder);
  await run.says(/"listening".*\n/);
  const { url } = JSON.parse(run.stdout);
  run.child.stdout?.destroy();
  run.child.stderr?.destroy();
  const asked = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"prompt":"the","max_tokens":3}',
  };
  expect((await fetch(`${url}/v1/completions`, asked)).status).toBe(200);
  run.child.kill('SIGTERM');
  expect((await run.finished()).status).toBe(0);
});

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Runs a command on a terminal of its own, closes that when the command has said "saved", and prints how it ended. */
const onTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
said = b''
while b'saved' not in said: said += os.read(terminal, 4096)
os.close(terminal)
print(os.waitpid(pid, 0)[1])
`;

import { metadataOf } from '../../support/output.ts';

test.skipIf(!hasPython)('a run whose terminal is closed saves its work and ends as by SIGHUP', async () => {
  const args = [process.execPath, binary, ...endless, '--out', 'closed.safetensors'];
  const python = spawn('python3', ['-c', onTerminal, ...args], { cwd: folder });
  let said = '';
  python.stdout.on('data', (data) => {
    said += data;
  });
  await new Promise((resolve) => python.on('close', resolve));
  expect(said).toBe(`${constants.signals.SIGHUP}\n`);
  const [checkpoint] = readdirSync(folder).filter((name) => name.startsWith('closed.checkpoint'));
  expect({ checkpoint, saved: savedStep('closed.safetensors') }).toEqual({
    checkpoint: expect.any(String),
    saved: expect.any(Number),
  });
});
