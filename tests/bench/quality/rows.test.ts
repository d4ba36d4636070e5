import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rows } from '../../../bench/quality/rows/catalog.ts';
import { type RowRun, reportRow, scoreOf } from '../../../bench/quality/rows/report.ts';
import { clockBefore, TrainingClock, trainRow } from '../../../bench/quality/rows/train.ts';
import { runQuality } from '../../../bench/quality/run.ts';
import { parseTrainFlags } from '../../../bench/quality/train-flags.ts';
import { lockFile } from '../../../src/cli/files/run/lock.ts';
import { temporaryFolder } from '../../support/process.ts';
import { pseudoText } from '../../support/pseudo-text.ts';

const home = temporaryFolder();

test('every row has flags of `unrolled train`', () => {
  for (const { text, flags } of Object.values(rows)) {
    expect(() => parseTrainFlags(`${text.tokens} ${flags}`)).not.toThrow();
  }
});

const start = { event: 'start', stepsPerEpoch: 10, recipe: { batch: 20, time: 30 } }; // 6000 tokens an epoch
const epoch = { event: 'epoch', tokensPerSecond: 100 }; // a minute
const step = (share: number) => ({ event: 'step', share, tokensPerSecond: 50 });

test('minutes of training are those of whole epochs, and of the steps since', () => {
  const clock = new TrainingClock();
  clock.read(start);
  expect(clock.minutes).toBe(0);
  for (const line of [step(0.5), epoch, step(0.1), step(0.25)]) clock.read(line);
  expect([clock.minutes, clock.epochs]).toEqual([1.5, 1]);
});

test('a resumed run counts the sessions before its last start', () => {
  const log = join(home, 'log.jsonl');
  const lines = [start, epoch, step(0.5), { ...start }, epoch, step(0.5), { ...start }, epoch];
  writeFileSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const clock = clockBefore(log);
  expect(clock.epochs).toBe(2);
  expect(clock.minutes).toBe(3);
});

const asked = { minutes: 5, flags: '' };
const outcome = { asked, epochs: 3, stopped: false, recipe: {}, backend: '', parameters: 1000, valid: null };
const losses = (carried: number) => ({ carried, windows: {}, bitsPerByte: 1 });
const run = (side: RowRun['side'], seed: number, perplexity: number, minutes = 5): RowRun => ({
  ...{ ...outcome, side, seed, minutes },
  losses: { valid: losses(Math.log(perplexity)), test: null, adaptations: null },
});

test('a row is reported with the mean of each side, their ratio, and runs that took too long', () => {
  const row = rows['ptb-5'];
  const report = reportRow(row, [run('this', 1, 90), run('other', 1, 100), run('this', 2, 92, 5.6)]);
  expect(report).toMatch(/^Penn Treebank, 5 minutes\n/);
  expect(report).toMatch(/this, seed 2 +5\.60 OVER +3 +1,000 +92\.00/);
  expect(report).toMatch(/mean perplexity: this 91\.00, other 100\.00; this ÷ other: 0\.910$/);
});

test('the score is the loss in the unit of the row; without one, that of the program itself', () => {
  expect(scoreOf(run('this', 1, 90), rows['ptb-5'])).toBeCloseTo(90, 10);
  expect(scoreOf(run('this', 1, 4), rows['shakespeare-3'])).toBeCloseTo(Math.log(4), 12);
  const own = { ...outcome, side: 'this' as const, seed: 1, minutes: 2, losses: null };
  const valid = { perplexity: 50, bitsPerByte: 2.5 };
  expect(scoreOf({ ...own, valid }, rows['shakespeare-raw'])).toBe(2.5);
  expect(scoreOf(own, rows['shakespeare-raw'])).toBeNaN();
});

