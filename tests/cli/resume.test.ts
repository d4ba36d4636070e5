import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { randomIntegers } from '../data/random-integers.ts';
import { lastJson } from '../support/output.ts';
import { InProcess, Running, sentences, temporaryFolder, unrolled } from '../support/process.ts';

/** `UNROLLED_KILLS=50 npx vitest run tests/cli/resume.test.ts` is the long test. */
const KILLS = Number(process.env.UNROLLED_KILLS ?? 4);

const EPOCHS = 4 + Math.ceil(KILLS / 5);

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'other.txt': sentences(150, 2),
  'valid.txt': sentences(30, 3),
});
const at = (name: string): string => join(folder, name);
const recipe = (
  'train.txt --valid valid.txt --cell rnn --tied --sampled-softmax 15 --full-softmax-from 0.6 --hidden 12 --embedding 8 --layers 2 --dropout 0.2 --init-scale fan-in --output-bias unigram --init-embedding cooccurrence ' +
  '--batch 4 --time 5 --random-time --optimizer adam --average ema --schedule plateau --backend wasm --threads 1 --checkpoint 11'
)
  .split(' ')
  .concat('--epochs', `${EPOCHS}`);
const training = (...args: string[]) => ['train', ...recipe, '--json', '--log-every', '1', ...args];
const checkpoints = (stem: string) =>
  readdirSync(folder).filter((name) => name.startsWith(`${stem}.checkpoint-`));
const stepsOf = (run: Running) => run.stdout.split('"event":"step"').length - 1;

/** Resolves while a file of a run is being written. */
function written(stem: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!name?.endsWith('.tmp') && !name?.startsWith(`${stem}.checkpoint`)) return;
      watcher.close();
      resolve();
    });
  });
}

test(`a run that is killed ${KILLS} times ends with the bytes of an undisturbed one`, {
  timeout: 60_000 + 5000 * KILLS,
}, async () => {
  expect((await unrolled(folder, ...training('--out', 'whole.safetensors'))).status).toBe(0);
  const resume = () => {
    const from = checkpoints('killed').length > 0 ? ['--resume', 'latest'] : [];
    return training('--out', 'killed.safetensors', ...from);
  };
  const steps = randomIntegers(7, KILLS, 60);
  const moments = [
    (run: Running, kill: number) =>
      vi.waitFor(() => expect(stepsOf(run)).toBeGreaterThan(12 + steps[kill]), {
        timeout: 20_000,
        interval: 2,
      }),
    (run: Running) => once(run.child, 'spawn'),
    (run: Running) => run.says(/"event":"start"/),
    (_: Running) => written('killed'),
  ];
  for (let kill = 0; kill < KILLS; kill++) {
    const run = new Running(resume(), folder);
    await moments[kill % moments.length](run, kill);
    run.kill('SIGKILL');
    const { stderr } = await run.finished();
    expect(stderr, `kill ${kill}`).toBe('');
    expect(run.child.signalCode, `kill ${kill} came too late`).toBe('SIGKILL');
  }
  // Once more while it measures, writes the model and removes the checkpoints.
  const run = new Running(resume(), folder);
  await run.says(new RegExp(`"event":"epoch","epoch":${EPOCHS},`));
  run.kill('SIGKILL');
  await run.finished();
  const last = await unrolled(folder, ...resume());
  expect(last).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(at('killed.safetensors')).equals(readFileSync(at('whole.safetensors')))).toBe(true);
  expect(checkpoints('killed')).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.includes('killed') && name.endsWith('.tmp'))).toEqual([]);
});

test('--keep sets the number of checkpoints to keep, and Ctrl-C leaves one to resume from', async () => {
  const run = new InProcess(
    training('--out', 'kept.safetensors', '--keep', '3', '--epochs', '100000'),
    folder,
  );
  await run.says(/"epoch":3/);
  run.kill('SIGINT');
  const { status, stdout } = await run.finished();
  const last = lastJson(stdout);
  expect(status).toBe(130);
  expect(checkpoints('kept')).toHaveLength(3);
  expect(checkpoints('kept')).toContain(last.checkpoint);
  expect(last.checkpoint).toBe(`kept.checkpoint-${last.step}.safetensors`);
  const inspected = await unrolled(folder, 'evaluate', last.checkpoint, 'valid.txt', '--json');
  expect(JSON.parse(inspected.stdout).perplexity).toBeGreaterThan(1);
});

test("settings that don't match the checkpoint are refused, with the difference named", async () => {
  const [checkpoint] = checkpoints('kept');
  const resume = (...args: string[]) =>
    unrolled(folder, ...training('--out', 'kept.safetensors', '--resume', checkpoint, ...args));
  expect((await resume('--hidden', '13')).stderr).toMatch(/trained with --hidden 12, and this run has 13/);
  expect((await resume('--valid', 'other.txt')).stderr).toMatch(/the validation text differs/);
  expect((await resume('other.txt')).stderr).toMatch(/the training text differs/);
  expect((await resume('--init', checkpoint)).stderr).toMatch(/--init and --resume; they exclude each other/);
  const nothing = await unrolled(folder, ...training('--out', 'none.safetensors', '--resume', 'latest'));
  expect(nothing).toMatchObject({ status: 1, stdout: '' });
  expect(nothing.stderr).toMatch(/there is no checkpoint none\.checkpoint-N\.safetensors/);
  rmSync(at('kept.safetensors'), { force: true });
});

test('a finished model, a truncated file and random bytes are refused as checkpoints', async () => {
  const [checkpoint] = checkpoints('kept');
  writeFileSync(at('half.safetensors'), readFileSync(at(checkpoint)).subarray(0, 5000));
  writeFileSync(at('noise.safetensors'), Uint8Array.from(randomIntegers(1, 4000, 256)));
  const resume = (file: string) => unrolled(folder, ...training('--out', 'x.safetensors', '--resume', file));
  expect((await resume('whole.safetensors')).stderr).toMatch(/this is a finished model, not a checkpoint/);
  for (const file of ['half.safetensors', 'noise.safetensors']) {
    const { status, stderr } = await resume(file);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^${file}: `));
  }
});
