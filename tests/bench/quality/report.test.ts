import { expect, test } from 'vitest';
import { drawRace } from '../../../bench/quality/picture.ts';
import type { RaceResult, Track } from '../../../bench/quality/race-file.ts';
import { minutesTo, reportGoals, reportTracks } from '../../../bench/quality/report.ts';

/** A track with a point per minute count: a perplexity each. */
function track(name: string, perplexities: readonly number[], recipe?: object): Track {
  const points = perplexities.map((perplexity, i) => ({
    ...{ epoch: i + 1, minutes: (i + 1) * (recipe ? 1 : 3), validMinutes: 0.1 * (i + 1), trainLoss: 5 },
    ...{ loss: Math.log(perplexity), windows: {}, state: `${name}.${i + 1}`, done: false },
  }));
  const counts = { parameters: 1_234_567, epochs: 40, trainTokens: 180_000, validTargets: 9 };
  const more = recipe ? { recipe: { ...recipe } } : { settings: { lr: 20 } };
  return { name, ready: { ready: recipe ? 'blas' : 'torch 2.15', ...counts, ...more }, points, failed: null };
}

const machine = {
  cpu: 'A <CPU>',
  cores: 2,
  memoryBytes: 1,
  system: '',
  node: '20',
  commit: '',
  date: '2026-01-02T03',
};
const request = { text: 'ptb', unit: 'perplexity', flags: '', seed: 1, threads: 2, quick: false } as const;
const result: RaceResult = {
  ...{ request, machine },
  tracks: [track('blas', [150, 120, 99, 101], {}), track('pytorch', [160, 119, 110])],
};

test('minutes to a perplexity end with the first epoch that reaches it', () => {
  const [ours] = result.tracks;
  expect(minutesTo(Math.log(120), ours)).toBe(2);
  expect(minutesTo(Math.log(100), ours)).toBe(3);
  expect(minutesTo(Math.log(98), ours)).toBeNull();
});

test('goals are compared as ours ÷ theirs, with a bound where only ours has got there', () => {
  const lines = reportGoals(result, [150, 120, 100, 90]).split('\n');
  expect(lines[0]).toMatch(/^minutes to perplexity +blas +pytorch +blas \/ pytorch$/);
  expect(lines.slice(2).map((line) => line.split(/ {2,}/))).toEqual([
    ['150', '1.00', '6.00', '0.167'],
    ['120', '2.00', '6.00', '0.333'],
    ['100', '3.00', '–', '< 0.333'],
  ]);
  expect(reportGoals(result, [10])).toBe('No goal was reached.');
});

test('the tracks are reported with their speed, their best epoch and what failed', () => {
  const failed = { ...track('pytorch', [160]), failed: 'no memory' };
  const [header, , first, second, reason] = reportTracks({
    ...result,
    tracks: [result.tracks[0], failed],
  }).split('\n');
  expect(header).toContain('best perplexity');
  expect(first.split(/ {2,}/)).toEqual([
    'blas',
    '1,234,567',
    '4 of 40',
    '4.00',
    '1.00',
    '0.40',
    '3000',
    '99.00',
  ]);
  expect(second.split(/ {2,}/)).toEqual([
    'pytorch',
    '1,234,567',
    '1 of 40',
    '3.00',
    '3.00',
    '0.10',
    '1000',
    '160.00',
  ]);
  expect(reason).toBe('  pytorch failed: no memory');
});

test('the picture has a curve and a label for each contender, and names the versions', () => {
  const svg = drawRace(result);
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg).toContain('>blas 99.0</text>');
  expect(svg).toContain('>pytorch 110.0</text>');
  expect(svg).toContain('A &lt;CPU>, 2 cores · Node 20 · torch 2.15 · 2026-01-02');
});
