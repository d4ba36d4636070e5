import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Writer } from '../../../src/generation/writing/writer.ts';
import { Batcher } from '../../../src/serving/scheduling/batcher.ts';
import { Random } from '../../../src/tensor/random.ts';
import { livelyModel } from '../../support/served.ts';

const model = livelyModel(9);
const never = new AbortController().signal;
/** What takes how long, on a clock that stands still otherwise. */
const [UNIT_MS, STEP_MS] = [7, 2];

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A batcher, and what its model does from now on. */
function open() {
  const log: string[] = [];
  const step = model.step.bind(model);
  vi.spyOn(model, 'step').mockImplementation((ids, states) => {
    log.push('step');
    vi.advanceTimersByTime(STEP_MS);
    return step(ids, states);
  });
  const batcher = new Batcher(model);
  const score = async (name: string, units: number, signal = never) => {
    const { take } = batcher.scheduler(signal);
    const run = () => {
      log.push(name);
      vi.advanceTimersByTime(UNIT_MS);
    };
    for (let i = 0; i < units; i++) await take(run);
  };
  const write = (length: number) => {
    const writer = new Writer(model, { prompt: Int32Array.of(1), random: new Random(1) });
    let written = 0;
    return batcher.write(writer, () => ++written < length, never);
  };
  return { batcher, log, score, write };
}

describe('work items', () => {
  test('run one between two steps, round-robin over texts, using half of the time', async () => {
    const { log, score, write } = open();
    const scores = ['a', 'b', 'c'].map((name) => score(name, 4));
    await Promise.all([...scores, write(60)]);
    const steps = log
      .join(' ')
      .split(/ ?[abc] ?/)
      .map((between) => between.split(' ').filter(Boolean).length);
    expect(log.filter((name) => name !== 'step').join('')).toBe('abcabcabcabc');
    // As many as take as long as the unit before; one comes before the first.
    expect(steps.slice(0, -1)).toEqual([1, ...Array(11).fill(Math.ceil(UNIT_MS / STEP_MS))]);
    expect(log.filter((name) => name === 'step')).toHaveLength(60);
  });

  test('run one after another without a batch, yielding to sockets', async () => {
    const { log, score } = open();
    let turns = 0;
    let over = false;
    const count = async () => {
      for (; !over; turns++) await setImmediate();
    };
    const counted = count();
    await Promise.all([score('a', 10), score('b', 10)]);
    over = true;
    await counted;
    expect(log.join('')).toBe('ab'.repeat(10));
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  test('of aborted texts stop, and the others continue', async () => {
    const { log, score } = open();
    const controller = new AbortController();
    const gone = score('a', 10, controller.signal);
    const other = score('b', 10);
    while (log.length < 6) await setImmediate();
    controller.abort('gone');
    await expect(gone).rejects.toBe('gone');
    await other;
    expect(log.join('')).toBe(`ababab${'b'.repeat(7)}`);
    await expect(score('a', 1, AbortSignal.abort('late'))).rejects.toBe('late');
  });

  test('that fail end only their text', async () => {
    const { batcher, score } = open();
    const other = score('b', 3);
    const fails = batcher.scheduler(never).take(() => {
      throw new Error('bang');
    });
    await expect(fails).rejects.toThrow('bang');
    await other;
  });

  test('return their results', async () => {
    const { batcher } = open();
    const { take, tokens } = batcher.scheduler(never);
    expect(await take(() => tokens)).toBe(64);
  });
});
