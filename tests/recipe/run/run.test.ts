import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { FileStore } from '../../../src/cli/files/run/file-store.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { type Plan, planTraining } from '../../../src/recipe/plan.ts';
import { latestCheckpoint } from '../../../src/recipe/run/checkpoints.ts';
import type { RunEvent } from '../../../src/recipe/run/events.ts';
import { readCheckpoint } from '../../../src/recipe/run/read-checkpoint.ts';
import { type RunOptions, runTraining } from '../../../src/recipe/run/run.ts';
import { MemoryStore, type Store } from '../../../src/recipe/store.ts';
import { collect } from '../../support/collect.ts';
import { planSmall, smallRecipe, smallText, sourceText } from '../../support/small-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A store whose promises resolve later, as those of a page. */
class SlowStore implements Store {
  readonly #inner = new MemoryStore();
  readonly #later = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  async read(name: string): Promise<Uint8Array> {
    await this.#later();
    return this.#inner.read(name);
  }
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#later();
    this.#inner.write(name, bytes);
  }
  async list(prefix: string): Promise<readonly string[]> {
    await this.#later();
    return this.#inner.list(prefix);
  }
  async remove(name: string): Promise<void> {
    await this.#later();
    this.#inner.remove(name);
  }
}

/** A store that is full after so many writes. */
class FullStore extends MemoryStore {
  writes = 0;
  #room: number;
  constructor(room: number) {
    super();
    this.#room = room;
  }
  makeRoom(): void {
    this.#room = Number.POSITIVE_INFINITY;
  }
  override write(name: string, bytes: Uint8Array): void {
    this.writes += 1;
    if (this.writes > this.#room) throw new UnrolledError('disk-full', `${name}: the disk is full.`);
    super.write(name, bytes);
  }
}

/** Aborts after so many steps. */
async function stopAfter(
  steps: number,
  out: string,
  store: Store,
  options: Partial<RunOptions> = {},
): Promise<RunEvent[]> {
  const controller = new AbortController();
  const events: RunEvent[] = [];
  const plan = await planSmall({}, { out });
  for await (const event of runTraining(plan, { store, signal: controller.signal, ...options })) {
    events.push(event);
    if (event.event === 'step' && event.step === steps) controller.abort();
  }
  return events;
}

async function resume(out: string, store: Store): Promise<RunEvent[]> {
  const resumed = await readCheckpoint(store, await latestCheckpoint(store, out));
  return await collect(runTraining(await planSmall({}, { out, resumed }), { store }));
}

const kinds = (events: readonly RunEvent[]) => events.map(({ event }) => event);

test('a run reports start, steps, epochs, checkpoints and the result', async () => {
  const store = new MemoryStore();
  const events = await collect(runTraining(await planSmall(), { store, checkpoint: { steps: 10 } }));
  const [start] = events;
  expect(start).toMatchObject({ event: 'start', chosen: [], resumed: null, stepsPerEpoch: 17 });
  expect(kinds(events).filter((kind) => kind === 'step')).toHaveLength(3 * 17);
  expect(events.filter(({ event }) => event === 'epoch')).toMatchObject([
    { epoch: 1 },
    { epoch: 2 },
    { epoch: 3 },
  ]);
  expect(kinds(events)).toContain('checkpoint');
  const result = events.at(-1);
  expect(result).toMatchObject({ event: 'result', out: 'm.safetensors', step: 51 });
  expect(store.list('')).toEqual(['m.safetensors']);
  const saved = readModelFile(store.read('m.safetensors'), await openBackend('reference'));
  expect(saved.results).toMatchObject({ epoch: 3, step: 51 });
});

describe('the same run', () => {
  const stores: [name: string, store: Store, out: string][] = [
    ['a map', new MemoryStore(), 'm.safetensors'],
    ['files', new FileStore(), join(folder, 'm.safetensors')],
    ['promises', new SlowStore(), 'm.safetensors'],
  ];
  const read = async (store: Store, name: string) => Buffer.from(await store.read(name));

  test('over files, a map and promises gives the same model file', async () => {
    const models: Buffer[] = [];
    for (const [, store, out] of stores) {
      await collect(runTraining(await planSmall({}, { out }), { store }));
      models.push(await read(store, out));
    }
    for (const model of models) expect(model.equals(models[0])).toBe(true);
  });

  test('over each store, stopped within an epoch and resumed, gives that file too', async () => {
    const whole = await read(stores[0][1], 'm.safetensors');
    const checkpoints: object[] = [];
    for (const [, store, out] of stores) {
      const stopped = await stopAfter(21, out, store);
      const checkpoint = await latestCheckpoint(store, out);
      expect(stopped.at(-1)).toMatchObject({ event: 'interrupted', step: 21, savedStep: 17, checkpoint });
      expect(checkpoint).toBe(out.replace('.safetensors', '.checkpoint-21.safetensors'));
      // The checkpoint of the first epoch, and the one of the moment.
      expect(await store.list(out.replace('.safetensors', '.checkpoint-'))).toHaveLength(2);
      checkpoints.push(contentsOf(await read(store, checkpoint)));
      const resumed = await resume(out, store);
      expect(resumed[0]).toMatchObject({ resumed: { file: checkpoint, epoch: 2, step: 21 } });
      expect((await read(store, out)).equals(whole)).toBe(true);
      expect(await store.list(out.replace('.safetensors', '.checkpoint-'))).toEqual([]);
    }
    for (const checkpoint of checkpoints) expect(checkpoint).toEqual(checkpoints[0]);
  });
});

/** What a checkpoint holds, without what no two runs share: the seconds, the name of the run and the digest, which counts them. */
function contentsOf(checkpoint: Uint8Array): object {
  const { tensors, metadata } = readSafetensors(checkpoint);
  const training = JSON.parse(metadata.get('training') ?? '');
  training.state.meter.seconds = 0;
  expect(training.run.id).toMatch(/^[0-9a-f]{32}$/);
  training.run.id = '';
  metadata.delete('digest');
  return { tensors, metadata: new Map([...metadata, ['training', training]]) };
}

test('a run that is stopped before any checkpoint saves its current weights', async () => {
  const store = new MemoryStore();
  const events = await stopAfter(3, 'm.safetensors', store, { checkpoint: null });
  expect(events.at(-1)).toMatchObject({ event: 'interrupted', step: 3, savedStep: 3, checkpoint: null });
  expect(store.list('')).toEqual(['m.safetensors']);
});

test('a full store is a warning for each file, and a failure only at the end', async () => {
  const store = new FullStore(1);
  const events: RunEvent[] = [];
  const run = async () => {
    const plan = await planSmall({ epochs: 2 });
    for await (const event of runTraining(plan, { store, checkpoint: { steps: 10 } })) events.push(event);
  };
  await expect(run()).rejects.toMatchObject({ code: 'disk-full' });
  const reasons = events.flatMap((event) => (event.event === 'warning' ? [event.reason] : []));
  expect(new Set(reasons)).toEqual(new Set(['model-not-saved', 'checkpoint-not-saved']));
  expect(events.filter(({ event }) => event === 'epoch')).toMatchObject([{ saved: false }, { saved: false }]);
  expect(events.at(-1)).toEqual({
    event: 'failed',
    code: 'disk-full',
    message: 'm.safetensors: the disk is full.',
    out: 'm.safetensors',
    savedEpoch: null,
  });
});

test('a run that is stopped tries once more to write the best weights', async () => {
  const store = new FullStore(0);
  const controller = new AbortController();
  const options = { store, signal: controller.signal, checkpoint: null };
  const events: RunEvent[] = [];
  const texts = { valid: smallText };
  for await (const event of runTraining(await planSmall({}, { texts }), options)) {
    events.push(event);
    if (event.event !== 'step' || event.step !== 21) continue;
    store.makeRoom();
    controller.abort();
  }
  expect(kinds(events)).toContain('warning');
  expect(events.at(-1)).toMatchObject({ event: 'interrupted', savedStep: 19 });
  const saved = readModelFile(store.read('m.safetensors'), await openBackend('reference'));
  expect(saved.results).toMatchObject({ epoch: 1, step: 19 });
});

test('a run resumed under another name and stopped again writes the best weights there', async () => {
  const store = new MemoryStore();
  const texts = { valid: smallText };
  const stopAt = async (step: number, plan: Plan) => {
    const controller = new AbortController();
    for await (const event of runTraining(plan, { store, signal: controller.signal }))
      if (event.event === 'step' && event.step === step) controller.abort();
  };
  await stopAt(21, await planSmall({}, { texts }));
  const resumed = await readCheckpoint(store, await latestCheckpoint(store, 'm.safetensors'));
  await stopAt(22, await planSmall({}, { texts, resumed, out: 'n.safetensors' }));
  expect(store.read('n.safetensors')).toEqual(store.read('m.safetensors'));
});

test('divergence is reported as failed and thrown, with the saved epoch', async () => {
  const events: RunEvent[] = [];
  const run = async () => {
    const wild = { optimizer: 'sgd', lr: 1e300, clip: null, average: null, cell: 'rnn-relu' } as const;
    for await (const event of runTraining(await planSmall(wild), { store: new MemoryStore() }))
      events.push(event);
  };
  await expect(run()).rejects.toMatchObject({ code: 'diverged' });
  expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'diverged', savedEpoch: null });
});

