import { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { completions, endless, isWell, longWords, words } from '../../support/completions.ts';
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

const small = await openServer({ words }, { limits: { streams: 4 } });
const longWord = '0'.repeat(5000);
/** With a word this long, a score of few tokens holds more than a connection takes. */
const longLines = savedModel('word', `${longWord} 1\n`);

describe('a client that reads slowly', () => {
  test.each([
    ['completions', { prompt: ' '.repeat(3_000_000), echo: true, max_tokens: 0, n: 8 }, 8],
    ['score', { text: `${longWord} `.repeat(1000), alternatives: 3 }, 1],
  ])(
    'keeps its slots and holds little memory until the whole response is read: %s',
    async (path, body, places) => {
      const write = vi.spyOn(ServerResponse.prototype, 'write');
      const limits = { bodyBytes: 1e7, promptTokens: 1e6, answerBytes: 1e9 };
      const { url, port, service } = await openServer({ longLines }, { limits });
      const wire = new Wire(port).send(requestOf(`/v1/${path}`, body));
      wire.socket.once('data', () => wire.socket.pause());
      await wire.hears(/200 OK/);
      expect((await ask(`${url}/health`)).body.streams).toBe(places);
      // The connection takes some megabytes, then the rest is not created.
      await until(() => expect(write.mock.results.at(-1)?.value).toBe(false));
      const [response] = new Set(write.mock.contexts);
      expect((response as ServerResponse).writableLength).toBeLessThan(200_000);
      wire.socket.resume();
      await until(() => expect(service.admission.streams).toBe(0));
      write.mockRestore();
      wire.socket.destroy();
    },
  );

  test('pauses its completion while others continue, and gets all of it once it reads', async () => {
    const slow = await openServer({ words, long: longWords });
    const at = slow.url + completions;
    const [, { batcher }] = slow.models;
    const asked = { model: 'long', prompt: '', max_tokens: 180, n: 2, seed: 3 };
    const unread = await fetch(at, posting({ ...asked, stream: true }));
    const written = await settled(() => batcher.totals.tokens);
    expect(written).toBeLessThan(320);
    expect(slow.service.admission.streams).toBe(2);
    for (const model of ['words', 'long']) {
      const { body } = await post(at, { model, max_tokens: 5 });
      expect(body.usage.completion_tokens).toBe(5);
    }
    expect(batcher.totals.tokens).toBe(written + 5);
    const texts = ['', ''];
    for (const { choices } of eventsOf(await unread.text()).slice(0, -1))
      texts[choices[0].index] += choices[0].text;
    const { body: whole } = await post(at, asked);
    expect(whole.choices.map(({ text }: Json) => text.length)).toEqual(texts.map(({ length }) => length));
    expect(whole.choices.every(({ text }: Json, i: number) => text === texts[i])).toBe(true);
    await until(() => expect(slow.service.admission.streams).toBe(0));
  });

  /** The number once it has not grown for many turns of the event loop; a step takes one. */
  async function settled(number: () => number): Promise<number> {
    for (;;) {
      const before = number();
      for (let turn = 0; turn < 500; turn++) await setImmediate();
      if (before > 0 && number() === before) return before;
    }
  }
});

describe('a client that disconnects', () => {
  const { admission } = small.service;
  const written = () => small.models[0].batcher.totals.tokens;
  const asked = { prompt: 'the', max_tokens: endless, n: 4 };

  test.each([true, false])('during its completion frees its slots, streamed: %s', async (stream) => {
    const before = written();
    const wire = new Wire(small.port).send(requestOf(completions, { ...asked, stream }));
    await until(() => expect(written()).toBeGreaterThan(before + 40));
    wire.socket.destroy();
    await until(() => expect(admission.streams).toBe(0));
    const after = written();
    await isWell(small);
    // Its texts did not take part in the steps of the next request.
    expect(written()).toBe(after + 2);
  });

  test('without reading its response is counted as disconnected', async () => {
    const { port, service, models } = await openServer({ long: longWords });
    const { totals } = models[0].batcher;
    for (const [stream, enough] of [
      [false, 600],
      [true, 620],
    ] as const) {
      const asked = { prompt: '', max_tokens: 600, stream };
      const wire = new Wire(port).send(requestOf(completions, asked));
      wire.socket.once('data', () => wire.socket.pause());
      await until(() => expect(totals.tokens).toBeGreaterThanOrEqual(enough));
      await wire.hears(/200 OK/);
      expect(service.admission.streams).toBe(1);
      wire.socket.destroy();
      await until(() => expect(service.admission.streams).toBe(0));
    }
    await until(() => expect(service.metrics.requests).toBe(2));
    expect(service.metrics.toString()).toContain('{route="/v1/completions",status="499"} 2\n');
  });

  test('while waiting leaves the queue', async () => {
    const leave = await admission.enter(4, new AbortController().signal);
    const wires = [1, 2, 3].map((n) => new Wire(small.port).send(requestOf(completions, { ...asked, n })));
    await until(() => expect(admission.queued).toBe(3));
    for (const { socket } of wires) socket.destroy();
    await until(() => expect(admission.queued).toBe(0));
    leave();
    await isWell(small);
  });

  test('while sending its request frees everything', async () => {
    const request = requestOf(completions, asked);
    for (const end of [1, 30, request.length - 1]) {
      const wire = new Wire(small.port).send(request.slice(0, end));
      await new Promise((resolve) => wire.socket.once('connect', resolve));
      wire.socket.end();
      await wire.ends();
      wire.socket.destroy();
    }
    await isWell(small);
  });

  test('with pipelined requests cancels them', async () => {
    const before = written();
    const request = requestOf(completions, { ...asked, n: 1, stream: true });
    const wire = new Wire(small.port).send(request.repeat(3));
    await until(() => expect(written()).toBeGreaterThan(before + 10));
    wire.socket.destroy();
    await isWell(small);
  });
});
