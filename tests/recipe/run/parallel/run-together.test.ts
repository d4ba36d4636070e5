import { expect, test } from 'vitest';
import { openBackend } from '../../../../src/backends/open.ts';
import type { Group } from '../../../../src/distributed/group.ts';
import { UnrolledError } from '../../../../src/errors.ts';
import type { RunEvent } from '../../../../src/recipe/run/events.ts';
import { FollowerStore } from '../../../../src/recipe/run/parallel/follower-store.ts';
import { planTogether } from '../../../../src/recipe/run/parallel/plan-together.ts';
import { runTraining } from '../../../../src/recipe/run/run.ts';
import { MemoryStore, type Store } from '../../../../src/recipe/store.ts';
import { sourceText } from '../../../../src/recipe/text/source-text.ts';
import { localGroups } from '../../../support/local-groups.ts';
import { pseudoText } from '../../../support/pseudo-text.ts';
import { smallRecipe } from '../../../support/small-plan.ts';

/** Milliseconds of a step on the clock of a rank: rank 1 believes to be much faster. */
const STEP_MS = [900, 10];

/** A run of one rank with a budget of a minute, for which rank 0 expects three times its speed. */
async function runOn(group: Group, store: Store) {
  const texts = {
    train: [await sourceText(pseudoText(1, 400, 12), 'train.txt')],
    valid: await sourceText(pseudoText(2, 100, 12), 'valid.txt'),
    test: null,
  };
  const request = { recipe: smallRecipe, asked: {}, open: 'epochs' as const, minutes: 1 };
  const openReference = () => openBackend('reference');
  const options = { out: 'm.safetensors', openBackend: openReference, speedOf: async () => 60, group };
  const plan = await planTogether(request, texts, options);
  const events: RunEvent[] = [];
  let time = 0;
  for await (const event of runTraining(plan, { store, now: () => time })) {
    events.push(event);
    if (event.event === 'step') time += STEP_MS[group.rank];
  }
  return events;
}

test('a run of two ranks replans by the clock of rank 0, on both', async () => {
  const [store, follower] = [new MemoryStore(), new FollowerStore()];
  const groups = localGroups(2);
  const all = await Promise.all(groups.map((group) => runOn(group, group.rank === 0 ? store : follower)));
  const replans = all.map((events) => events.filter(({ event }) => event === 'replan'));
  expect(replans[0].length).toBeGreaterThan(0);
  expect(replans[1]).toEqual(replans[0]);
  const [steps, others] = all.map((events) => events.filter(({ event }) => event === 'step').length);
  expect(steps).toBe(others);
  expect(store.list('')).toEqual(['m.safetensors']);
});

test('a store that rank 0 can not write to ends the run, instead of a warning', async () => {
  const full = new MemoryStore();
  full.write = () => {
    throw new UnrolledError('disk-full', 'm.safetensors: the disk is full.');
  };
  const [first] = localGroups(2).map((group) => runOn(group, group.rank === 0 ? full : new FollowerStore()));
  await expect(first).rejects.toMatchObject({ code: 'disk-full' });
});
