import { type IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { ApiError } from '../../../../src/serving/api-error.ts';
import { EventStream } from '../../../../src/serving/node/http/event-stream.ts';

test('events after the end of a stream are ignored', async () => {
  const request = { method: 'POST', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage;
  for (const finish of ['end', 'fail'] as const) {
    const response = new ServerResponse(request);
    const stream = new EventStream(response);
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
