import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ready } from '../../../bench/quality/epochs.ts';
import { type Entrant, isOver, type RaceLimits, raceEpochs } from '../../../bench/quality/race.ts';
import { type Point, RaceFile, type RaceRequest } from '../../../bench/quality/race-file.ts';
import { temporaryFolder } from '../../support/process.ts';
import { machine } from './machine.ts';

/** A contender without a model: its loss after epoch n is 10 − n, and its state is n. It ends with epoch 6. */
const program = `
  import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  const job = JSON.parse(process.argv.at(-1));
  const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
  let epoch = job.from === null ? 0 : Number(readFileSync(job.folder + '/' + job.from, 'utf8'));
  say({ ready: 'nothing', parameters: 1, epochs: 6, trainTokens: job.tokens, validTargets: 7 });
  for await (const line of createInterface({ input: process.stdin })) {
    epoch += 1;
    appendFileSync(job.folder + '/turns', job.name + epoch + ' ');
    if (epoch === job.failsAt) throw new RangeError('epoch ' + epoch + ' fails');
    if (epoch === job.hangsAt) continue;
    const state = job.name + '.' + epoch;
    writeFileSync(job.folder + '/' + state, String(epoch));
    const losses = { trainLoss: 11 - epoch, loss: 10 - epoch, windows: { 64: 12 - epoch } };
    say({ epoch, trainSeconds: 30, validSeconds: 6, ...losses, state, done: epoch === 6 });
  }
  process.exit();
`;
const home = temporaryFolder();
const child = join(home, 'child.mjs');
writeFileSync(child, program);

const request: RaceRequest = { text: 'ptb', unit: 'nats', flags: '', seed: 1, threads: 1, quick: true };
const noLimits: RaceLimits = { until: null, epochs: Infinity, minutes: Infinity };

function entrant(name: string, extra: object = {}): Entrant {
  const spec = {
    name,
    family: 'ours',
    threads: 1,
    command: process.execPath,
    args: [child],
    env: {},
    kinds: [],
  } as const;
  const job = { train: '', valid: '', windows: [], seed: 1, tokens: 9, ...extra };
  return { name, spec, job: () => job };
}

interface Told {
  readonly news: string[];
  readonly failed: readonly string[];
}

async function run(
  entrants: readonly Entrant[],
  file: RaceFile,
  limits: Partial<RaceLimits> = {},
  { stop, after = '' }: { readonly stop?: AbortController; readonly after?: string } = {},
): Promise<Told> {
  const news: string[] = [];
  const tell = (name: string, what: Ready | Point | string) => {
    const line = typeof what === 'string' ? what : 'ready' in what ? 'ready' : String(what.epoch);
    news.push(`${name} ${line}`);
    if (news.at(-1) === after) stop?.abort();
  };
  const signal = (stop ?? new AbortController()).signal;
  return { news, failed: await raceEpochs(entrants, file, { ...noLimits, ...limits }, { tell, signal }) };
}

const folderOf = (name: string) => join(home, name);
const turnsIn = (folder: string) => readFileSync(join(folder, 'turns'), 'utf8').trim().split(' ');

