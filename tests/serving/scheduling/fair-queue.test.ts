import { expect, test } from 'vitest';
import { FairQueue } from '../../../src/serving/scheduling/fair-queue.ts';
import { Random } from '../../../src/tensor/random.ts';

interface One {
  readonly client: string;
  readonly size: number;
  readonly name: string;
  overtaken: number;
}

/** A request named `client` and a number, such as `a1`. */
const one = (name: string, size = 1): One => ({ client: name[0], name, size, overtaken: 0 });
const anything = () => true;

function queueOf(...requests: readonly One[]): FairQueue<One> {
  const queue = new FairQueue<One>();
  for (const request of requests) queue.push(request);
  return queue;
}

/** The names of the requests in the order in which they leave. */
function order(queue: FairQueue<One>, fits: (request: One) => boolean = anything): string[] {
  const names: string[] = [];
  for (let next = queue.next(fits); next; next = queue.next(fits)) names.push(next.name);
  return names;
}

test('clients take turns, and the requests of one client keep their order', () => {
  const queue = queueOf(...['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'b2'].map((name) => one(name)));
  expect(order(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('one client with 1,000 requests delays the first of another by one turn', () => {
  const queue = queueOf(...Array.from({ length: 1000 }, (_, i) => one(`a${i}`)));
  queue.next(anything);
  queue.push(one('b1'));
  expect([queue.next(anything), queue.next(anything)].map((next) => next?.name)).toEqual(['a1', 'b1']);
});

test('a request that does not fit blocks those of its client, and is overtaken by a limited number of others', () => {
  const large = one('a1', 10);
  const small = Array.from({ length: 30 }, (_, i) => one(`${'bcd'[i % 3]}${i}`));
  const queue = queueOf(large, one('a2'), ...small);
  const overtaking = order(queue, ({ size }) => size < 10);
  expect(overtaking).toHaveLength(16);
  expect(overtaking).not.toContain('a2');
  expect(order(queue).slice(0, 2)).toEqual(['a1', expect.stringMatching(/^[bcd]/)]);
});

test('a removed request no longer blocks others', () => {
  const large = one('a1', 10);
  const queue = queueOf(large, one('a2'), one('b1', 10));
  expect(order(queue, ({ size }) => size < 10)).toEqual([]);
  queue.remove(large);
  queue.remove(one('c1'));
  expect(order(queue)).toEqual(['a2', 'b1']);
});

test('no request waits forever, whatever arrives', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const draw = (below: number) => Math.floor(below * random.uniform());
    const queue = queueOf(one('z0', 8));
    const waits = new Map<string, number>();
    let free = 8;
    let inside: One[] = [];
    for (let turn = 0; turn < 400; turn++) {
      const request = one(`${'abcdefgh'[draw(8)]}${turn}`, 1 + draw(3));
      queue.push(request);
      waits.set(request.name, turn);
      for (
        let next = queue.next(({ size }) => size <= free);
        next;
        next = queue.next(({ size }) => size <= free)
      ) {
        free -= next.size;
        inside.push(next);
        waits.delete(next.name);
      }
      // Requests leave in random order; no more than come.
      const leaving = inside.filter(() => random.uniform() < 0.4);
      inside = inside.filter((other) => !leaving.includes(other));
      for (const { size } of leaving) free += size;
    }
    expect(order(queue, () => true)).not.toContain('z0');
  }
});
