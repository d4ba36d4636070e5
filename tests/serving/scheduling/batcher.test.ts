import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { generate } from '../../../src/generation/writing/generate.ts';
import { Writer } from '../../../src/generation/writing/writer.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Batcher } from '../../../src/serving/scheduling/batcher.ts';
import { Random } from '../../../src/tensor/random.ts';
import { collect } from '../../support/collect.ts';
import { livelyModel } from '../../support/served.ts';

const V = 9;
const BATCH = 256;
const model = livelyModel(V);
const never = new AbortController().signal;
setMaxListeners(0, never);

afterEach(() => vi.restoreAllMocks());

interface Text {
  readonly prompt: Int32Array;
  readonly seed: number;
  readonly length: number;
}

function textOf(seed: number, promptLength: number, length: number): Text {
  const random = new Random(seed);
  const prompt = Int32Array.from({ length: promptLength }, () => Math.floor(V * random.uniform()));
  return { prompt, seed, length };
}

const alone = (by: RecurrentLM, { prompt, seed, length }: Text) =>
  collect(generate(by, { prompt, random: new Random(seed), length }));

/** A text under way in a batcher, with the ids that it has come to. */
function begin(
  batcher: Batcher,
  { prompt, seed, length }: Text,
  signal: AbortSignal = never,
  {
    by = model,
    after,
  }: { by?: RecurrentLM; after?: (ids: readonly number[]) => undefined | Promise<unknown> } = {},
) {
  const writer = new Writer(by, { prompt, random: new Random(seed) });
  const ids: number[] = [];
  const write = async () => {
    await batcher.read(writer, signal);
    const onToken = (id: number) => {
      ids.push(id);
      const goesOn = ids.length < length;
      return after?.(ids)?.then(() => goesOn) ?? goesOn;
    };
    await batcher.write(writer, onToken, signal);
    return ids;
  };
  return { writer, ids, done: write() };
}

/** The states of each step of the model from now on. */
function stepsOf(by: RecurrentLM): unknown[][] {
  const steps: unknown[][] = [];
  const step = by.step.bind(by);
  vi.spyOn(by, 'step').mockImplementation((ids, states) => {
    steps.push([...states]);
    return step(ids, states);
  });
  return steps;
}

describe('texts that join and leave a batch at random', () => {
  test.each(['reference', 'wasm'])('give the same tokens as alone, on %s', async (name) => {
    const by = livelyModel(V, await openBackend(name, { threads: 1 }));
    const random = new Random(5);
    const draw = (below: number) => Math.floor(below * random.uniform());
    const texts = Array.from({ length: 120 }, (_, i) => textOf(i, 1 + draw(100), 1 + draw(30)));
    const expected: number[][] = [];
    for (const text of texts) expected.push(await alone(by, text));
    const batcher = new Batcher(by);
    let aborted = 0;
    const ends = texts.map(async (text, i) => {
      const [turns, patience, pauses] = [draw(80), random.uniform() < 0.2 ? draw(40) : null, draw(4) === 0];
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      const controller = new AbortController();
      const after = async () => {
        if (!pauses || draw(3) > 0) return;
        for (let turn = draw(9); turn > 0; turn--) await setImmediate();
      };
      const { ids, done } = begin(batcher, text, controller.signal, { by, after });
      if (patience !== null) {
        const leave = async () => {
          for (let turn = 0; turn < patience; turn++) await setImmediate();
          controller.abort(i);
        };
        void leave();
      }
      const end = await done.catch((reason) => reason);
      if (end === i) aborted++;
      expect(end === i ? ids : end).toEqual(expected[i].slice(0, end === i ? ids.length : undefined));
    });
    await Promise.all(ends);
    expect(aborted).toBeGreaterThan(10);
    expect(batcher.totals.tokens).toBeGreaterThan(3 * batcher.totals.steps);
  });

  test("are served round-robin if a step can't hold all", async () => {
    const batcher = new Batcher(model);
    const steps = stepsOf(model);
    const texts = Array.from({ length: 300 }, (_, i) => textOf(i, 1, 5 + (i % 30)));
    const turns = texts.map((): number[] => []);
    const under = texts.map((text, i) =>
      begin(batcher, text, never, { after: () => void turns[i].push(batcher.totals.steps) }),
    );
    const ids = await Promise.all(under.map(({ done }) => done));
    expect(ids.map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
    const waits = turns.flatMap((at) => at.map((step, k) => step - (at[k - 1] ?? 0)));
    expect(Math.max(...waits)).toBe(Math.ceil(texts.length / BATCH));
    expect(Math.max(...steps.map(({ length }) => length))).toBe(BATCH);
  });

  test('count steps and tokens', async () => {
    const batcher = new Batcher(model);
    await Promise.all([3, 5, 2].map((length) => begin(batcher, textOf(1, 4, length)).done));
    expect(batcher.totals).toEqual({ steps: 5, tokens: 10, seconds: expect.any(Number) });
    expect(batcher.totals.seconds).toBeGreaterThan(0);
  });

  test('share each step, at any position in their texts', async () => {
    const batcher = new Batcher(model);
    const steps = stepsOf(model);
    const [first] = [begin(batcher, textOf(1, 1, 9))];
    while (first.ids.length < 4) await setImmediate();
    await Promise.all([first.done, begin(batcher, textOf(2, 7, 3)).done]);
    expect(steps.map(({ length }) => length).toSorted()).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2]);
  });
});

