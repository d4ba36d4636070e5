import { expect, test, vi } from 'vitest';
import type { StartThread, ThreadStart } from '../../../src/backends/wasm/threads/start.ts';
import { startWorkers } from '../../../src/backends/wasm/threads/start-workers.ts';

const starts = Array.from({ length: 3 }, (_, i) => ({ index: i + 1 }) as ThreadStart);

/** A way to start workers that answers for each as told, and what became of them. */
function wayOf(answer: (index: number) => Promise<void>): {
  way: StartThread;
  started: number[];
  ended: number[];
} {
  const [started, ended]: number[][] = [[], []];
  const way: StartThread = ({ index }) => {
    const worker = { terminate: () => void ended.push(index) };
    const ready = answer(index);
    started.push(index);
    return { worker, ready };
  };
  return { way, started, ended };
}

const never = new Promise<void>(() => {});
const failing = async (): Promise<void> => {
  throw new Error('threads: no such file.\nmore of it');
};

test('all workers start with the first method that works, and a fresh control block', async () => {
  const good = wayOf(async () => {});
  const unused = wayOf(async () => {});
  const { workers, obstacle } = await startWorkers(starts, [good.way, unused.way]);
  expect([workers.length, obstacle, good.ended, unused.started]).toEqual([3, null, [], []]);
});

test.each([
  ['fails', (index: number) => (index === 2 ? failing() : Promise.resolve())],
  ['does not reply', (index: number) => (index === 3 ? never : Promise.resolve())],
  [
    'can not be made',
    (index: number): Promise<void> => {
      if (index === 3) throw new Error('no');
      return Promise.resolve();
    },
  ],
])('if one worker %s, those that started are ended and the second method is tried', async (_, answer) => {
  const [bad, good] = [wayOf(answer), wayOf(async () => {})];
  const { workers, obstacle } = await startWorkers(starts, [bad.way, good.way], 50);
  expect([workers.length, obstacle]).toEqual([3, null]);
  expect(bad.ended).toEqual(bad.started);
  expect(good.ended).toEqual([]);
});

test('if no method works there are no workers, and each reason is given once, in one line', async () => {
  const ways = [wayOf(failing), wayOf(failing), wayOf(() => never)];
  const { workers, obstacle } = await startWorkers(
    starts,
    ways.map(({ way }) => way),
    50,
  );
  expect(workers).toEqual([]);
  expect(obstacle).toBe('no worker starts: no such file; a worker does not reply');
  for (const { ended } of ways) expect(ended).toEqual([1, 2, 3]);
});

test('slow workers are waited for as long as they keep starting', async () => {
  vi.useFakeTimers();
  const slow = wayOf((index) => new Promise((resolve) => setTimeout(resolve, 1500 * index)));
  const starting = startWorkers(starts, [slow.way], 2000);
  await vi.advanceTimersByTimeAsync(4500);
  const { workers } = await starting;
  expect(workers).toHaveLength(3);
  vi.useRealTimers();
});
