// What a run does with the checkpoints that other runs left beside its model file.
import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import { planTraining } from '../../../src/recipe/plan.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { latestCheckpoint, readResumed } from '../../../src/recipe/run/checkpoints.ts';
import type { RunEvent } from '../../../src/recipe/run/events.ts';
import { type RunOptions, runTraining } from '../../../src/recipe/run/run.ts';
import { MemoryStore } from '../../../src/recipe/store.ts';
import { trainText } from '../../../src/recipe/train-text.ts';
import { collect } from '../../support/collect.ts';
import { resealed } from '../../support/resealed.ts';
import { planSmall, smallRecipe, smallText, sourceText } from '../../support/small-plan.ts';

const out = 'm.safetensors';
const otherText = { texts: { train: [sourceText('other.txt', `${smallText.text} w1 w2`)] } };

/** Runs until a step, as a run that Ctrl-C stops. */
async function stopAt(
  step: number,
  store: MemoryStore,
  plan: Parameters<typeof planSmall> = [],
  options: Partial<RunOptions> = {},
): Promise<RunEvent[]> {
  const controller = new AbortController();
  const events: RunEvent[] = [];
  const { signal } = controller;
  const planned = await planSmall(plan[0], { out, ...plan[1] });
  for await (const event of runTraining(planned, { store, signal, checkpoint: { steps: 7 }, ...options })) {
    events.push(event);
    if (event.event === 'step' && event.step === step) controller.abort();
  }
  return events;
}

const finish = async (
  store: MemoryStore,
  options: Partial<RunOptions>,
  ...plan: Parameters<typeof planSmall>
) => await collect(runTraining(await planSmall(plan[0], { out, ...plan[1] }), { store, ...options }));

const resume = async (store: MemoryStore, name = 'latest'): Promise<RunEvent[]> =>
  await finish(store, {}, {}, { resumed: await readResumed(store, out, name) });

const names = (store: MemoryStore) => [...store.list('')].sort();
const checkpoint = (step: number) => `m.checkpoint-${step}.safetensors`;

test('a run of another text or other settings names unfinished work and stops before changing it', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const before = names(store).map((name) => store.read(name));
  const refused = (...plan: Parameters<typeof planSmall>) => expect(finish(store, {}, ...plan)).rejects;
  await refused({}, otherText).toMatchObject({
    code: 'file-in-use',
    message:
      'recipe: m.safetensors has checkpoints of an unfinished run with another text: m.checkpoint-16.safetensors, ' +
      'm.checkpoint-14.safetensors; a new run would replace them. Resume that run with resume latest, discard it ' +
      'with overwrite, or choose another out.',
  });
  await refused({ lr: 0.02 }).toThrow(/with other settings \(lr\): m\.checkpoint-16\.safetensors/);
  await refused({ epochs: 9 }).toThrow(/with other settings \(epochs\)/);
  expect(names(store).map((name) => store.read(name))).toEqual(before);
});

test('stops before any trial, also in trainText, which has overwrite', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const speedOf = () => {
    throw new Error('a trial');
  };
  const options = { openBackend, store, out, backend: 'reference', speedOf } as const;
  await expect(trainText(smallText.text, options)).rejects.toMatchObject({ code: 'file-in-use' });
  const request = { recipe: smallRecipe, asked: {}, open: 'all' } as const;
  const texts = { train: [smallText], valid: null, test: null };
  await expect(planTraining(request, texts, { out, openBackend, store, speedOf })).rejects.toThrow(
    /has checkpoints of an unfinished run/,
  );
  await expect(trainText(smallText.text, { ...options, overwrite: true })).rejects.toThrow('a trial');
  await trainText(smallText.text, { ...smallRecipe, openBackend, store, out, overwrite: true });
  expect(names(store)).toEqual([out]);
});

test('discarded checkpoints are deleted with the first checkpoint of the new run', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  await stopAt(3, store, [{ lr: 0.02 }], { overwrite: true, checkpoint: null });
  expect(names(store)).toEqual([checkpoint(14), checkpoint(16), out]);
  await stopAt(3, store, [{ lr: 0.02 }], { overwrite: true });
  expect(names(store)).toEqual([checkpoint(3), out]);
});

