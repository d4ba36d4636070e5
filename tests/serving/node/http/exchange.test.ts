import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { Exchange } from '../../../../src/serving/node/http/exchange.ts';
import { someLimits } from '../../../support/served.ts';

function open(url: string = '/v1/completions?x=1') {
  const response = new EventEmitter() as ServerResponse;
  const request = { url, headers: {} } as IncomingMessage;
  return { response, exchange: new Exchange(request, response, someLimits) };
}

test('an exchange has a path without the query, and a signal that is aborted at its end', () => {
  const { response, exchange } = open();
  const listener = vi.fn();
  exchange.signal.addEventListener('abort', listener);
  expect(exchange.path).toBe('/v1/completions');
  expect(listener).not.toHaveBeenCalled();
  response.emit('close');
  expect(listener).toHaveBeenCalledOnce();
});

test.each([
  ['http://localhost:8080/v1/models?x=1', '/v1/models'],
  ['HTTPS://LOCALHOST/v1/models', '/v1/models'],
  ['http://localhost', '/'],
  ['http://localhost?x=/v1/models', '/'],
  ['/http://localhost/v1/models', '/http://localhost/v1/models'],
  ['*', '*'],
])('an exchange has the path of a target in absolute form: %s', (url, path) => {
  expect(open(url).exchange.path).toBe(path);
});

test('an exchange keeps its slots until its end', () => {
  const { response, exchange } = open();
  const [early, late] = [vi.fn(), vi.fn()];
  exchange.hold(early);
  expect(early).not.toHaveBeenCalled();
  response.emit('close');
  expect(early).toHaveBeenCalledOnce();
  exchange.hold(late);
  expect(late).toHaveBeenCalledOnce();
});
