import { expect, test } from 'vitest';
import { SharedClock } from '../../../../src/recipe/run/parallel/shared-clock.ts';
import { localGroups } from '../../../support/local-groups.ts';

test('all ranks have the time of rank 0 since the beginning, which stands still between two synchronisations', async () => {
  const times = [1000, 5];
  const clocks = localGroups(2).map((group) => new SharedClock(group, () => times[group.rank]));
  expect(clocks.map((clock) => clock.now())).toEqual([0, 0]);
  times[0] = 1250;
  times[1] = 7;
  expect(clocks.map((clock) => clock.now())).toEqual([0, 0]);
  await Promise.all(clocks.map((clock) => clock.synchronise()));
  expect(clocks.map((clock) => clock.now())).toEqual([250, 250]);
});
