import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../../src/serving/api-error.ts';
import { Admission } from '../../../src/serving/scheduling/admission.ts';
import { Random } from '../../../src/tensor/random.ts';

const never = new AbortController().signal;
const memoryBytes = 1e6;

/** Somebody at the door, and whether they are in. */
function knock(admission: Admission, places = 1, signal = never) {
  const one = { leave: undefined as (() => void) | undefined, error: undefined as unknown };
  admission.enter(places, signal).then(
    (leave) => {
      one.leave = leave;
    },
    (error) => {
      one.error = error;
    },
  );
  return one;
}

const isIn = (one: ReturnType<typeof knock>) => one.leave !== undefined;
const count = ({ streams, queued }: Admission) => [streams, queued];

describe('admission', () => {
  test('admits requests while slots are free, then first come, first served', async () => {
    const admission = new Admission({ streams: 2, queue: 5, memoryBytes });
    const all = [1, 1, 1, 1, 1].map((places) => knock(admission, places));
    await setImmediate();
    expect(all.map(isIn)).toEqual([true, true, false, false, false]);
    expect(count(admission)).toEqual([2, 3]);
    all[1].leave?.();
    await setImmediate();
    expect(all.map(isIn)).toEqual([true, true, true, false, false]);
    expect(count(admission)).toEqual([2, 2]);
    all[0].leave?.();
    all[2].leave?.();
    await setImmediate();
    expect(all.map(isIn)).toEqual([true, true, true, true, true]);
    expect(count(admission)).toEqual([2, 0]);
  });

  test('takes several slots together, and no request overtakes one that waits for them', async () => {
    const admission = new Admission({ streams: 4, queue: 5, memoryBytes });
    const [small, large, later] = [knock(admission, 2), knock(admission, 3), knock(admission, 1)];
    await setImmediate();
    expect([small, large, later].map(isIn)).toEqual([true, false, false]);
    small.leave?.();
    await setImmediate();
    expect([large, later].map(isIn)).toEqual([true, true]);
    expect(count(admission)).toEqual([4, 0]);
    large.leave?.();
    later.leave?.();
    expect(count(admission)).toEqual([0, 0]);
  });

  test('answers 429 with retry-after if the queue is full', async () => {
    const admission = new Admission({ streams: 1, queue: 1, memoryBytes });
    const [, waits, refused] = [knock(admission), knock(admission), knock(admission)];
    await setImmediate();
    expect(refused.error).toMatchObject({ status: 429, code: 'queue_full' });
    expect(refused.error).toMatchObject({ details: { headers: { 'retry-after': '1' } } });
    expect(waits.error).toBeUndefined();
    expect(count(admission)).toEqual([1, 1]);
  });

  test('admits requests with free slots even without a queue', async () => {
    const admission = new Admission({ streams: 1, queue: 0, memoryBytes });
    const first = knock(admission);
    await setImmediate();
    expect(knock(admission)).not.toBe(first);
    first.leave?.();
    await expect(admission.enter(1, never)).resolves.toBeTypeOf('function');
  });

  test('answers 400 to a request for more slots than exist', async () => {
    const admission = new Admission({ streams: 3, queue: 1, memoryBytes });
    const refused = admission.enter(4, never);
    await expect(refused).rejects.toThrow('needs 4 completions; the limit is 3');
    await expect(refused).rejects.toMatchObject({ status: 400, details: { param: 'n' } });
    await expect(admission.enter(3, never)).resolves.toBeTypeOf('function');
  });

  test('removes an aborted waiting request, and admits those after it', async () => {
    const admission = new Admission({ streams: 2, queue: 5, memoryBytes });
    const controller = new AbortController();
    knock(admission, 1);
    const [large, small] = [knock(admission, 2, controller.signal), knock(admission, 1)];
    await setImmediate();
    expect([large, small].map(isIn)).toEqual([false, false]);
    controller.abort('gone');
    await setImmediate();
    expect(large.error).toBe('gone');
    expect(isIn(small)).toBe(true);
    expect(count(admission)).toEqual([2, 0]);
  });

  test('admits no aborted request, and keeps the slots of one that is aborted later', async () => {
    const admission = new Admission({ streams: 1, queue: 5, memoryBytes });
    const first = new AbortController();
    const inside = knock(admission, 1, first.signal);
    const gone = knock(admission, 1, AbortSignal.abort('gone'));
    await setImmediate();
    expect(gone.error).toBe('gone');
    expect(count(admission)).toEqual([1, 0]);
    first.abort('later');
    expect(count(admission)).toEqual([1, 0]);
    inside.leave?.();
    expect(count(admission)).toEqual([0, 0]);
  });

  test('keeps the slots of an admitted request until it is freed, also if aborted', async () => {
    const admission = new Admission({ streams: 1, queue: 5, memoryBytes });
    const controller = new AbortController();
    const [first, second] = [knock(admission), knock(admission, 1, controller.signal)];
    await setImmediate();
    first.leave?.();
    controller.abort('late');
    await setImmediate();
    expect(isIn(second)).toBe(true);
    expect(count(admission)).toEqual([1, 0]);
    second.leave?.();
    expect(count(admission)).toEqual([0, 0]);
  });

  test('answers 503 after close, and still admits waiting requests', async () => {
    const admission = new Admission({ streams: 1, queue: 5, memoryBytes });
    const [inside, waits] = [knock(admission), knock(admission)];
    await setImmediate();
    expect(admission.isOpen).toBe(true);
    admission.checkOpen();
    admission.close();
    expect(admission.isOpen).toBe(false);
    expect(() => admission.checkOpen()).toThrow('The server is shutting down');
    await expect(admission.enter(1, never)).rejects.toMatchObject({ status: 503, code: 'stopping' });
    inside.leave?.();
    await setImmediate();
    expect(isIn(waits)).toBe(true);
  });
});

