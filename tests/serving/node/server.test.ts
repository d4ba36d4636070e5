import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { completer, textsOf, words } from '../../support/completions.ts';
import { savedModel } from '../../support/served.ts';
import {
  ask,
  eventsOf,
  type Json,
  openServer,
  post,
  posting,
  requestOf,
  until,
  Wire,
} from '../../support/server.ts';

const chars = savedModel('char', 'hello world\n');
const bytes = savedModel('byte');
const { url, port, faults } = await openServer({ words, chars, bytes });
const complete = completer(url, { model: 'words' });

test('a burst of connections is accepted during a completion, not one per step', async () => {
  const { url, port, models } = await openServer({ words });
  const { totals } = models[0].batcher;
  const away = new AbortController();
  const asked = { ...posting({ prompt: 'the', max_tokens: 1e6, stream: true }), signal: away.signal };
  await fetch(`${url}/v1/completions`, asked);
  await until(() => expect(totals.steps).toBeGreaterThan(10));
  const wires = Array.from({ length: 200 }, () => new Wire(port));
  await Promise.all(wires.map(({ socket }) => once(socket, 'connect')));
  const before = totals.steps;
  await Promise.all(
    wires.map((wire) => wire.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n').hears(/200 OK/)),
  );
  expect(totals.steps - before).toBeLessThan(100);
  for (const { socket } of wires) socket.destroy();
  away.abort();
});

test.each([
  ['score', { text: 'the '.repeat(1000), alternatives: 1 }],
  ['completions', { prompt: 'the '.repeat(1000), max_tokens: 0, echo: true, logprobs: 1 }],
])('scoring many texts delays neither a stream nor /health: %s', async (path, body) => {
  const { model } = words;
  const { url, port, models, service } = await openServer({ words }, { limits: { promptTokens: 1000 } });
  const { totals } = models[0].batcher;
  const sizes: number[] = [];
  const rank = model.rank.bind(model);
  /** At each unit, how many steps there were. */
  const stepsAt: number[] = [];
  const spy = vi.spyOn(model, 'rank').mockImplementation((xs, ts, K) => {
    stepsAt.push(totals.steps);
    sizes.push(xs.size);
    return rank(xs, ts, K);
  });
  const asked = { prompt: 'the', max_tokens: 1e6, stream: true };
  const stream = new Wire(port).send(requestOf('/v1/completions', asked));
  onTestFinished(() => {
    stream.socket.destroy();
    spy.mockRestore();
  });
  const scores = Array.from({ length: 5 }, () => post(`${url}/v1/${path}`, body));
  await until(() => expect(service.admission.streams).toBe(6));
  const before = stepsAt.length;
  expect((await ask(`${url}/health`)).status).toBe(200);
  expect(stepsAt.length - before).toBeLessThan(20);
  for (const { status } of await Promise.all(scores)) expect(status).toBe(200);
  expect(new Set(stepsAt).size).toBe(stepsAt.length);
  expect(Math.max(...sizes)).toBe(64);
});

describe('a stream', () => {
  test('is server-sent events of JSON, [DONE] the last', async () => {
    const { status, headers, text } = await complete({ prompt: 'the', max_tokens: 6, stream: true, seed: 3 });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    const events = eventsOf(text);
    expect(events.pop()).toBe('[DONE]');
    const joined = events.map(({ choices }) => choices[0].text).join('');
    expect([joined]).toEqual(textsOf(await complete({ prompt: 'the', max_tokens: 6, seed: 3 })));
    expect(events.map(({ choices }) => choices[0].finish_reason)).toEqual([
      ...Array(events.length - 1).fill(null),
      'length',
    ]);
    expect(new Set(events.map(({ object }) => object))).toEqual(new Set(['text_completion']));
  });

  test('that fails ends with an error event for all of its texts, and no [DONE]', async () => {
    const { model } = words;
    const step = model.step.bind(model);
    const [n, most] = [100, 30];
    let calls = 0;
    // Of the 300 texts a step takes 256; those of the next one must not be written to an ended stream.
    const spy = vi.spyOn(model, 'step').mockImplementation((ids, states) => {
      if (++calls === 8) throw new Error('the model broke');
      return step(ids, states);
    });
    const asked = { prompt: ['the', 'it', 'cat'], n, max_tokens: most, stream: true };
    const wide = await openServer({ words }, { limits: { streams: 300 } });
    const { text, status } = await post(`${wide.url}/v1/completions`, asked);
    const events = eventsOf(text);
    expect(status).toBe(200);
    const { error } = events.pop();
    expect(error).toMatchObject({ type: 'server_error', code: 'internal_error' });
    expect(error.message).not.toContain('broke');
    expect(events.every(({ choices }) => choices[0].finish_reason === null)).toBe(true);
    expect(calls).toBeLessThan(12);
    await until(() => expect(wide.service.admission.streams).toBe(0));
    spy.mockRestore();
    expect(wide.faults.splice(0)).toMatchObject([{ message: 'the model broke' }]);
  });

  test('that failed gets no more events from its paused texts', async () => {
    const { model } = words;
    const read = model.read.bind(model);
    let broken = false;
    const spy = vi.spyOn(model, 'read').mockImplementation((ids, states) => {
      if (broken) throw new Error('the model broke');
      read(ids, states);
    });
    const wide = await openServer({ words }, { limits: { bodyBytes: 1e7, promptTokens: 1e6 } });
    // The first prompt has no word to read, but a text that fills the connection; the second is read for long.
    const prompt = [' '.repeat(4_000_000), 'the '.repeat(400_000)];
    const asked = { prompt, echo: true, max_tokens: 0, n: 2, stream: true };
    const unread = await fetch(`${wide.url}/v1/completions`, posting(asked));
    broken = true;
    await until(() => expect(wide.faults.splice(0)).toMatchObject([{ message: 'the model broke' }]));
    spy.mockRestore();
    const events = eventsOf(await unread.text());
    expect(events.pop().error.code).toBe('internal_error');
    // The event that was being written is complete; the other text waited for it.
    expect(events.map(({ choices }) => choices[0].text)).toEqual([prompt[0]]);
    await until(() => expect(wide.service.admission.streams).toBe(0));
  });

  test('of many texts causes no warnings', async () => {
    const warn = vi.fn();
    process.on('warning', warn);
    const asked = { prompt: 'the', n: 60, max_tokens: 3, stream: true, logprobs: 1 };
    expect(eventsOf((await complete(asked)).text).length).toBeGreaterThan(180);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warn).not.toHaveBeenCalled();
  });
});

