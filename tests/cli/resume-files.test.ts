// What a run that goes on does to the files around it, and which checkpoints it refuses.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { jsonLines } from '../support/output.ts';
import { InProcess, sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';
import { resealed } from '../support/resealed.ts';

const folder = temporaryFolder({ 'train.txt': sentences(300), 'valid.txt': sentences(60, 3) });
const at = (name: string): string => join(folder, name);
const read = (name: string): Buffer => readFileSync(at(name));
const train = (...args: string[]) =>
  unrolled(folder, 'train', 'train.txt', '--valid', 'valid.txt', ...tiny, '--json', ...args);
const log = (name: string) => jsonLines(read(name).toString());
const checkpoints = (stem: string) =>
  readdirSync(folder).filter((name) => name.startsWith(`${stem}.checkpoint-`));

/** Interrupts a run of many epochs in the second. */
async function interrupted(stem: string, ...args: string[]): Promise<string> {
  const flags = ['train', 'train.txt', '--valid', 'valid.txt', ...tiny, '--json', '--log-every', '1'];
  const out = ['--out', `${stem}.safetensors`, '--epochs', '100000'];
  const run = new InProcess([...flags, ...out, ...args], folder);
  await run.says(/"event":"step","epoch":2/);
  run.kill('SIGINT');
  expect((await run.finished()).status).toBe(130);
  return checkpoints(stem).at(-1) as string;
}

const checkpoint = await interrupted('a', '--log', 'a.jsonl');
const { epoch, meter } = JSON.parse(
  readSafetensors(read(checkpoint), 'a').metadata.get('training') as string,
).state;
/** Of the last epoch, a part may be read. */
const begun = meter.time > 0 ? epoch : epoch - 1;

test('the log of a resumed run has each step once', async () => {
  writeFileSync(at('killed.jsonl'), read('a.jsonl'));
  const last = log('a.jsonl').findLast(({ event }) => event === 'step') as { step: number };
  const later = JSON.stringify({ ...last, step: last.step + 1 });
  writeFileSync(at('killed.jsonl'), `${read('a.jsonl')}${later}\n{"event":"st`);
  const more = ['--epochs', `${epoch + 1}`, '--log', 'killed.jsonl', '--log-every', '1'];
  const { status } = await train('--out', 'b.safetensors', '--resume', checkpoint, ...more);
  expect(status).toBe(0);
  const told = log('killed.jsonl');
  const steps = told.filter(({ event }) => event === 'step').map(({ step }) => step);
  expect(steps).toEqual(steps.map((_, i) => i + 1));
  expect(steps.length).toBeGreaterThan(last.step);
  expect(told.filter(({ event }) => event === 'start')).toHaveLength(2);
  expect(told.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: epoch + 1 }, (_, i) => i + 1),
  );
  expect(told.some(({ event }) => event === 'interrupted')).toBe(false);
});

test("a log without the checkpoint's line is continued", async () => {
  writeFileSync(at('other.jsonl'), '{"event":"start"}\nno JSON "event":"checkpoint"\n');
  const more = ['--resume', checkpoint, '--epochs', `${epoch}`];
  expect((await train('--out', 'c.safetensors', ...more, '--log', 'other.jsonl')).status).toBe(0);
  expect(read('other.jsonl').toString()).toMatch(/^\{"event":"start"\}\nno JSON "event":"checkpoint"\n\{/);
  expect((await train('--out', 'c.safetensors', ...more, '--log', 'none.jsonl')).status).toBe(0);
  expect(log('none.jsonl')[0]).toMatchObject({ event: 'start', resumed: { file: checkpoint } });
});

test.each(['--log', '--out'])("the checkpoint to resume from can't be the output of %s", async (flag) => {
  const before = read(checkpoint);
  const out = flag === '--out' ? [] : ['--out', 'd.safetensors'];
  const { status, stderr } = await train(...out, flag, checkpoint, '--resume', checkpoint);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `${flag}: ${checkpoint} is the same file as ${checkpoint}, which is in use. Choose another.\n`,
  );
  expect(read(checkpoint).equals(before)).toBe(true);
});

test('fewer epochs than already started are refused, and the checkpoints are kept', async () => {
  const { status, stderr } = await train('--out', 'a.safetensors', '--resume', 'latest', '--epochs', '1');
  expect(status).toBe(1);
  expect(stderr).toBe(
    `train: --epochs is 1, and ${checkpoint} is in epoch ${begun}; it must be at least ${begun}. ` +
      `Use a larger number, or leave --epochs out.\n`,
  );
  expect(checkpoints('a')).toContain(checkpoint);
});

