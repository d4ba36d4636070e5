import { type IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../../../src/serving/api-error.ts';
import { EventStream, WAITING_MS } from '../../../../src/serving/node/http/event-stream.ts';
import { completions, words } from '../../../support/completions.ts';
import { type Opened, openServer, requestOf, until, Wire } from '../../../support/server.ts';

test('events after the end of a stream are ignored', async () => {
  const request = { method: 'POST', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage;
  for (const finish of ['end', 'fail'] as const) {
    const response = new ServerResponse(request);
    const stream = new EventStream(response);
    stream.start();
    const failed = vi.fn();
    response.on('error', failed);
    void stream.send({ first: true });
    if (finish === 'end') stream.end();
    else stream.fail(new ApiError(503, 'timeout', 'too slow'));
    expect(stream.send({ late: true })).toBeUndefined();
    await setImmediate();
    expect(failed).not.toHaveBeenCalled();
  }
});

describe('a stream that waits in the queue', async () => {
  const open = await openServer({ words }, { limits: { streams: 1, queue: 1 } });
  const hasty = await openServer({ words }, { limits: { streams: 1, seconds: 0.3 } });
  const asked = requestOf(completions, { prompt: 'the', max_tokens: 2, stream: true });
  const head = String.raw`HTTP/1\.1 200 OK\r\n.*text/event-stream.*\r\n\r\n`;
  const waiting = (times: number) => String.raw`(?:[0-9a-f]+\r\n: waiting\n\n\r\n){${times}}`;

  /** A request that waits, and the function that frees its slot. */
  async function queued({ port, service: { admission } }: Opened): Promise<[Wire, () => void]> {
    const leave = await admission.enter(1, new AbortController().signal);
    const wire = new Wire(port).send(asked);
    await until(() => expect(admission.queued).toBe(1));
    return [wire, leave];
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  test('sends comments at intervals, then its events', async () => {
    const [wire, leave] = await queued(open);
    for (const times of [1, 2]) {
      vi.advanceTimersByTime(WAITING_MS);
      await wire.hears(new RegExp(`^${head}${waiting(times)}$`, 's'));
    }
    const refused = new Wire(open.port).send(asked);
    await refused.hears(/^HTTP\/1\.1 429 .*"queue_full"/s);
    leave();
    await wire.hears(/\[DONE\]/);
    expect(wire.received).toMatch(new RegExp(String.raw`^${head}${waiting(2)}[0-9a-f]+\r\ndata: {"id"`, 's'));
    for (const { socket } of [wire, refused]) socket.destroy();
  });

  test.each([
    ['a status before the first comment', 0, /^HTTP\/1\.1 503 .*"code":"timeout"/s],
    [
      'an event after it',
      1,
      new RegExp(String.raw`^${head}${waiting(1)}[0-9a-f]+\r\ndata: {"error".*"code":"timeout"`, 's'),
    ],
  ])('ends at the timeout with %s', async (_, comments, response) => {
    const [wire, leave] = await queued(hasty);
    vi.advanceTimersByTime(comments * WAITING_MS);
    await wire.hears(response);
    leave();
    vi.advanceTimersByTime(2 * WAITING_MS);
    wire.socket.destroy();
  });
});