test('contenders take turns of one epoch until their limit; minutes add up', async () => {
  const file = RaceFile.open(folderOf('turns'), request, machine, null);
  const { failed } = await run([entrant('a'), entrant('b')], file, { until: 7 });
  expect(failed).toEqual([]);
  expect(turnsIn(file.folder)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  const [a] = file.tracks;
  expect(a.points.map(({ minutes, loss }) => [minutes, loss])).toEqual([
    [0.5, 9],
    [1, 8],
    [1.5, 7],
  ]);
  expect(a.points[2]).toMatchObject({ trainLoss: 8, windows: { 64: 9 }, done: false });
  expect(a.points[2].validMinutes).toBeCloseTo(0.3, 12);
  const kept = JSON.parse(readFileSync(join(file.folder, 'race.json'), 'utf8'));
  expect(kept).toEqual({ request, machine, tracks: file.tracks });
});

test('a stopped race continues where it was, with other limits, to the end of the schedule', async () => {
  const stop = new AbortController();
  const first = RaceFile.open(folderOf('resumed'), request, machine, null);
  const entrants = [entrant('a'), entrant('b')];
  await run(entrants, first, {}, { stop, after: 'a 2' });
  expect(turnsIn(first.folder)).toEqual(['a1', 'b1', 'a2']);
  const again = RaceFile.open(folderOf('resumed'), request, machine, 'resume');
  await run(entrants, again, { epochs: 2 });
  expect(turnsIn(first.folder)).toEqual(['a1', 'b1', 'a2', 'b2']);
  const { news } = await run(entrants, RaceFile.open(folderOf('resumed'), request, machine, 'resume'));
  expect(news.at(-1)).toBe('b 6');
  expect(turnsIn(first.folder)).toHaveLength(12);
  expect((await run(entrants, again)).news.filter((line) => line.endsWith('ready'))).not.toContain('c ready');
});

test('an epoch that was under way when a race was killed is trained again', async () => {
  const folder = folderOf('killed');
  const stop = new AbortController();
  const file = RaceFile.open(folder, request, machine, null);
  const hanging = run([entrant('a', { hangsAt: 2 })], file, {}, { stop });
  while (!existsSync(join(folder, 'turns')) || turnsIn(folder).length < 2)
    await new Promise((r) => setTimeout(r, 5));
  stop.abort();
  expect((await hanging).failed).toEqual([]);
  await run([entrant('a')], RaceFile.open(folder, request, machine, 'resume'), { epochs: 3 });
  expect(turnsIn(folder)).toEqual(['a1', 'a2', 'a2', 'a3']);
});

test('a contender that fails leaves the race, which goes on; its reason is kept until it starts again', async () => {
  const folder = folderOf('failing');
  const file = RaceFile.open(folder, request, machine, null);
  const { failed, news } = await run([entrant('a', { failsAt: 2 }), entrant('b')], file, { epochs: 3 });
  expect(failed).toEqual(['a']);
  expect(news).toContain('a RangeError: epoch 2 fails');
  expect(file.track('a')).toMatchObject({ failed: 'RangeError: epoch 2 fails', points: [{ epoch: 1 }] });
  expect(file.track('b')?.points).toHaveLength(3);
  const again = RaceFile.open(folder, request, machine, 'resume');
  await run([entrant('a'), entrant('b')], again, { epochs: 3 });
  expect(again.track('a')).toMatchObject({
    failed: null,
    points: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }],
  });
});

test('a contender with other tokens is no contender', async () => {
  const file = RaceFile.open(folderOf('tokens'), request, machine, null);
  const { failed, news } = await run([entrant('a'), entrant('b', { tokens: 8 })], file, { epochs: 1 });
  expect(failed).toEqual(['b']);
  expect(news).toContain('b trainTokens: b has 8, a 9');
});

test('a race is neither replaced nor continued as another one by accident', async () => {
  const folder = folderOf('guarded');
  await run([entrant('a')], RaceFile.open(folder, request, machine, null), { epochs: 1 });
  expect(() => RaceFile.open(folder, request, machine, null)).toThrow(
    /has a race\. Continue it with --resume/,
  );
  const other = { ...request, seed: 2 };
  expect(() => RaceFile.open(folder, other, machine, 'resume')).toThrow(
    /has a race of .*"seed":1.*, not .*"seed":2/,
  );
  expect(RaceFile.open(folder, other, machine, 'overwrite').tracks).toEqual([]);
  expect(existsSync(join(folder, 'turns'))).toBe(false);
});

test('a contender is over at its first limit', () => {
  const ready = { ready: '', parameters: 1, epochs: 6, trainTokens: 1, validTargets: 1 };
  const point = (epoch: number, loss: number, done = false) => ({
    ...{ epoch, loss, done, minutes: epoch / 2, validMinutes: 0, trainLoss: 1, windows: {}, state: '' },
  });
  const track = (...points: Point[]) => ({ name: 'a', ready, points, failed: null });
  expect(isOver(undefined, noLimits)).toBe(false);
  expect(isOver(track(), { ...noLimits, epochs: 1 })).toBe(false);
  expect(isOver(track(point(1, 5), point(2, 6)), { ...noLimits, until: 5 })).toBe(true);
  expect(isOver(track(point(1, 5)), { ...noLimits, until: 4.9 })).toBe(false);
  expect(isOver(track(point(1, 5)), { ...noLimits, minutes: 0.5 })).toBe(true);
  expect(isOver(track(point(1, 5)), { ...noLimits, epochs: 1 })).toBe(true);
  expect(isOver(track(point(6, 5, true)), noLimits)).toBe(true);
});