test('different arithmetic is reported, and the run continues', async () => {
  const more = ['--epochs', `${epoch}`, '--backend', 'wasm'];
  const changed = rewritten('other.safetensors', ({ training }) => {
    training.arithmetic = 'blas, float32, products by libother.so, 7 threads';
  });
  const { status, stderr } = await train(
    '--out',
    'e.safetensors',
    '--resume',
    changed,
    '--epochs',
    `${epoch}`,
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^--resume: other\.safetensors was computed with blas, .*libother\.so, 7 threads, and the run resumes with (wasm|blas), float32.*; from here on, .* not bit-identical/,
  );
  const other = await train('--out', 'e.safetensors', ...more, '--resume', changed);
  expect(other).toMatchObject({ status: 0 });
  expect(other.stderr).toMatch(
    /libother\.so, 7 threads, and the run resumes with wasm, float32.*not bit-identical/,
  );
});

interface Parts {
  readonly recipe: Record<string, unknown>;
  readonly corpus: Record<string, unknown>;
  readonly training: Record<string, unknown>;
}

/** The checkpoint with its metadata changed. */
function rewritten(name: string, change: (parts: Parts) => void): string {
  const { tensors, metadata } = readSafetensors(read(checkpoint), name);
  const part = (of: string) => JSON.parse(metadata.get(of) as string);
  const parts: Parts = { recipe: part('recipe'), corpus: part('corpus'), training: part('training') };
  change(parts);
  const texts = Object.entries(parts).map(([of, value]) => [of, JSON.stringify(value)] as const);
  writeFileSync(at(name), resealed(tensors, Object.fromEntries([...metadata, ...texts])));
  return name;
}

test('a checkpoint that changed after it was written is refused, unless --no-verify is given', async () => {
  const bytes = read(checkpoint);
  bytes[bytes.length - 1] ^= 1; // of a count of the training text
  writeFileSync(at('rotten.safetensors'), bytes);
  const flags = ['--out', 'rot.safetensors', '--resume', 'rotten.safetensors', '--epochs', `${epoch + 1}`];
  expect(await train(...flags)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^rotten\.safetensors: its arrays changed after it was written; .* --no-verify opens it/,
    ),
  });
  expect((await train(...flags, '--no-verify')).status).toBe(0);
});

const changes: [what: string, change: (parts: Parts) => void, message: string][] = [
  [
    'an optimizer that a later version knows',
    ({ recipe }) => (recipe.optimizer = 'lion'),
    'the recipe\'s optimizer is "lion"; it must be one of sgd, ',
  ],
  [
    'a schedule of that kind',
    ({ recipe }) => (recipe.schedule = 'linear'),
    'the recipe\'s schedule is "linear"; it must be one of',
  ],
  [
    'an average of that kind',
    ({ recipe }) => (recipe.average = 'swa'),
    'the recipe\'s average is "swa"; it must be one of',
  ],
  [
    'a setting of no value that it takes',
    ({ recipe }) => (recipe.lr = 'fast'),
    'the recipe\'s lr is "fast"; it must be a positive number. Use another copy.',
  ],
  ['texts that are no list', ({ corpus }) => (corpus.files = 7), 'the corpus in the checkpoint is missing'],
  ['no best weights', ({ training }) => (training.best = null), 'the best in the checkpoint is missing'],
  ['no state', ({ training }) => (training.state = null), 'the training state in the checkpoint is missing'],
];

test.each(changes)('a checkpoint with %s is refused', async (_, change, message) => {
  const changed = rewritten('changed.safetensors', change);
  const { status, stdout, stderr } = await train('--out', 'f.safetensors', '--resume', changed);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^changed\.safetensors: /);
  expect(stderr).toContain(message);
});

test('errors are reported before an existing log is overwritten', async () => {
  writeFileSync(at('precious.jsonl'), 'precious');
  const blind = ['--valid', 'none', '--log', 'precious.jsonl', '--out', 'g.safetensors'];
  for (const flags of [
    ['--schedule', 'plateau'],
    ['--patience', '2'],
    ['--average', 'nt-asgd'],
  ]) {
    const { status, stdout, stderr } = await train(...blind, ...flags);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/needs a validation perplexity, but there is no validation text/);
  }
  expect(read('precious.jsonl').toString()).toBe('precious');
});
