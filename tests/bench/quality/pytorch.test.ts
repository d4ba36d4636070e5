import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeIds } from '../../../bench/quality/encode.ts';
import { entrantNamed, type Field } from '../../../bench/quality/entrants.ts';
import { raceEpochs } from '../../../bench/quality/race.ts';
import { RaceFile, type RaceRequest } from '../../../bench/quality/race-file.ts';
import { qualityTexts } from '../../../bench/quality/texts.ts';
import { pythonWith } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';
import { pseudoText } from '../../support/pseudo-text.ts';
import { machine } from './machine.ts';

const python = pythonWith('TORCH_PYTHON', 'torch');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(python === undefined)("PyTorch's contenders", () => {
  test('count, schedule and sample as their formulas say', () => {
    const { stdout, stderr } = spawnSync(python!, [here('./pytorch.py'), here('../../../bench/peers')], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const found = JSON.parse(stdout);
    for (const [loss, expected] of [found.stream, found.mogrifier, ...found.windows]) {
      expect(loss).toBeCloseTo(expected, 5);
    }
    for (const [i, count] of [2, 0, 1].entries()) {
      expect(found.frequencies[i]).toBeCloseTo(Math.log((count + 1) / 6), 6);
    }
    // c·weight, but at most 1; the sum is the number of tokens to draw.
    for (const [i, count] of [2, 4].entries()) {
      const p: number[] = found.inclusion[i];
      expect(p.reduce((a, b) => a + b)).toBeCloseTo(count, 12);
      expect(Math.max(...p)).toBeLessThanOrEqual(1);
      expect(p[2] / p[4]).toBeCloseTo(3, 12);
    }
    expect(found.cosine[0]).toBeCloseTo(0.5, 12);
    expect(found.cosine[1]).toBeCloseTo(1 + Math.cos(Math.PI * 0.1), 12);
    expect(found.cosine[2]).toBeCloseTo(1, 12);
    expect(found.cosine[3]).toBeCloseTo(1 + Math.cos((Math.PI * 29) / 30), 12);
    expect(found.plateau).toEqual([2, 2, 0.5, 0.125, 0.125]);
    expect(found.streams).toEqual([
      [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5, 8],
      ],
      [
        [1, 4, 7],
        [2, 5, 8],
        [3, 6, 9],
      ],
    ]);
    expect(found.missing).toEqual([[], ['average', 'cell', 'zoneout']]);
  });

  const home = temporaryFolder();
  const files = { train: join(home, 'train.txt'), valid: join(home, 'valid.txt') };
  writeFileSync(files.train, pseudoText(1, 6000, 40));
  writeFileSync(files.valid, pseudoText(2, 500, 40));
  const text = { ...qualityTexts.ptb, windows: [16] };
  const flags =
    '--tokens word --vocab-size all --cell lstm --layers 2 --embedding 8 --hidden 12 --tied --dropout 0.1 --batch 4 --time 12 ' +
    '--optimizer sgd --lr 2 --schedule cosine --sampled-softmax 30 --average ema --epochs 3';
  const request: RaceRequest = { text: 'ptb', unit: 'perplexity', flags, seed: 1, threads: 1, quick: true };
  const names = ['wasm', 'pytorch', 'pytorch-ours', 'pytorch-sampled'];
  const some = names.slice(0, 3);

  async function race(name: string, how: 'resume' | null, epochs: number, names: readonly string[]) {
    const folder = join(home, name);
    const file = RaceFile.open(folder, request, machine, how);
    const ids = await writeIds(files, text.tokens, folder);
    const field: Field = { text, files, ids, flags, seed: 1, threads: 1, python: python ?? null };
    const entrants = names.map((name) => entrantNamed(name, field));
    const told: string[] = [];
    const failed = await raceEpochs(
      entrants,
      file,
      { until: null, epochs, minutes: Infinity },
      {
        tell: (name, news) => void told.push(`${name} ${typeof news === 'string' ? news : ''}`),
        signal: new AbortController().signal,
      },
    );
    return { file, failed, told };
  }

  test('race against ours, resume to the same losses, and learn the same from the same settings', async () => {
    const whole = await race('whole', null, 3, names);
    expect(whole.failed, whole.told.join('\n')).toEqual([]);
    await race('parts', null, 1, some);
    const parts = await race('parts', 'resume', 3, some);
    expect(parts.failed, parts.told.join('\n')).toEqual([]);
    const curve = (of: typeof whole, name: string) =>
      of.file.track(name)!.points.map(({ loss, exampleLoss, windows }) => [loss, exampleLoss, windows]);
    for (const name of some) {
      expect(curve(whole, name)).toHaveLength(3);
      expect(curve(parts, name)).toEqual(curve(whole, name));
    }
    const parameters = names.map((name) => whole.file.track(name)!.ready.parameters);
    expect(new Set([parameters[0], parameters[2], parameters[3]]).size).toBe(1);
    // The words are drawn independently, so that all come to the same loss, that of their frequencies.
    const last = (name: string) => whole.file.track(name)!.points[2].loss;
    for (const name of ['pytorch-ours', 'pytorch-sampled']) {
      expect(Math.abs(last(name) - last('wasm'))).toBeLessThan(0.1);
    }
    const example = whole.file.track('pytorch')!.points[0];
    expect(Math.abs(example.exampleLoss! - example.loss)).toBeLessThan(0.2);
  }, 120_000);
});
