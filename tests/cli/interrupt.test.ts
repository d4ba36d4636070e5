import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { Running, sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(2000), 'long.txt': sentences(200_000) });
const at = (name: string): string => join(folder, name);
const results = (name: string) =>
  JSON.parse(readSafetensors(readFileSync(at(name))).metadata.get('results') as string);

const start = (...args: string[]): Running =>
  new Running(['train', 'train.txt', ...tiny, '--epochs', '100000', ...args], folder);

test.concurrent.each([
  ['SIGINT', 130],
  ['SIGTERM', 130],
  ['SIGHUP', 129],
] as const)(
  '%s before the first epoch is over saves the weights of the step under way, with status %i',
  async (signal, expected) => {
    const out = `${signal}.safetensors`;
    const run = start(
      '--out',
      out,
      '--json',
      '--log-every',
      '1',
      '--epochs',
      '1',
      '--hidden',
      '200',
      '--time',
      '2',
    );
    await run.says(/"step":20,/);
    run.child.kill(signal);
    const { status, stdout } = await run.finished();
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);
    expect(status).toBe(expected);
    expect(last).toMatchObject({ event: 'interrupted', savedStep: last.step });
    expect(results(out)).toMatchObject({ step: last.step, validPerplexity: null });
  },
);

test.concurrent('Ctrl-C after an epoch keeps the best weights and says how to go on', async () => {
  const run = start('--out', 'best.safetensors');
  await run.says(/epoch +\d+\/100000 [\s\S]* saved best/);
  run.child.kill('SIGINT');
  const { status, stdout, stderr } = await run.finished();
  expect(status).toBe(130);
  expect(stderr).toBe('Stopping after this step. Press Ctrl-C again to quit at once.\n');
  const { step } = results('best.safetensors');
  expect(stdout).toContain(`best.safetensors has the weights of step ${step}.`);
  const [, checkpoint] =
    /the same command with --resume (best\.checkpoint-\d+\.safetensors)\n$/.exec(stdout) ?? [];
  expect(checkpoint).toBeDefined();
  const goOn = ['--out', 'best.safetensors', '--resume', checkpoint, '--quiet'];
  const more = await unrolled(folder, 'train', 'train.txt', ...tiny, ...goOn);
  expect(more).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.concurrent('Ctrl-C without a validation text saves the newest weights', async () => {
  const run = start('--out', 'newest.safetensors', '--valid', 'none', '--json', '--log-every', '1');
  await run.says(/"event":"epoch","epoch":2/);
  run.child.kill('SIGINT');
  const { status, stdout } = await run.finished();
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);
  expect({ status, saved: results('newest.safetensors').step }).toEqual({ status: 130, saved: last.step });
});

const waiting = ['--max-tokens', '100', '--valid', 'long.txt'];
const pairs = [
  ['SIGINT', 'SIGTERM'],
  ['SIGTERM', 'SIGINT'],
  ['SIGTERM', 'SIGHUP'],
  ['SIGHUP', 'SIGINT'],
] as const;

test.each(pairs)('%s and %s leave at once, the old file whole', async (first, second) => {
  writeFileSync(at('old.safetensors'), 'an older file');
  // Both signals arrive while the same piece of validation holds the thread.
  const run = start('--out', 'old.safetensors', ...waiting);
  await run.says(/recipe .*\n/);
  await new Promise((resolve) => setTimeout(resolve, 300));
  run.child.kill(first);
  run.child.kill(second);
  const { status, stdout } = await run.finished();
  // The system delivers two that wait in an order of its own.
  expect([129, 130]).toContain(status);
  expect(stdout).not.toMatch(/Stopped|epoch +1/);
  expect(readFileSync(at('old.safetensors'), 'utf8')).toBe('an older file');
});

test.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s that a terminal and npm or a shell both deliver counts once', async (signal, expected) => {
  const run = start('--out', `${signal}-echo.safetensors`, '--json', '--log-every', '1');
  await run.says(/"step":20,/);
  run.child.kill(signal);
  await new Promise((resolve) => setTimeout(resolve, 1));
  run.child.kill(signal);
  const { status, stdout } = await run.finished();
  expect(status).toBe(expected);
  expect(stdout).toMatch(/"event":"interrupted".*\n$/);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s while a text is read ends the program', async (signal) => {
  const run = new Running(['train', '-', '--out', 'unread.safetensors'], folder);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  run.child.kill(signal);
  await run.finished();
  expect(run.child.signalCode).toBe(signal);
});

test('a killed run leaves whole lines in the log and a whole model file', async () => {
  const run = start('--out', 'killed.safetensors', '--log', 'killed.jsonl', '--log-every', '1');
  await run.says(/epoch +2\/100000/);
  run.child.kill('SIGKILL');
  await run.finished();
  expect(results('killed.safetensors').epoch).toBeGreaterThan(0);
  const log = readFileSync(at('killed.jsonl'), 'utf8');
  expect(log).toMatch(/\n$/);
  for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
});

test('interrupted runs leave nothing beside their files', () => {
  expect(existsSync(at('SIGINT.safetensors'))).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp') && !name.includes('killed'))).toEqual([]);
});