test('a run that resumes on different arithmetic names both in a warning', async () => {
  const store = new MemoryStore();
  await stopAfter(3, 'm.safetensors', store);
  const resumed = await readCheckpoint(store, await latestCheckpoint(store, 'm.safetensors'));
  const plan = await planSmall({}, { resumed: { ...resumed, arithmetic: 'an abacus' } });
  const [, warning] = await collect(runTraining(plan, { store }), 2);
  expect(warning).toMatchObject({ event: 'warning', reason: 'other-arithmetic', before: 'an abacus' });
});

describe('errors name options', () => {
  const other = sourceText('other.txt', smallText.text.replaceAll('w1 ', 'w2 '));
  test.each([
    [
      { forgetBias: 1 },
      {},
      /^recipe: forgetBias is 1 and cell is rnn; it needs .*: lstm, .* Leave forgetBias out/,
    ],
    [
      { sampledSoftmax: 3 },
      {},
      /^recipe: sampledSoftmax is 3 and the embeddings are not tied; .* or use tied\.$/,
    ],
    [
      { weightDrop: 0.5, cell: 'mingru' },
      {},
      /^recipe: weightDrop is 0\.5 and cell is mingru, .* use dropout\.$/,
    ],
    [{ randomTime: true, time: 2 }, {}, /^recipe: time is 2; with randomTime it must be at least 5\./],
    [
      { batch: 100 },
      {},
      /^recipe: the training text has \d+ tokens; batch 100 and time 5 need at least 501\./,
    ],
    [
      { zoneoutCell: 0.5 },
      {},
      /^recipe: zoneoutCell is 0\.5, cell is "rnn"; it needs .* a cell state c: lstm/,
    ],
    [{ tied: true }, {}, /^recipe: hidden is 6, wordvec is 5; with tied weights, a single layer/],
    [{ hidden: 0 }, {}, /^recipe: hidden is 0; it must be a positive integer\.$/],
    [{}, { valid: sourceText('valid.txt', 'w1') }, /^recipe: the validation text has 1 token/],
  ] as const)('%j', async (changes, texts, message) => {
    await expect(planSmall(changes, { texts })).rejects.toThrow(message);
  });

  test('of a resumed run', async () => {
    const store = new MemoryStore();
    await stopAfter(20, 'm.safetensors', store);
    const resumed = await readCheckpoint(store, await latestCheckpoint(store, 'm.safetensors'));
    const refuse = (...args: Parameters<typeof planSmall>) =>
      expect(planSmall(args[0], { resumed, ...args[1] })).rejects;
    await refuse({ hidden: 7 }).toThrow(
      /was trained with hidden 6, and this run has 7; .* without resume\.$/,
    );
    await refuse({ epochs: 1 }).toThrow(/^recipe: epochs is 1, and .* is in epoch 2; it must be at least 2/);
    await refuse({}, { texts: { train: [other] } }).toThrow(
      /was trained on other texts: the training text differs/,
    );
    await expect(latestCheckpoint(store, 'none')).rejects.toThrow(
      /^recipe: there is no checkpoint none\.checkpoint-N\.safetensors; resume latest needs one/,
    );
    const finished = new MemoryStore();
    await collect(runTraining(await planSmall({ epochs: 1 }), { store: finished }));
    await expect(readCheckpoint(finished, 'm.safetensors')).rejects.toThrow(
      /^m\.safetensors: this is a finished model, not a checkpoint; resume needs a file named/,
    );
  });
});

test('minutes and the number of checkpoints to keep must be positive', async () => {
  const request = { recipe: smallRecipe, asked: {}, open: 'all', minutes: -1 } as const;
  const texts = { train: [smallText], valid: null, test: null };
  await expect(planTraining(request, texts, { out: 'm', openBackend })).rejects.toThrow(
    /^recipe: minutes is -1; it must be a positive number/,
  );
  const none = runTraining(await planSmall(), { store: new MemoryStore(), keep: 0 });
  await expect(collect(none)).rejects.toThrow(/^recipe: keep is 0; it must be a positive integer\.$/);
});
