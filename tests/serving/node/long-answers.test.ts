import { expect, test } from 'vitest';
import { complete, score } from '../../../src/serving/index.ts';
import { completions, words } from '../../support/completions.ts';
import { eventsOf, type Json, openServer, post } from '../../support/server.ts';

const { url, service } = await openServer({ words }, { limits: { bodyBytes: 1e6, promptTokens: 1e5 } });

const text = 'the cat , zebra sat on\nthe mat .\n'.repeat(30);
const echo = { prompt: ['the ', text], n: 2, seed: 5, max_tokens: 9, echo: true, logprobs: 4 };

/** Without what differs between two answers. */
const comparable = (answer: Json) => ({ ...answer, id: '', created: 0, usage: null });

test('a long score is sent in chunks, as JSON.stringify writes it; a short one has its length', async () => {
  for (const body of [
    { text, alternatives: 7 },
    { text, alternatives: 1, state: 'line' },
  ]) {
    const long = await post(`${url}/v1/score`, body);
    expect(long.text).toBe(JSON.stringify(await score(service, body)));
    expect(long.text.length).toBeGreaterThan(20_000);
    expect([long.headers.get('content-length'), long.headers.get('transfer-encoding')]).toEqual([
      null,
      'chunked',
    ]);
  }
  const short = await post(`${url}/v1/score`, { text: 'the cat', alternatives: 7 });
  expect(short.text).toBe(JSON.stringify(await score(service, { text: 'the cat', alternatives: 7 })));
  expect(Number(short.headers.get('content-length'))).toBe(short.text.length);
});

test('a long completion is what JSON.stringify writes of the lists that a program gets', async () => {
  const { text: sent, body } = await post(url + completions, echo);
  expect(sent).toBe(JSON.stringify(body));
  const own = await complete(service, { ...echo, stream: false });
  expect(comparable(body)).toEqual(comparable(JSON.parse(JSON.stringify(own))));
  expect(own.choices[3].logprobs?.tokens).toBeInstanceOf(Array);
  expect(own.choices[3].text.startsWith(text)).toBe(true);
});

test('a stream sends a long prompt as one event of each choice, between those of others', async () => {
  const sent = await post(url + completions, { ...echo, stream: true });
  const [events, whole] = [
    eventsOf(sent.text).slice(0, -1),
    await complete(service, { ...echo, stream: false }),
  ];
  for (const { index, text: all, logprobs } of whole.choices) {
    const own = events.map(({ choices }) => choices[0]).filter((choice: Json) => choice.index === index);
    expect(own.map((choice: Json) => choice.text).join('')).toBe(all);
    for (const name of ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'] as const) {
      expect(own.flatMap((choice: Json) => choice.logprobs[name])).toEqual(logprobs?.[name]);
    }
  }
});
