import { expect, test } from 'vitest';
import { completions, endless, words } from '../../../support/completions.ts';
import { openServer, requestOf, until, Wire } from '../../../support/server.ts';

const open = await openServer({ words });
const health = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Sends all of it and ends the client's side. */
function halfClosed(text: string): Wire {
  const wire = new Wire(open.port, true);
  wire.socket.end(text);
  return wire;
}

const asked = (more: object = {}) => requestOf(completions, { prompt: 'the', max_tokens: 3, ...more });

test.each([
  ['GET', health, 1],
  ['POST', asked(), 1],
  ['a stream', asked({ stream: true }), 1],
  ['HTTP/1.0', asked().replace('HTTP/1.1', 'HTTP/1.0'), 1],
  ['several requests', health + asked() + asked(), 3],
])('a client that half-closed gets the response, then the connection closes: %s', async (_, text, count) => {
  const wire = halfClosed(text);
  await wire.ends();
  expect(wire.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(count);
});

test('a client that waits long gets interim responses before the response', async () => {
  const { admission } = open.service;
  const leave = await admission.enter(open.service.limits.streams, new AbortController().signal);
  const wire = halfClosed(asked());
  await wire.hears(/^(HTTP\/1\.1 102 Processing\r\n\r\n)+$/);
  leave();
  await wire.ends();
  expect(wire.received).toMatch(/^(HTTP\/1\.1 102 Processing\r\n\r\n)+HTTP\/1\.1 200 OK\r\n/);
});

test('the completion of a client that half-closed and is gone is cancelled', async () => {
  const { admission } = open.service;
  const wire = halfClosed(asked({ max_tokens: endless }));
  await until(() => expect(admission.streams).toBe(1));
  wire.socket.destroy();
  await until(() => expect(admission.streams).toBe(0));
});

test('an incomplete request before a half-close is malformed', async () => {
  const wire = halfClosed(asked().slice(0, -1));
  await wire.hears(/^HTTP\/1\.1 400 /);
  await wire.ends();
});
