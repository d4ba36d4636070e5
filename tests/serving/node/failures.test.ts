import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { completions, isWell, words } from '../../support/completions.ts';
import { savedModel, tale } from '../../support/served.ts';
import { ask, eventsOf, openServer, post } from '../../support/server.ts';

const text = 'the cat sat on the mat';
const requests: readonly [string, object][] = [
  [completions, { prompt: text }],
  [completions, { prompt: text, temperature: 0 }],
  [completions, { prompt: text, top_p: 0.5, top_k: 3 }],
  [completions, { prompt: text, repetition_penalty: 1.2 }],
  [completions, { prompt: text, logprobs: 2 }],
  [completions, { prompt: text, max_tokens: 0, echo: true, logprobs: 0 }],
  [completions, { prompt: '' }],
  ['/v1/score', { text }],
  ['/v1/score', { text, state: 'line', alternatives: 3 }],
  ['/v1/suggest', { text: 'the c' }],
];

describe.each(['reference', 'wasm'])('a model on %s with NaN weights', async (name) => {
  const backend = await openBackend(name, { threads: 1 });
  const broken = savedModel('word', tale, { backend });
  for (const { value } of broken.model.params) value.set(value.values().fill(Number.NaN));
  const { url, faults } = await openServer({ broken });

  test.each(requests)('is a server error, which is logged: %s %j', async (path, body) => {
    const { status, body: answer } = await post(url + path, body);
    expect([status, answer.error.type, answer.error.code]).toEqual([500, 'server_error', 'internal_error']);
    expect(answer.error.message).not.toContain('finite');
    expect(faults.splice(0)).toMatchObject([{ name: 'UnrolledError', code: 'not-finite' }]);
  });

  test('ends a stream with that error', async () => {
    const { text: events } = await post(url + completions, { prompt: text, stream: true });
    expect(eventsOf(events)).toMatchObject([{ error: { code: 'internal_error' } }]);
    expect(faults.splice(0)).toMatchObject([{ code: 'not-finite' }]);
  });
});

test.each(requests)('a bug in a tokenizer is a server error too: %s %j', async (path, body) => {
  const open = await openServer({ words });
  const spies = (['tokenize', 'decoder'] as const).map((name) =>
    vi.spyOn(words.tokenizer, name).mockImplementation(() => {
      throw new TypeError('secret path');
    }),
  );
  const { status, text: answer } = await post(open.url + path, body);
  for (const spy of spies) spy.mockRestore();
  expect([status, answer]).toEqual([500, expect.stringContaining('"internal_error"')]);
  expect(answer).not.toContain('secret');
  expect(open.faults.splice(0)).toMatchObject([{ name: 'TypeError', message: 'secret path' }]);
  await isWell(open);
});

test('a bug in the list of models is logged, and the server continues', async () => {
  const { url, faults } = await openServer({ words });
  const spy = vi.spyOn(words.model, 'parameterCount', 'get').mockImplementation(() => {
    throw new TypeError('secret path');
  });
  for (const path of ['/v1/models', '/v1/models/words']) expect((await ask(url + path)).status).toBe(500);
  spy.mockRestore();
  expect(faults.splice(0)).toHaveLength(2);
  expect((await ask(`${url}/v1/models`)).status).toBe(200);
});
