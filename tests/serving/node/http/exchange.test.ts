import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { Exchange } from '../../../../src/serving/node/http/exchange.ts';
import { someLimits } from '../../../support/served.ts';

function open() {
  const response = new EventEmitter() as ServerResponse;
  const request = { url: '/v1/completions?x=1' } as IncomingMessage;
  return { response, exchange: new Exchange(request, response, someLimits) };
}

test('an exchange has a path without its query, and a signal that is aborted when it is over', () => {
  const { response, exchange } = open();
  const listener = vi.fn();
  exchange.signal.addEventListener('abort', listener);
  expect(exchange.path).toBe('/v1/completions');
  expect(listener).not.toHaveBeenCalled();
  response.emit('close');
  expect(listener).toHaveBeenCalledOnce();
});

test('an exchange keeps its slots until it is over, and none after that', () => {
  const { response, exchange } = open();
  const [early, late] = [vi.fn(), vi.fn()];
  exchange.hold(early);
  expect(early).not.toHaveBeenCalled();
  response.emit('close');
  expect(early).toHaveBeenCalledOnce();
  exchange.hold(late);
  expect(late).toHaveBeenCalledOnce();
});
