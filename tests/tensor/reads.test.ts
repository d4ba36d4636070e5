import { expect, test } from 'vitest';
import { ReferenceBackend } from '../../src/backends/reference/reference.ts';
import { numbersOf, ReadQueue, type Reads, runSync } from '../../src/tensor/reads.ts';

const backend = new ReferenceBackend();
const x = backend.arena.tensor([2]).set([1, 2]);
const waiting = { read: async () => x.view().slice() };

function* sum(): Reads<number> {
  const numbers = yield* numbersOf(x);
  return numbers[0] + numbers[1];
}

test("a computation runs synchronously if the backend has readSync, else reports that it can't", async () => {
  expect(runSync('here', backend, sum())).toBe(3);
  expect(() => runSync('here', waiting, sum())).toThrow('here: this backend can only read asynchronously');
  expect(await new ReadQueue(backend).run(sum())).toBe(3);
  expect(await new ReadQueue(waiting).run(sum())).toBe(3);
});

test('computations of one queue do not overlap, and calls in between are refused', async () => {
  const queue = new ReadQueue(waiting);
  const order: string[] = [];
  function* named(name: string): Reads<void> {
    order.push(`${name} begins`);
    yield [x];
    yield [x];
    order.push(`${name} ends`);
  }
  const done = [queue.run(named('a')), queue.call(() => order.push('between')), queue.run(named('b'))];
  await Promise.resolve();
  await Promise.resolve();
  expect(() => queue.check('here')).toThrow('here: another call of this model is still running');
  await Promise.all(done);
  expect(order).toEqual(['a begins', 'a ends', 'between', 'b begins', 'b ends']);
  expect(() => queue.check('here')).not.toThrow();
});

test('an error of the backend reaches the computation, and its error only its caller', async () => {
  const queue = new ReadQueue({ read: () => Promise.reject(new Error('lost device')) });
  let cleaned = false;
  function* careful(): Reads<void> {
    try {
      yield [x];
    } finally {
      cleaned = true;
    }
  }
  await expect(queue.run(careful())).rejects.toThrow('lost device');
  expect(cleaned).toBe(true);
  expect(await queue.call(() => 4)).toBe(4);
});
