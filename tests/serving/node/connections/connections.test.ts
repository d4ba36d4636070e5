import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { Connections } from '../../../../src/serving/node/connections/connections.ts';
import { completions, words } from '../../../support/completions.ts';
import { openServer, requestOf, until, Wire } from '../../../support/server.ts';

const health = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
/** Under way for as long as a test goes on; the server says when it knows of it. */
const half = requestOf(completions, { prompt: 'the' }, 'expect: 100-continue').slice(0, -3);

/** A server that lets 1 + 256 connections in, 1 + 128 of which may say nothing. */
const open = () => openServer({ words }, { limits: { streams: 1, queue: 0 } });

/** So many connections, each of which has sent a text and heard an answer. */
async function wires(port: number, count: number, text: string, answer: RegExp): Promise<Wire[]> {
  const all = Array.from({ length: count }, () => new Wire(port).send(text));
  await Promise.all(all.map((wire) => wire.hears(answer)));
  return all;
}

const isOpen = ({ closed }: Wire) => !closed;

test('new connections evict idle ones, the longest idle first', async () => {
  const { port } = await open();
  const [busy] = await wires(port, 1, half, /100 Continue/);
  const [first, ...silent] = await wires(port, 128, health, /"ok"/);
  first.received = '';
  await first.send(health).hears(/"ok"/);
  const newcomers = await wires(port, 120, health, /"ok"/);
  await until(() => expect(silent.filter(isOpen)).toHaveLength(7));
  expect([busy, first, ...newcomers].every(isOpen)).toBe(true);
  for (const { socket } of [busy, first, ...silent, ...newcomers]) socket.destroy();
});

test('a connection above the limit is closed and counted', async () => {
  const { port, service } = await open();
  const busy = [...(await wires(port, 128, half, /100 /)), ...(await wires(port, 129, half, /100 /))];
  const late = new Wire(port);
  await late.ends();
  expect(late.received).toBe('');
  expect(busy.every(isOpen)).toBe(true);
  expect(String(service.metrics)).toContain('unrolled_connections_dropped_total 1\n');
  for (const { socket } of busy) socket.destroy();
});

test('a new connection is not evicted immediately', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const connections = new Connections({ most: 2, refused: () => {} });
  const sockets = Array.from({ length: 5 }, () => Object.assign(new EventEmitter(), { destroy: vi.fn() }));
  const add = (i: number) => connections.add(sockets[i] as unknown as Socket);
  for (const i of [0, 1, 2, 3]) add(i);
  expect(sockets.map(({ destroy }) => destroy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
  vi.advanceTimersByTime(1001);
  add(4);
  expect(sockets.map(({ destroy }) => destroy.mock.calls.length)).toEqual([1, 1, 1, 0, 0]);
  vi.useRealTimers();
});

const tunnel = 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n';
const endless = requestOf(completions, { prompt: 'the', max_tokens: 1_000_000, stream: true });

test('a CONNECT request that disconnects does no harm', async () => {
  const { port } = await open();
  for (let i = 0; i < 20; i++) {
    const wire = new Wire(port);
    await wire.sends(tunnel);
    wire.socket.resetAndDestroy();
  }
  const [wire] = await wires(port, 1, health, /"ok"/);
  wire.socket.destroy();
});

test('a CONNECT request during a completion cancels it', async () => {
  const { port, service } = await open();
  const [wire] = await wires(port, 1, endless, /data: .*data: /s);
  wire.send(tunnel);
  await wire.ends();
  await until(() => expect(service.admission.streams).toBe(0));
});

test('the number of pipelined requests is limited', async () => {
  const { port, service } = await open();
  const [patient] = await wires(port, 1, endless + health.repeat(63), /data: .*data: /s);
  expect(patient.closed).toBe(false);
  patient.socket.destroy();
  await until(() => expect(service.admission.streams).toBe(0));
  const [greedy] = await wires(port, 1, endless, /data: .*data: /s);
  greedy.send(health.repeat(64));
  await greedy.ends();
  await until(() => expect(service.admission.streams).toBe(0));
});

test('a request with too many header lines is refused, and none of its headers is overlooked', async () => {
  const { port } = await open();
  const [wire] = await wires(
    port,
    1,
    `GET /health HTTP/1.1\r\nhost: localhost\r\n${'a:\r\n'.repeat(2100)}host: evil\r\n\r\n`,
    /^HTTP\/1.1 431 .*"headers_too_large"/s,
  );
  await wire.ends();
});

test('draining answers requests that wait behind another one', async () => {
  const { port, server, service } = await open();
  const completion = requestOf('/v1/completions', { prompt: 'o', max_tokens: 400 });
  const [wire] = await wires(port, 1, completion.repeat(2), /^/);
  await until(() => expect(service.admission.streams).toBe(1));
  await server.drain();
  await wire.ends();
  expect(wire.received.match(/HTTP\/1.1 /g)).toHaveLength(2);
  expect(wire.received).toMatch(/HTTP\/1.1 200 .*HTTP\/1.1 503 /s);
});