describe('prompts', () => {
  test('of similar length are read in a batch, which continues when shorter ones end', async () => {
    const batcher = new Batcher(model);
    const read = vi.spyOn(model, 'read');
    const readers = [100, 20, 50, 1].map((length) => {
      return new Writer(model, { prompt: textOf(length, length, 0).prompt, random: new Random(1) });
    });
    await Promise.all(readers.map((reader) => batcher.read(reader, never)));
    expect(read.mock.calls.map(([ids, states]) => [ids.length / states.length, states.length])).toEqual([
      [19, 1],
      [49, 2],
      [50, 1],
    ]);
    for (const { unread } of readers) expect(unread).toHaveLength(1);
    expect(batcher.totals).toMatchObject({ steps: 0, tokens: 0 });
  });

  test('do not delay active sequences', async () => {
    const batcher = new Batcher(model);
    const short = begin(batcher, textOf(1, 1, 1000));
    const long = begin(batcher, textOf(2, 1000, 1));
    await long.done;
    expect(short.ids.length).toBeGreaterThanOrEqual(Math.floor(999 / 64));
    await short.done;
  });
});

describe('an aborted text', () => {
  test('takes part in no further step, and rejects immediately with the reason', async () => {
    const batcher = new Batcher(model);
    const controller = new AbortController();
    const [gone, other] = [
      begin(batcher, textOf(1, 3, 1000), controller.signal),
      begin(batcher, textOf(2, 3, 20)),
    ];
    while (gone.ids.length < 5) await setImmediate();
    const steps = stepsOf(model);
    controller.abort('gone');
    await expect(gone.done).rejects.toBe('gone');
    expect(steps).toEqual([]);
    await other.done;
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.flat()).not.toContain(gone.writer.state);
    expect(gone.ids).toHaveLength(5);
  });

  test('can be aborted while its prompt is read', async () => {
    const batcher = new Batcher(model);
    const controller = new AbortController();
    const gone = begin(batcher, textOf(1, 5000, 3), controller.signal);
    const read = vi.spyOn(model, 'read');
    while (read.mock.calls.length < 3) await setImmediate();
    controller.abort('gone');
    await expect(gone.done).rejects.toBe('gone');
    const { length } = read.mock.calls;
    for (let i = 0; i < 5; i++) await setImmediate();
    expect(read.mock.calls).toHaveLength(length);
  });

  test('can be aborted while a promise pauses it, and stays out when that settles', async () => {
    const batcher = new Batcher(model);
    const controller = new AbortController();
    const release: (() => void)[] = [];
    const after = () => new Promise<void>((resolve) => release.push(resolve));
    const gone = begin(batcher, textOf(1, 1, 9), controller.signal, { after });
    while (gone.ids.length < 1) await setImmediate();
    controller.abort('gone');
    await expect(gone.done).rejects.toBe('gone');
    release[0]();
    for (let i = 0; i < 5; i++) await setImmediate();
    expect(gone.ids).toHaveLength(1);
  });

  test('that is aborted from the start takes no step', async () => {
    const batcher = new Batcher(model);
    const { done } = begin(batcher, textOf(1, 5, 9), AbortSignal.abort('gone'));
    await expect(done).rejects.toBe('gone');
    for (let i = 0; i < 3; i++) await setImmediate();
    expect(batcher.totals).toEqual({ steps: 0, tokens: 0, seconds: 0 });
  });
});

describe('a failure', () => {
  test('in one text ends only this text', async () => {
    const batcher = new Batcher(model);
    const bang = (ids: readonly number[]) => {
      if (ids.length === 3) throw new Error('bang');
      return undefined;
    };
    const later = async (ids: readonly number[]) => bang(ids);
    const [text, other] = [textOf(1, 5, 9), textOf(2, 30, 9)];
    const expected = await alone(model, other);
    const [first, second, third] = [
      begin(batcher, text, never, { after: bang }),
      begin(batcher, other),
      begin(batcher, text, never, { after: later }),
    ];
    await expect(first.done).rejects.toThrow('bang');
    await expect(third.done).rejects.toThrow('bang');
    expect(await second.done).toEqual(expected);
    expect([first.ids.length, third.ids.length]).toEqual([3, 3]);
  });

  test('in a step ends all texts of that step, and no others', async () => {
    const batcher = new Batcher(model);
    const texts = Array.from({ length: BATCH + 2 }, (_, i) => textOf(i, 1, 3));
    const under = texts.map((text) => begin(batcher, text));
    vi.spyOn(model, 'step').mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    const ends = await Promise.allSettled(under.map(({ done }) => done));
    expect(ends.map(({ status }) => status)).toEqual([
      ...new Array(BATCH).fill('rejected'),
      'fulfilled',
      'fulfilled',
    ]);
    expect(under.slice(0, BATCH).flatMap(({ ids }) => ids)).toEqual([]);
    const text = textOf(500, 4, 6);
    expect(await begin(batcher, text).done).toEqual(await alone(model, text));
  });

  test('in reading prompts ends these, and the batcher continues', async () => {
    const batcher = new Batcher(model);
    const under = [3, 5].map((length) => begin(batcher, textOf(1, length, 3)));
    vi.spyOn(model, 'read').mockImplementationOnce(() => {
      throw new Error('out of memory');
    });
    for (const { done } of under) await expect(done).rejects.toThrow('out of memory');
    const text = textOf(500, 4, 6);
    expect(await begin(batcher, text).done).toEqual(await alone(model, text));
  });
});

test('a batcher without texts does nothing', async () => {
  const pending = () => process.getActiveResourcesInfo().filter((name) => name === 'Immediate').length;
  const batcher = new Batcher(model);
  const before = pending();
  const { done } = begin(batcher, textOf(1, 5, 9));
  expect(pending()).toBeGreaterThan(before);
  await done;
  for (let i = 0; i < 5; i++) await setImmediate();
  expect(pending()).toBeLessThanOrEqual(before);
});
