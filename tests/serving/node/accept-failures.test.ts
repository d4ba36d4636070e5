import { expect, test, vi } from 'vitest';
import { Metrics } from '../../../src/serving/metrics/metrics.ts';
import { AcceptFailures } from '../../../src/serving/node/accept-failures.ts';
import { Admission } from '../../../src/serving/scheduling/admission.ts';
import { completions, words } from '../../support/completions.ts';
import { someLimits } from '../../support/served.ts';
import { openServer, requestOf, Wire } from '../../support/server.ts';

test('failures to accept a connection are counted, and the first of each kind is reported', () => {
  const metrics = new Metrics([], new Admission(someLimits));
  const warn = vi.fn();
  const failures = new AcceptFailures(metrics, warn);
  for (let i = 0; i < 3; i++) failures.fail(Object.assign(new Error('accept'), { code: 'EMFILE' }));
  failures.fail(Object.assign(new Error('accept'), { code: 'ENOBUFS' }));
  for (let i = 0; i < 2; i++) failures.drop(9);
  expect(
    warn.mock.calls.map(([message]) => /EMFILE|ENOBUFS|9 connections are open/.exec(message)?.[0]),
  ).toEqual(['EMFILE', 'ENOBUFS', '9 connections are open']);
  expect(metrics.toString()).toMatch(/^unrolled_accept_errors_total 4$/m);
  expect(metrics.toString()).toMatch(/^unrolled_connections_dropped_total 2$/m);
});

test('a server accepts no more connections than it may open, and reports it once', async () => {
  const { port, service, warnings } = await openServer({ words }, { maxConnections: 2 });
  const half = requestOf(completions, { max_tokens: 1 }, 'expect: 100-continue');
  const busy = [0, 1].map(() => new Wire(port).send(half.slice(0, -1)));
  for (const wire of busy) await wire.hears(/100 Continue/);
  for (const wire of [0, 1].map(() => new Wire(port))) await wire.ends();
  expect(service.metrics.toString()).toMatch(/^unrolled_connections_dropped_total 2$/m);
  expect(warnings).toEqual([
    expect.stringMatching(/^2 connections are open, so another one was closed\. .*ulimit -n/),
  ]);
  for (const wire of busy) {
    await wire.send('}').hears(/200 OK/);
    wire.socket.destroy();
  }
});

test('silent connections that take all there are make room for the next one', async () => {
  const { port, service } = await openServer({ words }, { maxConnections: 3 });
  vi.useFakeTimers({ toFake: ['performance'] });
  const silent = [0, 1, 2].map(() => new Wire(port));
  for (const { socket } of silent) await new Promise((resolve) => socket.once('connect', resolve));
  await new Wire(port).ends();
  expect(silent.filter(({ closed }) => closed)).toEqual([]);
  vi.advanceTimersByTime(1001);
  await new Wire(port).ends();
  const health = new Wire(port).send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await health.hears(/200 OK/);
  vi.useRealTimers();
  expect(service.metrics.toString()).toMatch(/^unrolled_connections_dropped_total 2$/m);
  for (const { socket } of [...silent, health]) socket.destroy();
});
