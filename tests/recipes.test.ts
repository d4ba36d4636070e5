import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipes } from '../recipes/catalog.ts';
import { curveOf } from '../recipes/curve.ts';
import { curvesAsJson, drawCurves } from '../recipes/plot.ts';
import { splitNames } from '../recipes/texts.ts';
import { temporaryFolder, unrolled } from './support/process.ts';
import { compiled, runProgram } from './support/program.ts';

const folder = temporaryFolder();

test.each(Object.entries(recipes))('%s has valid flags of `unrolled train`', async (_, card) => {
  for (const flags of [card.flags, `${card.flags} ${card.quick}`]) {
    const { status, stderr } = await unrolled(folder, 'train', 'missing.txt', ...flags.split(' '));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^missing\.txt: there is no such file/);
  }
});

test('without a name or texts, the error says what is needed', async () => {
  const program = await compiled('recipes/run.ts');
  const recipe = (...args: string[]) => runProgram(program, args);
  expect(await recipe()).toMatchObject({ status: 2, stderr: expect.stringContaining('got no name') });
  const { status, stderr } = await recipe('ch05', '--data', folder);
  expect(status).toBe(2);
  expect(stderr).toContain('has no ptb.train.txt, ptb.valid.txt and ptb.test.txt');
  const names = await recipe('names', '--data', folder);
  expect(names.stderr).toMatch(/^recipe: --data .* has no names\.txt\./);
  const others: [args: string[], reason: RegExp][] = [
    [['ch05'], /^recipe: got no --data; it needs the folder of the texts\.\n\nnpm run recipe/],
    [['constructor', '--data', folder], /^recipe: got constructor; it needs one name\./],
    [['ch05', 'ours', '--data', folder], /^recipe: got ch05 ours; it needs one name\./],
    [['ch05', '--data', folder, '--fast'], /^recipe: Unknown option '--fast'.*\n\nnpm run recipe/],
  ];
  for (const [args, reason] of others) {
    expect(await recipe(...args)).toMatchObject({ status: 2, stderr: expect.stringMatching(reason) });
  }
});

test('the curve of a run is read from its log: minutes of training, validation perplexity', () => {
  const log = [
    { event: 'start', stepsPerEpoch: 60, recipe: { batch: 20, time: 50 } },
    { event: 'step', epoch: 1 },
    { event: 'epoch', epoch: 1, tokensPerSecond: 500, validPerplexity: 200 },
    { event: 'epoch', epoch: 2, tokensPerSecond: 1000, validPerplexity: 100.004 },
    { event: 'result' },
  ];
  const curve = curveOf(log.map((line) => `${JSON.stringify(line)}\n`).join(''), 'here');
  expect(curve).toEqual({
    machine: 'here',
    points: [
      [2, 200],
      [3, 100],
    ],
  });
  const without = curveOf('{"event":"start"}\n{"event":"epoch","validPerplexity":null}\n', 'here');
  expect(without.points).toEqual([]);
});

test('the curves are written as the formatter of this repository leaves them', () => {
  const committed = readFileSync('recipes/curves.json', 'utf8');
  const curves: Parameters<typeof curvesAsJson>[0] = JSON.parse(committed);
  expect(curvesAsJson(curves)).toBe(committed);
  // There are curves of both forms.
  expect(committed).toMatch(/"points": \[\[.*\]\]\n/);
  expect(committed).toMatch(/"points": \[\n/);
});

test('the plot has a line for each recipe that ends at its last point, and machines once', () => {
  const curve = (...points: [number, number][]) => ({ machine: 'a machine', points });
  const svg = drawCurves({ short: curve([1, 200], [5, 140]), long: curve([10, 120], [60, 80]) });
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg.match(/a machine/g)).toHaveLength(1);
  // The ends of both logarithmic scales are the ends of the plot.
  expect(svg).toContain('points="60.0,50.0 ');
  expect(svg).toMatch(/ 640\.0,370\.0"/);
  expect(svg).toContain('>long 80.0</text>');
});

test('a thousand names are held out, the same each time, from the whole list', () => {
  const all = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  const [train, test] = splitNames(`${all.join('\n')}\n`);
  expect(splitNames(all.join('\n'))).toEqual([train, test]);
  const held = test.trimEnd().split('\n');
  expect(held).toHaveLength(1000);
  expect([...train.trimEnd().split('\n'), ...held].toSorted()).toEqual(all.toSorted());
  expect(held.filter((name) => Number(name.slice(1)) < 2500).length).toBeGreaterThan(400);
});