test('a stopped run continues, its epochs add up, and it ends at its minutes with the best epoch so far', async () => {
  const [text, base] = [join(home, 'long.txt'), join(home, 'long')];
  writeFileSync(text, pseudoText(1, 4000, 20));
  const flags =
    '--tokens word --vocab-size all --cell rnn --untied --layers 1 --embedding 6 --hidden 6 --batch 4 --time 10 --epochs 9999 ' +
    '--backend wasm --threads 1 --optimizer sgd --lr 1 --schedule constant';
  const run = {
    checkout: '.',
    args: [text, ...flags.split(' ')],
    base,
    minutes: 60,
    hasLength: true,
    resume: false,
  };
  const stop = new AbortController();
  const first = trainRow(run, stop.signal);
  const epochs = () =>
    (existsSync(`${base}.jsonl`) ? readFileSync(`${base}.jsonl`, 'utf8').match(/"epoch","/g) : null) ?? [];
  while (epochs().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  expect(await first).toBeNull();
  const before = epochs().length;
  const outcome = await trainRow({ ...run, resume: true, minutes: 0.005 }, new AbortController().signal);
  expect(outcome).toMatchObject({ stopped: true, valid: null, recipe: { epochs: 9999 } });
  expect(outcome!.epochs).toBeGreaterThanOrEqual(before);
  expect(outcome!.minutes).toBeGreaterThanOrEqual(1.2 * 0.005);
  expect(existsSync(`${base}.safetensors`)).toBe(true);
}, 60_000);

/** Runs the command without its output. */
async function quality(...args: string[]): Promise<number> {
  const print = console.log;
  console.log = () => {};
  try {
    return await runQuality(args);
  } finally {
    console.log = print;
  }
}

test('a row trains, is evaluated with fitted adaptation, and reads the test text only when asked', async () => {
  for (const [i, part] of ['train', 'valid', 'test'].entries()) {
    writeFileSync(join(home, `ptb.${part}.txt`), pseudoText(i + 1, part === 'train' ? 4000 : 300, 20));
  }
  const out = join(home, 'rows.json');
  const recipe =
    '--cell rnn --untied --layers 1 --embedding 6 --hidden 6 --batch 4 --time 10 --epochs 2 --backend wasm --dropout 0 --optimizer sgd --lr 1';
  const args = [
    '--rows',
    'ptb-5',
    '--data',
    home,
    '--folder',
    join(home, 'rows'),
    '--out',
    out,
    '--threads',
    '1',
  ];
  const runs = (): RowRun[] => JSON.parse(readFileSync(out, 'utf8'))['ptb-5'].runs;

  expect(await quality(...args, `--recipe=${recipe}`, '--seeds', '1,2')).toBe(0);
  const [first, second] = runs();
  expect(first).toMatchObject({
    side: 'this',
    seed: 1,
    epochs: 2,
    stopped: false,
    recipe: { seed: 1, epochs: 2 },
  });
  expect(first.minutes).toBeGreaterThan(0);
  const { valid, test: tested, adaptations } = first.losses!;
  expect(tested).toBeNull();
  expect(Math.exp(valid.carried)).toBeCloseTo(first.valid!.perplexity, 3);
  expect(adaptations).toMatchObject({ dynamic: { T: 5 }, cache: { cache: {} } });
  expect(valid.adapted!.cache).not.toBe(valid.carried);
  expect(valid.adapted!.both).toBeLessThan(Math.log(30));
  expect(second.losses!.valid.carried).not.toBe(valid.carried);

  // An earlier run is neither replaced nor taken for another one.
  expect(await quality(...args, `--recipe=${recipe}`)).toBe(2);
  expect(await quality(...args, `--recipe=${recipe} --lr 2`, '--resume')).toBe(2);

  // A run beside another one would measure half a machine.
  const release = lockFile(join(home, 'rows', 'rows'));
  expect(await quality(...args, `--recipe=${recipe}`, '--seeds', '1,2', '--resume')).toBe(2);
  release();

  // Nothing is trained again, only the test text is read.
  expect(await quality(...args, `--recipe=${recipe}`, '--seeds', '1,2', '--resume', '--test')).toBe(0);
  const [again] = runs();
  expect({ ...again, losses: null }).toEqual({ ...first, losses: null });
  expect(again.losses!.valid).toEqual(valid);
  expect(again.losses!.test!.adapted).toBeDefined();
}, 60_000);
