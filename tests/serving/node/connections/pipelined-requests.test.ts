import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { PipelinedRequests } from '../../../../src/serving/node/connections/pipelined-requests.ts';

/** A connection, as far as it matters here. */
class FakeSocket {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
  }
}

function request(
  socket: FakeSocket,
  lines: number,
  headers: IncomingMessage['headers'] = {},
): IncomingMessage {
  const rawHeaders = Array.from({ length: 2 * lines }, () => 'x');
  return { socket, rawHeaders, headers, readableHighWaterMark: 16_384 } as unknown as IncomingMessage;
}

test('above the limit, the connections that use most are closed, and what they used is free again', () => {
  const waiting = new PipelinedRequests(20_000); // 4,096 and 130 for each header line
  const [modest, greedy] = [new FakeSocket(), new FakeSocket()];
  waiting.add(request(modest, 1));
  waiting.add(request(greedy, 50));
  waiting.add(request(modest, 1));
  expect([modest.destroyed, greedy.destroyed, waiting.count]).toEqual([false, false, 3]);
  waiting.add(request(modest, 1));
  expect([modest.destroyed, greedy.destroyed, waiting.count]).toEqual([true, false, 1]);
  waiting.add(request(greedy, 1));
  expect([greedy.destroyed, waiting.count]).toEqual([false, 2]);
});

test('a request is counted until its turn or the end of its connection, and not on a closed connection', () => {
  const waiting = new PipelinedRequests(10_000);
  const [first, second] = [new FakeSocket(), new FakeSocket()];
  for (let round = 0; round < 20; round++) {
    const own = request(first, 1);
    waiting.add(own);
    waiting.start(own);
    waiting.add(request(second, 1));
    waiting.forget(second as never);
  }
  expect([first.destroyed, second.destroyed, waiting.count]).toEqual([false, false, 0]);
  first.destroy();
  waiting.add(request(first, 1));
  expect(waiting.count).toBe(0);
});

test.each([{ 'content-length': '1000000' }, { 'transfer-encoding': 'chunked' }])(
  'a body counts as far as it is buffered: %o',
  (headers) => {
    const waiting = new PipelinedRequests(2 * (4096 + 130 + 16_384));
    const socket = new FakeSocket();
    waiting.add(request(socket, 1, headers));
    waiting.add(request(socket, 1, headers));
    expect(socket.destroyed).toBe(false);
    waiting.add(request(socket, 0));
    expect(socket.destroyed).toBe(true);
  },
);