describe('memory', () => {
  const limits = { streams: 100, queue: 5, memoryBytes: 400 };

  test('is estimated for all admitted requests together; three quarters of it are for them', async () => {
    const admission = new Admission(limits);
    const leave = await admission.enter(1, never, { bytes: 200 });
    const [large, small] = [200, 100].map((bytes) =>
      admission.enter(1, never, { client: String(bytes), bytes }),
    );
    await (await small)();
    expect([admission.bytes, admission.streams, admission.queued]).toEqual([200, 1, 1]);
    leave();
    (await large)();
    expect([admission.bytes, admission.streams, admission.queued]).toEqual([0, 0, 0]);
  });

  test('that does not exist gets a 400 that names the flag', async () => {
    const admission = new Admission({ ...limits, memoryBytes: 40e6 });
    const refused = admission.enter(1, never, { bytes: 31e6 });
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'answer_too_large' });
    await expect(refused).rejects.toThrow('31.0 MB of memory; the limit is 30.0 MB (--memory-mb)');
    await expect(admission.enter(1, never, { bytes: 30e6 })).resolves.toBeTypeOf('function');
  });

  test('of waiting requests and bodies is limited, and the client that uses most is rejected', async () => {
    const admission = new Admission(limits);
    await admission.enter(100, never);
    const [mine, yours] = [vi.fn(), vi.fn()];
    const waiting = admission.enter(1, never, { client: 'me', waitingBytes: 50 });
    const reading = admission.read('me', mine);
    reading.grow(30);
    admission.read('you', yours).grow(30);
    expect(mine).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ status: 429, code: 'queue_full' }),
    );
    expect([yours.mock.calls.length, admission.bytes]).toEqual([0, 80]);
    reading.end();
    await expect(admission.enter(1, never, { client: 'you', waitingBytes: 21 })).rejects.toMatchObject({
      status: 429,
    });
    expect([admission.bytes, admission.queued]).toEqual([80, 1]);
    void waiting;
  });
});

test('clients take turns, and a full queue rejects the client with most requests', async () => {
  const admission = new Admission({ streams: 1, queue: 3, memoryBytes });
  const order: string[] = [];
  const refused: string[] = [];
  const leave = await admission.enter(1, never);
  const ends = ['a1', 'a2', 'a3', 'b1', 'a4', 'c1'].map((name) => {
    const entered = (free: () => void) => {
      order.push(name);
      free();
    };
    return admission.enter(1, never, { client: name[0] }).then(entered, () => void refused.push(name));
  });
  leave();
  await Promise.all(ends);
  expect(refused).toEqual(['a3', 'a4', 'a2']);
  expect(order).toEqual(['a1', 'b1', 'c1']);
});

test('never exceeds `streams`, keeps the order, and frees all slots in the end', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    const draw = (below: number) => Math.floor(below * random.uniform());
    const limits = { streams: 1 + draw(6), queue: draw(6), memoryBytes };
    const admission = new Admission(limits);
    let [inside, expectedQueue]: [{ places: number; leave: () => void }[], number[]] = [[], []];
    const entered: number[] = [];
    const controllers = new Map<number, AbortController>();
    const ends: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      const act = draw(3);
      if (act === 0 && inside.length > 0) inside.splice(draw(inside.length), 1)[0].leave();
      else if (act === 1 && expectedQueue.length > 0) {
        controllers.get(expectedQueue[draw(expectedQueue.length)])?.abort('gone');
      } else {
        const [places, controller] = [1 + draw(limits.streams), new AbortController()];
        const queued = admission.queued;
        const end = admission.enter(places, controller.signal).then(
          (leave) => {
            entered.push(i);
            inside.push({ places, leave });
          },
          (error) => {
            if (error instanceof ApiError) expect([error.status, queued]).toEqual([429, limits.queue]);
            else expect(error).toBe('gone');
          },
        );
        if (admission.queued > queued) {
          expectedQueue.push(i);
          controllers.set(i, controller);
        }
        ends.push(end);
      }
      await setImmediate();
      expectedQueue = expectedQueue.filter((one) => {
        return !entered.includes(one) && controllers.get(one)?.signal.aborted === false;
      });
      expect(admission.streams).toBe(inside.reduce((sum, { places }) => sum + places, 0));
      expect(admission.streams).toBeLessThanOrEqual(limits.streams);
      expect(admission.queued).toBe(expectedQueue.length);
      expect(admission.queued).toBeLessThanOrEqual(limits.queue);
    }
    expect(entered).toEqual(entered.toSorted((a, b) => a - b));
    while (admission.streams > 0 || admission.queued > 0) {
      const leaving = inside;
      inside = [];
      for (const { leave } of leaving) leave();
      await setImmediate();
    }
    await Promise.all(ends);
    expect(count(admission)).toEqual([0, 0]);
    expect(entered.length).toBeGreaterThan(20);
  }
});