test('a run of the same request reports the step of the unfinished one, and deletes it at its end', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const again = await stopAt(9, store);
  expect(again[0]).toMatchObject({ resumed: null, unfinished: { file: checkpoint(16), step: 16 } });
  expect(names(store)).toEqual([checkpoint(14), checkpoint(16), checkpoint(7), checkpoint(9), out]);
  // What was written last, though the other one is further on.
  expect(await latestCheckpoint(store, out)).toBe(checkpoint(9));
  const [start] = await resume(store);
  expect(start).toMatchObject({ resumed: { step: 9 }, unfinished: null });
  expect(names(store)).toEqual([out]);
});

test('requests are compared by given settings, not by automatic choices', async () => {
  const store = new MemoryStore();
  const start = async (tokensPerSecond: number, hidden: number | undefined) => {
    const controller = new AbortController();
    const stop = (event: RunEvent) => event.event === 'step' && controller.abort();
    const { signal } = controller;
    const sizes = { wordvec: 8, ...(hidden && { hidden }), backend: 'reference' } as const;
    const choice = { ...sizes, openBackend, speedOf: async () => tokensPerSecond };
    return await trainText(smallText.text, { ...choice, store, out, signal, onEvent: stop });
  };
  await start(1e4, undefined);
  const [first] = names(store);
  await start(30, undefined);
  expect(names(store)).toContain(first);
  await expect(start(1e4, 9)).rejects.toThrow(/with other settings \(hidden\)/);
});

test('an older checkpoint without a run record is compared by text and settings', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  for (const step of [14, 16]) forgetRun(store, checkpoint(step));
  await expect(finish(store, {}, {}, otherText)).rejects.toThrow(/unfinished run with another text/);
  await expect(finish(store, {}, { hidden: 7 })).rejects.toThrow(/with other settings \(hidden\)/);
  expect(await latestCheckpoint(store, out)).toBe(checkpoint(16));
  const copy = new MemoryStore();
  for (const name of names(store)) copy.write(name, store.read(name));
  expect((await finish(copy, {}))[0]).toMatchObject({ unfinished: { step: 16 } });
  expect(names(copy)).toEqual([out]);
  await resume(store);
  expect(names(store)).toEqual([out]);
});

/** As an older version wrote it. */
function forgetRun(store: MemoryStore, name: string): void {
  const { tensors, metadata } = readSafetensors(store.read(name));
  metadata.delete('digest');
  const { run: _, ...training } = JSON.parse(metadata.get('training') ?? '');
  const changed = { ...Object.fromEntries(metadata), version: '1', training: JSON.stringify(training) };
  store.write(name, writeSafetensors(tensors, changed));
}

test('a resumed run keeps the checkpoints of other requests', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const kept = [14, 16].map((step) => [checkpoint(step), store.read(checkpoint(step))] as const);
  for (const [name] of kept) store.remove(name);
  await stopAt(12, store, [{ lr: 0.02 }]);
  const resumed = await readResumed(store, out, 'latest');
  for (const [name, bytes] of kept) store.write(name, bytes);
  const events = await finish(store, { checkpoint: { steps: 7 } }, { lr: 0.02 }, { resumed });
  // Step 14 is theirs.
  expect(events.filter(({ event }) => event === 'warning')).toMatchObject([
    { reason: 'checkpoint-not-saved', code: 'file-in-use' },
  ]);
  expect(names(store)).toEqual([...kept.map(([name]) => name), out]);
  for (const [name, bytes] of kept) expect(store.read(name)).toEqual(bytes);
});

const damages: [what: string, damage: (bytes: Uint8Array) => Uint8Array][] = [
  ['empty', () => new Uint8Array()],
  ['cut', (bytes) => bytes.subarray(0, bytes.length - 100)],
  ['cut in its header', (bytes) => bytes.subarray(0, 100)],
  ['noise', (bytes) => bytes.map((_, i) => (i * 97) % 251)],
  ['a text', () => new TextEncoder().encode('no checkpoint at all\n')],
];

