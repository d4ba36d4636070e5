import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { Exchange } from '../../../../src/serving/node/http/exchange.ts';
import { someLimits } from '../../../support/served.ts';

test('the signal of a request may have as many listeners as it has texts, without a warning', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const response = new EventEmitter() as ServerResponse;
  const { signal, path } = new Exchange(
    { url: '/v1/completions?x=1' } as IncomingMessage,
    response,
    someLimits,
  );
  const told = Array.from({ length: 128 }, () => vi.fn());
  for (const listener of told) signal.addEventListener('abort', listener);
  expect(warn).not.toHaveBeenCalled();
  expect(path).toBe('/v1/completions');
  response.emit('close');
  for (const listener of told) expect(listener).toHaveBeenCalledOnce();
});