test("a failure is a 500 that doesn't reveal the cause, and the next request is served", async () => {
  const spy = vi.spyOn(words.model, 'step').mockImplementation(() => {
    throw new Error('secret path');
  });
  const { status, text, body } = await complete({ prompt: 'the' });
  spy.mockRestore();
  expect([status, body.error.type]).toEqual([500, 'server_error']);
  expect(text).not.toContain('secret');
  expect(faults.splice(0)).toMatchObject([{ message: 'secret path' }]);
  expect((await complete({ prompt: 'the' })).status).toBe(200);
});

describe('a connection', () => {
  test('is kept open for the next request, also after errors', async () => {
    const wire = new Wire(port);
    wire.send(requestOf('/v1/completions', { model: 'words', max_tokens: 2 }));
    await wire.hears(/"total_tokens"/);
    wire.send(requestOf('/v1/completions', '{'));
    await wire.hears(/400 Bad Request.*invalid_json/s);
    wire.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await wire.hears(/"status":"ok"/);
    expect(wire.received.match(/HTTP\/1.1 /g)).toHaveLength(3);
    wire.socket.destroy();
  });

  test('is kept open longer than those of proxies, and reports the timeout', async () => {
    const wire = new Wire(port).send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await wire.hears(/200 OK.*\r\nkeep-alive: timeout=75\r\n.*"ok"/is);
    wire.socket.destroy();
    const hasty = await openServer({ words }, { keepAliveSeconds: 0.1 });
    const idle = new Wire(hasty.port).send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await idle.hears(/"ok"/);
    await idle.ends();
  });

  test('may pipeline requests, which are answered in order', async () => {
    const wire = new Wire(port);
    const asked = (id: string) => requestOf('/v1/completions', { model: id, prompt: 'o', max_tokens: 3 });
    wire.send(asked('bytes') + asked('nobody') + asked('chars'));
    await wire.hears(/"model":"bytes".*model_not_found.*"model":"chars"/s);
    wire.socket.destroy();
  });

  test('with "connection: close" is closed', async () => {
    const wire = new Wire(port).send(
      requestOf('/v1/suggest', { model: 'words', text: '' }, 'connection: close'),
    );
    await wire.ends();
    expect(wire.received).toMatch(/^HTTP\/1.1 200 OK.*"suggestions"/s);
  });

  test('supports Expect: 100-continue', async () => {
    const heard = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', expect: '100-continue' };
      const request = httpRequest(`${url}/v1/suggest`, { method: 'POST', headers });
      request.on('continue', () => request.end('{"model":"words","text":""}'));
      request.on('response', (response) => resolve(response.resume().statusCode));
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(heard).toBe(200);
  });
});

describe('drain()', () => {
  test('lets a response in progress arrive', async () => {
    const wide = await openServer({ words }, { limits: { bodyBytes: 1e7 } });
    const asked = { prompt: ' '.repeat(3_000_000), echo: true, max_tokens: 0, n: 8 };
    const unread = await fetch(`${wide.url}/v1/completions`, posting(asked));
    const drained = wide.server.drain();
    await expect(fetch(`${wide.url}/health`)).rejects.toThrow();
    const { choices } = (await unread.json()) as Json;
    expect(choices.map(({ text }: Json) => text.length)).toEqual(Array(8).fill(3_000_000));
    await drained;
  });

  test('does not wait for the rest of a body', async () => {
    const small = await openServer({ words });
    const wires = ['/v1/score', '/v1/completions'].map((path) => {
      return new Wire(small.port).send(requestOf(path, { text: 'the cat' }).slice(0, -5));
    });
    const { metrics } = small.service;
    await until(() => expect(wires[1].socket.bytesWritten).toBeGreaterThan(0));
    // Answered only after both half requests were received.
    await ask(`${small.url}/health`);
    await until(() => expect(metrics.requests).toBe(1));
    await small.server.drain();
    for (const wire of wires) {
      await wire.ends();
      expect(wire.received).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"stopping"/is);
    }
  });

  test('closes kept connections after their response, and idle ones immediately', async () => {
    const small = await openServer({ words });
    const wires = [0, 1, 2].map(() => new Wire(small.port));
    for (const wire of wires) {
      wire.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await wire.hears(/"ok"/);
    }
    wires[2].send('POST /v1/completions HTTP/1.1\r\nhost: localhost\r\n');
    const stream = await fetch(
      `${small.url}/v1/completions`,
      posting({ max_tokens: 1_000_000, stream: true }),
    );
    const drained = small.server.drain();
    wires[0].send(requestOf('/v1/completions', { max_tokens: 1 }));
    await wires[0].hears(/503 Service Unavailable.*connection: close.*"code":"stopping"/is);
    await stream.body?.cancel();
    await drained;
    for (const wire of wires) await wire.ends();
  });
});
