import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../../src/formats/safetensors.ts';
import { jsonLines, metadataOf } from '../../../support/output.ts';
import { type Finished, sentences, temporaryFolder, tiny, unrolled } from '../../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });
const train = (...args: string[]): Promise<Finished> => unrolled(folder, 'train', ...args);
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const metadata = (name: string, part: string) => JSON.parse(metadataOf(join(folder, name), part));

test('divergence ends the run, names the step and keeps the last good file', async () => {
  writeFileSync(join(folder, 'model.safetensors'), 'an older file');
  const before = bytes('model.safetensors');
  const wild = ['train.txt', ...tiny, '--lr', '1e38', '--clip', '0', '--out', 'model.safetensors'];
  const { status, stderr } = await train(...wild);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^train: the loss of step \d+ \(epoch 1\) is .*[Ll]earning rate.* No model file was written/,
  );
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(bytes('model.safetensors').equals(before)).toBe(true);
});

describe('--on-divergence rollback', () => {
  const relu = ['train.txt', ...tiny, '--cell', 'rnn-relu', '--clip', 'none', '--lr-decay', '1'];
  const wild = [...relu, '--checkpoint', '10', '--on-divergence', 'rollback'];

  test('completes a run that diverges, and reports each rollback', async () => {
    const flags = ['--lr', '40', '--log', 'back.jsonl', '--out', 'back'];
    const { status, stdout, stderr } = await train(...wild, ...flags);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^The loss of step \d+ \(epoch 1\) is NaN\. Back to step 0 \(epoch 1\), at 1\/2 of the learning rate\.$/m,
    );
    const rollbacks = jsonLines(bytes('back.jsonl').toString()).filter(({ event }) => event === 'rollback');
    expect(rollbacks[0]).toMatchObject({ epoch: 1, toEpoch: 1, toStep: 0, rateFactor: 0.5, rollbacks: 1 });
    expect(rollbacks.map(({ rateFactor }) => rateFactor)).toEqual(rollbacks.map((_, i) => 0.5 ** (i + 1)));
    expect(metadata('back', 'recipe')).toMatchObject({ onDivergence: 'rollback', lr: 40 });
    expect(metadata('back', 'results').valid.perplexity).toBeLessThan(20);
    const json = jsonLines((await train(...wild, '--lr', '40', '--out', 'json', '--json')).stdout);
    expect(json.filter(({ event }) => event === 'rollback')).toEqual(rollbacks);
    expect(bytes('json').equals(bytes('back'))).toBe(true);
  });

  test('gives up after five rollbacks without progress, with advice, and keeps the last good checkpoint', async () => {
    const { status, stderr } = await train(...wild, '--lr', '1e30', '--out', 'hopeless');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^train: the loss of step 2 .* after 5 rollbacks to step 0 .* Resume from an earlier checkpoint, lower the learning rate \(3\.125e\+28\) or clip the gradients\./,
    );
    expect(existsSync(join(folder, 'hopeless.checkpoint-0.safetensors'))).toBe(true);
    // The rate that is left is part of it: it has been tried five times.
    const again = await train(...wild, '--lr', '1e30', '--out', 'hopeless', '--resume', 'latest');
    expect(again.stderr).toMatch(/after 5 rollbacks to step 0 .* \(3\.125e\+28\)/);
    expect(again.stdout).not.toContain('Back to step');
  });

  test('resumes a diverged run to the same bits as a run that could roll back from the start', async () => {
    const flags = ['--lr', '3', '--epochs', '4', '--checkpoint', '5', '--keep', '9'];
    const stopped = await train(...relu, ...flags, '--out', 'stopped');
    expect(stopped.stderr).toMatch(/the loss of step 2\d \(epoch 1\) is NaN; it must stay finite/);
    const from = ['--resume', 'stopped.checkpoint-5.safetensors'];
    const resumed = await train(...wild, ...flags, '--out', 'resumed', ...from, '--json');
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    const whole = await train(...wild, ...flags, '--out', 'whole', '--json');
    const told = [resumed, whole].map(({ stdout }) =>
      jsonLines(stdout).filter(({ event }) => event === 'rollback'),
    );
    expect(told[0].length).toBeGreaterThan(1);
    expect(told[0]).toEqual(told[1]);
    const tensors = (name: string) => [...readSafetensors(bytes(name)).tensors];
    expect(tensors('resumed')).toEqual(tensors('whole'));
    expect(metadata('whole', 'results').valid.perplexity).toBeLessThan(3);
  });
});

test('a perplexity that is not finite ends the run and is not saved', async () => {
  const wild = ['--lr', '1e10', '--clip', 'none', '--out', 'wild'];
  const { status, stderr } = await train('train.txt', ...tiny, ...wild);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^train: the train perplexity of epoch 1 is Infinity; it must stay finite\. Lower the learning rate/,
  );
  expect(existsSync(join(folder, 'wild'))).toBe(false);
});
