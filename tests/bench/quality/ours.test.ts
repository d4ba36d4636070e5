import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeIds } from '../../../bench/quality/encode.ts';
import { entrantNamed, type Field } from '../../../bench/quality/entrants.ts';
import { raceEpochs } from '../../../bench/quality/race.ts';
import { RaceFile, type RaceRequest } from '../../../bench/quality/race-file.ts';
import { qualityTexts } from '../../../bench/quality/texts.ts';
import { temporaryFolder } from '../../support/process.ts';
import { pseudoText } from '../../support/pseudo-text.ts';
import { machine } from './machine.ts';

const home = temporaryFolder();
const files = { train: join(home, 'train.txt'), valid: join(home, 'valid.txt') };
writeFileSync(files.train, pseudoText(1, 3000, 30));
writeFileSync(files.valid, pseudoText(2, 400, 30));
const text = { ...qualityTexts.ptb, windows: [16] };
// Averages and random block lengths have states of their own, which must be kept as well.
const flags =
  '--tokens word --vocab-size all --cell lstm --layers 1 --embedding 8 --hidden 8 --dropout 0.2 --batch 4 --time 12 --random-time ' +
  '--average ema --optimizer adam --lr 0.02 --epochs 4';
const request: RaceRequest = { text: 'ptb', unit: 'perplexity', flags, seed: 3, threads: 1, quick: true };

interface Race {
  readonly epochs?: number;
  readonly flags?: string;
  readonly tell?: () => void;
}

/** @param tell receives the news of the race */
async function race(
  name: string,
  how: 'resume' | null,
  { epochs = Infinity, flags = request.flags, tell = () => {} }: Race = {},
) {
  const folder = join(home, name);
  const file = RaceFile.open(folder, { ...request, flags }, machine, how);
  const ids = await writeIds(files, text.tokens, folder);
  const field: Field = { text, files, ids, flags, seed: 3, threads: 1, python: null };
  const limits = { until: null, epochs, minutes: Number.POSITIVE_INFINITY };
  const options = { tell, signal: new AbortController().signal };
  const failed = await raceEpochs([entrantNamed('wasm', field)], file, limits, options);
  return { failed, file };
}

test('our run pauses after each epoch, and continued in another process gives the same losses', async () => {
  const whole = await race('whole', null);
  expect(whole.failed).toEqual([]);
  const [{ ready, points }] = whole.file.tracks;
  expect(ready).toMatchObject({
    epochs: 4,
    trainTokens: 3000,
    validTargets: 399,
    recipe: { seed: 3, backend: 'wasm' },
  });
  expect(points.map(({ epoch, done }) => [epoch, done])).toEqual([
    [1, false],
    [2, false],
    [3, false],
    [4, true],
  ]);
  expect(points.every(({ minutes, validMinutes }) => minutes > 0 && validMinutes > 0)).toBe(true);
  expect(points[3].loss).toBeLessThan(points[0].loss);
  expect(points[3].windows['16']).not.toBe(points[3].loss);
  expect(existsSync(join(home, 'whole', points[3].state))).toBe(true);

  await race('parts', null, { epochs: 1 });
  const parts = await race('parts', 'resume');
  const losses = (of: typeof parts) =>
    of.file.tracks[0].points.map(({ loss, trainLoss, windows }) => [loss, trainLoss, windows]);
  expect(losses(parts)).toEqual(losses(whole));
}, 60_000);

test('a run with a time budget keeps the length that was chosen, however long the turns of the others are', async () => {
  const budget = flags.replace('--epochs 4', '--minutes 0.005');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const { file, failed } = await race('budget', null, {
    flags: budget,
    tell: () => void Atomics.wait(pause, 0, 0, 350),
  });
  expect(failed).toEqual([]);
  const [{ ready, points }] = file.tracks;
  expect(points.map(({ done }) => done)).toEqual(points.map((_, i) => i + 1 === ready.epochs));
  expect(points).toHaveLength(ready.epochs);
}, 60_000);

test('PyTorch without a Python, or without one of ours whose settings it takes, is refused with the reason', async () => {
  const ids = { V: 3, train: '', valid: '' };
  const field: Field = { text, files, ids, flags, seed: 3, threads: 1, python: null };
  expect(() => entrantNamed('pytorch', field)).toThrow(
    /no Python of --python or BENCH_PYTHON has the module torch/,
  );
  expect(() => entrantNamed('keras', field)).toThrow(/there is no 'keras'; there are blas, wasm, pytorch/);
  const lonely = entrantNamed('pytorch-ours', { ...field, python: 'python3' });
  expect(() => lonely.job([])).toThrow(/add blas or wasm/);
});
