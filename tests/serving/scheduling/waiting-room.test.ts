import { expect, test } from 'vitest';
import { type Guest, WaitingRoom } from '../../../src/serving/scheduling/waiting-room.ts';

/** A room, and the names of those that it has refused. */
function open(queued: number, bytes: number) {
  const refused: string[] = [];
  const room = new WaitingRoom({ queued, bytes });
  const add = (name: string, size = 1, isQueued = true): Guest => {
    const guest = { client: name[0], isQueued, bytes: size, refuse: () => void refused.push(name) };
    room.add(guest);
    return guest;
  };
  return { room, refused, add };
}

test('a full queue rejects the newest request of the client with most requests', () => {
  const { room, refused, add } = open(4, 1000);
  for (const name of ['a1', 'a2', 'a3', 'b1']) add(name);
  add('a4');
  expect(refused).toEqual(['a4']);
  add('b2');
  expect(refused).toEqual(['a4', 'a3']);
  // Equal shares: the one that arrives yields.
  add('b3');
  add('c1');
  expect(refused.slice(2)).toEqual(['b3', 'a2']);
  expect(room.queued).toBe(4);
});

test('too much memory rejects the newest request of the client that uses most, also one whose body is being read', () => {
  const { room, refused, add } = open(10, 100);
  const reading = add('a1', 10, false);
  add('b1', 40);
  add('a2', 30);
  room.grow(reading, 15);
  expect([room.bytes, room.queued, refused]).toEqual([95, 2, []]);
  add('c1', 10);
  expect(refused).toEqual(['a2']);
  room.grow(reading, 40);
  expect(refused).toEqual(['a2', 'a1']);
  expect([room.bytes, room.queued]).toEqual([50, 2]);
});

test('a request that is larger than the room is rejected alone', () => {
  const { room, refused, add } = open(10, 100);
  add('a1', 30);
  add('b1', 200);
  expect([refused, room.bytes]).toEqual([['b1'], 30]);
});

test('removing a request frees its place, once', () => {
  const { room, refused, add } = open(1, 100);
  const first = add('a1', 50);
  room.remove(first);
  room.remove(first);
  expect([room.queued, room.bytes]).toEqual([0, 0]);
  add('a2');
  expect([refused, room.queued]).toEqual([[], 1]);
});

test('a queue of length 0 takes no request, but bodies are read', () => {
  const { room, refused, add } = open(0, 100);
  add('a1', 5, false);
  add('a2');
  expect([refused, room.queued, room.bytes]).toEqual([['a2'], 0, 5]);
});
