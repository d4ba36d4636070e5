import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastJson, metadataOf } from '../../support/output.ts';
import {
  InProcess,
  isReading,
  Running,
  sentences,
  startsFast,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300), 'long.txt': sentences(1000).repeat(100) });
const at = (name: string): string => join(folder, name);
const results = (name: string) => JSON.parse(metadataOf(at(name), 'results'));

const endless = ['train', 'train.txt', ...tiny, ...startsFast, '--epochs', '100000'];
const start = (...args: string[]): InProcess => new InProcess([...endless, ...args], folder);
const startProcess = (...args: string[]): Running => new Running([...endless, ...args], folder);
const steps = ['--json', '--log-every', '1'];

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 130],
  ['SIGHUP', 129],
] as const)(
  '%s before the end of the first epoch saves the weights of the current step, with status %i',
  async (signal, expected) => {
    const out = `${signal}.safetensors`;
    const run = start('--out', out, ...steps, '--epochs', '1', '--time', '2');
    await run.says(/"step":20,/);
    run.kill(signal);
    const { status, stdout } = await run.finished();
    const last = lastJson(stdout);
    expect(status).toBe(expected);
    expect(last).toMatchObject({ event: 'interrupted', savedStep: last.step });
    expect(results(out)).toMatchObject({ step: last.step, validPerplexity: null });
  },
);

test('Ctrl-C after an epoch keeps the best weights and says how to resume', async () => {
  const run = startProcess('--out', 'best.safetensors');
  await run.says(/epoch +\d+\/100000 [\s\S]* saved best/);
  run.kill('SIGINT');
  const { status, stdout, stderr } = await run.finished();
  expect(status).toBe(130);
  expect(stderr).toBe('Stopping after this step. Press Ctrl-C again to quit at once.\n');
  const { step } = results('best.safetensors');
  expect(stdout).toContain(`best.safetensors has the weights of step ${step}.`);
  expect(stdout).toMatch(/the same command with --resume best\.checkpoint-\d+\.safetensors\n$/);
  const [, checkpoint] = /--resume (\S+)\n$/.exec(stdout) as RegExpExecArray;
  const ended = stdout.match(/^epoch +\d+(?=\/100000)/gm) as RegExpMatchArray;
  const epochs = `${ended.length + 1}`; // those that ended before the signal arrived, and the interrupted one
  const resume = ['--out', 'best.safetensors', '--resume', checkpoint, '--epochs', epochs, '--quiet'];
  const more = await unrolled(folder, 'train', 'train.txt', ...tiny, ...startsFast, ...resume);
  expect(more).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('Ctrl-C without a validation text saves the newest weights', async () => {
  const run = start('--out', 'newest.safetensors', '--valid', 'none', ...steps);
  await run.says(/"event":"epoch","epoch":2/);
  run.kill('SIGINT');
  const { status, stdout } = await run.finished();
  const last = lastJson(stdout);
  expect({ status, saved: results('newest.safetensors').step }).toEqual({ status: 130, saved: last.step });
});

test.each([
  ['SIGINT', 'SIGTERM', 130],
  ['SIGTERM', 'SIGINT', 130],
  ['SIGTERM', 'SIGHUP', 130],
  ['SIGTERM', 'SIGTERM', 130],
  ['SIGHUP', 'SIGINT', 129],
] as const)('%s and %s leave at once, the old file whole', async (first, second, status) => {
  writeFileSync(at('old.safetensors'), 'an older file');
  const run = start('--out', 'old.safetensors', '--overwrite', ...steps);
  await run.says(/"step":5,/);
  run.kill(first);
  expect(() => run.kill(second)).toThrow(`left with status ${status}`);
  expect(readFileSync(at('old.safetensors'), 'utf8')).toBe('an older file');
  // A process would be gone; this one stops as after one signal.
  await run.finished();
});

test.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s that a terminal and npm or a shell both deliver counts once', async (signal, expected) => {
  const run = start('--out', `${signal}-echo.safetensors`, ...steps);
  await run.says(/"step":20,/);
  for (const _ of ['terminal', 'npm']) run.kill(signal);
  const { status, stdout } = await run.finished();
  expect(status).toBe(expected);
  expect(stdout).toMatch(/"event":"interrupted".*\n$/);
});

test('a process exits immediately at a second signal and leaves the old file intact', async () => {
  writeFileSync(at('old.safetensors'), 'an older file');
  // The second one arrives while the validation after the first epoch holds the thread.
  const waiting = ['--max-tokens', '100', '--valid', 'long.txt'];
  const run = startProcess('--out', 'old.safetensors', '--overwrite', ...waiting, ...steps);
  await run.says(/"step":4,/);
  run.kill('SIGINT');
  run.kill('SIGTERM');
  const { status, stdout } = await run.finished();
  expect(status).toBe(130);
  expect(stdout).not.toMatch(/"event":"(interrupted|epoch)"/);
  expect(readFileSync(at('old.safetensors'), 'utf8')).toBe('an older file');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s while a text is read ends the process', async (signal) => {
  const run = new Running(['train', '-', '--out', 'unread.safetensors'], folder);
  await isReading(run);
  run.kill(signal);
  await run.finished();
  expect(run.child.signalCode).toBe(signal);
});

test('interrupted runs leave no temporary files', () => {
  expect(existsSync(at('SIGINT.safetensors'))).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a killed run leaves complete lines in the log and a complete model file', async () => {
  const run = startProcess('--out', 'killed.safetensors', '--log', 'killed.jsonl', '--log-every', '1');
  await run.says(/epoch +2\/100000/);
  run.kill('SIGKILL');
  await run.finished();
  expect(results('killed.safetensors').epoch).toBeGreaterThan(0);
  const log = readFileSync(at('killed.jsonl'), 'utf8');
  expect(log).toMatch(/\n$/);
  for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
});