test.each(damages)(
  'a newest checkpoint that is %s is skipped for the one before it, with a warning',
  async (_, damage) => {
    const whole = new MemoryStore();
    await finish(whole, {});
    const store = new MemoryStore();
    await stopAt(16, store);
    store.write(checkpoint(16), damage(store.read(checkpoint(16))));
    expect(await latestCheckpoint(store, out)).toBe(checkpoint(14));
    const [start, warning, ...rest] = await resume(store);
    expect(start).toMatchObject({ resumed: { file: checkpoint(14), step: 14 } });
    expect(warning).toMatchObject({ event: 'warning', reason: 'checkpoint-damaged', file: checkpoint(14) });
    expect(warning).toHaveProperty('message', expect.stringMatching(/^m\.checkpoint-16\.safetensors: /));
    expect(rest.filter(({ event }) => event === 'warning')).toEqual([]);
    expect(store.read(out)).toEqual(whole.read(out));
  },
);

test("a checkpoint whose recipe doesn't match its weights is refused", async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const { tensors, metadata } = readSafetensors(store.read(checkpoint(16)));
  for (const change of [{ layers: 900 }, { hidden: 7 }, { cell: 'lstm-cifg' }]) {
    const recipe = JSON.stringify({ ...JSON.parse(metadata.get('recipe') as string), ...change });
    store.write(checkpoint(16), resealed(tensors, { ...Object.fromEntries(metadata), recipe }));
    await expect(readResumed(store, out, checkpoint(16))).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(/^m\.checkpoint-16\.safetensors: the recipe in the checkpoint is/),
    });
  }
});

test('if all checkpoints are damaged, the error names each', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  for (const step of [14, 16]) store.write(checkpoint(step), new Uint8Array(step));
  await expect(latestCheckpoint(store, out)).rejects.toMatchObject({
    code: 'file-damaged',
    message: expect.stringMatching(/^recipe: all checkpoints of m\.safetensors are damaged.*-16\.s.*-14\.s/),
  });
});

test('two runs of one name exclude each other until the first ends or is abandoned', async () => {
  const store = new MemoryStore();
  const first = runTraining(await planSmall({}, { out }), { store });
  await first.next();
  const inUse = { code: 'file-in-use' };
  await expect(finish(store, {})).rejects.toMatchObject(inUse);
  await expect(finish(store, {}, {}, { out: 'm' })).rejects.toMatchObject(inUse);
  await expect(readResumed(store, out, 'latest')).rejects.toMatchObject(inUse);
  await finish(store, {}, {}, { out: 'n.safetensors' });
  await first.return();
  await finish(store, {});
  const failing = {
    optimizer: 'sgd',
    lr: 1e300,
    clip: null,
    average: null,
    cell: 'rnn-relu',
  } as Partial<Recipe>;
  await expect(finish(store, { overwrite: true }, failing)).rejects.toBeInstanceOf(UnrolledError);
  await finish(store, { overwrite: true });
});

test('a resumed run uses the available backend unless one is given', async () => {
  const store = new MemoryStore();
  await stopAt(16, store);
  const resumed = await readResumed(store, out, 'latest');
  const opened: string[] = [];
  const open = async (name: string) => {
    opened.push(name);
    if (name === 'blas') throw new UnrolledError('backend-missing', 'openBackend: found no usable BLAS.');
    return await openBackend('reference');
  };
  const recipe = { ...resumed.recipe, backend: 'blas' } as const;
  const how = { resumed: { ...resumed, recipe }, openBackend: open };
  const events = await finish(store, {}, {}, how);
  expect(opened).toEqual(['blas', 'auto']);
  expect(events.at(-1)).toMatchObject({ event: 'result' });
  expect((await planSmall({ backend: 'blas' }, how)).model.backend.name).toBe('reference');
  const other = planSmall({ backend: 'blas' }, { ...how, resumed });
  await expect(other).rejects.toMatchObject({ code: 'backend-missing' });
  expect((await planSmall({ backend: 'wasm' }, how)).recipe.backend).toBe('wasm');
  await expect(planSmall({ backend: 'blas' }, { openBackend: open })).rejects.toThrow(/found no usable BLAS/);
});
