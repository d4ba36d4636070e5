import { expect, test, vi } from 'vitest';
import type { Backend } from '../../../../src/backends/backend.ts';
import type { Group } from '../../../../src/distributed/group.ts';
import { single } from '../../../../src/distributed/single.ts';
import { StoppedElsewhere } from '../../../../src/distributed/together.ts';
import type { ScoreOptions } from '../../../../src/generation/scoring/scored-line.ts';
import { localGroups } from '../../../support/local-groups.ts';
import { lines, open, reference, scored, wasm } from './scored.ts';

/** Two windows: lines of all lengths, one of which is read in pieces. */
const text = `${lines(300, 8)}${lines(2700, 9).replaceAll('\n', ' ')}\n${lines(60, 10)}`;

/** What several ranks find, and how many blocks each computed. */
async function onRanks(groups: readonly Group[], backend: Backend, options: ScoreOptions) {
  const models = groups.map(() => open(backend));
  const blocks = models.map(({ model }) => [vi.spyOn(model, 'rank'), vi.spyOn(model, 'forward')]);
  const all = await Promise.all(groups.map((group, i) => scored(models[i], text, { ...options, group })));
  return { all, blocks: blocks.map((spies) => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)) };
}

const cases: [string, Backend, ScoreOptions][] = [
  ['lines on wasm', wasm, { state: 'line' }],
  ['a continuous text on wasm', wasm, { state: 'carry' }],
  ['a continuous text on wasm, without ranks', wasm, { state: 'carry', alternatives: null }],
  ['lines on the reference', reference, { state: 'line', alternatives: 1 }],
];

test.each(cases)('processes share %s, and all find the bits of one', async (_, backend, options) => {
  const alone = await onRanks([single], backend, options);
  for (const size of [2, 3]) {
    const { all, blocks } = await onRanks(localGroups(size), backend, options);
    for (const found of all) expect(found).toEqual(alone.all[0]);
    expect(blocks.reduce((a, b) => a + b)).toBe(alone.blocks[0]);
    const most = Math.max(...blocks);
    expect(most).toBeLessThan((1.2 * alone.blocks[0]) / size);
  }
});

test('when one rank is asked to stop, all do', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const groups = localGroups(3);
  const runs = groups.map((group) =>
    scored(open(), text, { group, ...(group.rank === 1 && { signal: stop.signal }) }),
  );
  stop.abort(reason);
  const ends = (await Promise.allSettled(runs)).map((end) => (end as PromiseRejectedResult).reason);
  expect(ends).toEqual([expect.any(StoppedElsewhere), reason, expect.any(StoppedElsewhere)]);
});

test('an error of one rank is the error of all', async () => {
  const models = [open(), open()];
  const [last] = models[1].model.params.slice(-1);
  last.value.set(last.value.values().fill(Number.NaN));
  const runs = localGroups(2).map((group, i) => scored(models[i], text, { group }));
  const error = expect.objectContaining({
    code: 'not-finite',
    message: expect.stringMatching(/^score: the loss of a token is NaN; it must be finite/),
  });
  for (const end of await Promise.allSettled(runs))
    expect(end).toEqual({ status: 'rejected', reason: error });
});
