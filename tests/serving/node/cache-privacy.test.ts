import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/serving/completions/complete.ts';
import { suggest } from '../../../src/serving/suggest.ts';
import { errorOf, words } from '../../support/completions.ts';
import { type Answered, type Json, type Opened, openServer, post } from '../../support/server.ts';

/** Requests that read a text, and how many tokens of it they cache. */
const readers: readonly [path: string, cached: number, body: (text: string) => object][] = [
  ['completions', 5, (text) => ({ prompt: `${text} .`, max_tokens: 0 })],
  [
    'completions',
    5,
    (text) => ({ prompt: [text, `${text} .`], max_tokens: 3, n: 2, echo: true, logprobs: 1 }),
  ],
  ['completions', 5, (text) => ({ prompt: `${text} .`, max_tokens: 3, stream: true })],
  ['suggest', 5, (text) => ({ text: `${text} ` })],
  ['suggest', 5, (text) => ({ text: `${text} th` })],
  ['score', 0, (text) => ({ text })],
];
const texts = ['old', 'young', 'cat', 'dog', 'door', 'it'].map((word) => `${word} sat on the mat`);

interface Asker {
  readonly key?: string;
  readonly cache_salt?: string | null;
}

function ask({ url }: Opened, { key, ...salt }: Asker, path: string, body: object): Promise<Answered> {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const headers = { 'content-type': 'application/json', ...authorization };
  return post(`${url}/v1/${path}`, { ...body, ...salt }, { headers });
}

const cachedTokens = ({ usage }: Json): number => usage.prompt_tokens_details.cached_tokens;

describe('a cached text is found only by its owner, whichever endpoints read it:', () => {
  test.each<[string, string[], Asker, Asker]>([
    ['API keys', ['one', 'two'], { key: 'one' }, { key: 'two' }],
    ['salts', [], { cache_salt: 'one' }, { cache_salt: 'two' }],
    ['a salt and none', [], { cache_salt: 'one' }, {}],
    ['keys of one salt', ['one', 'two'], { key: 'one', cache_salt: 's' }, { key: 'two', cache_salt: 's' }],
    ['salts of one key', ['one'], { key: 'one', cache_salt: 's' }, { key: 'one', cache_salt: 't' }],
  ])('%s', async (_, keys, owner, other) => {
    const open = await openServer({ words }, { keys });
    const { totals } = open.models[0].cache;
    for (const [i, [path, , body]] of readers.entries()) await ask(open, owner, path, body(texts[i]));
    const before = totals.hits;
    for (const text of texts) {
      const { body } = await ask(open, other, 'completions', { prompt: `${text} .`, max_tokens: 0 });
      expect([text, cachedTokens(body)]).toEqual([text, 0]);
    }
    for (const [i, [path, , body]] of readers.entries())
      await ask(open, other, path, body(`the ${texts[i]}`));
    expect(totals.hits).toBe(before);
    for (const [i, [path, cached]] of readers.entries()) {
      const { body } = await ask(open, owner, 'completions', { prompt: `${texts[i]} x`, max_tokens: 0 });
      expect([path, cachedTokens(body)]).toEqual([path, cached]);
    }
  });

  test('callers in the process', async () => {
    const { service } = await openServer({ words });
    const body = { prompt: `${texts[0]} .`, max_tokens: 0 };
    await suggest(service, { text: `${texts[0]} ` }, { cacheOwner: 'one' });
    for (const options of [{}, { cacheOwner: 'two' }, { cacheOwner: '["one"' }]) {
      expect(cachedTokens(await complete(service, body, options))).toBe(0);
    }
    expect(cachedTokens(await complete(service, body, { cacheOwner: 'one' }))).toBe(5);
  });
});

test('callers without key and salt share the cache; null and the empty salt are none', async () => {
  const open = await openServer({ words });
  await ask(open, {}, 'suggest', { text: `${texts[0]} ` });
  for (const cache_salt of [null, '']) {
    const { body } = await ask(open, { cache_salt }, 'completions', {
      prompt: `${texts[0]} .`,
      max_tokens: 0,
    });
    expect(cachedTokens(body)).toBe(5);
  }
});

test.each(['completions', 'suggest'])('a salt is a string of bounded length: %s', async (path) => {
  const open = await openServer({ words });
  const body = path === 'suggest' ? { text: 'the' } : { prompt: 'the', max_tokens: 1 };
  const statusOf = async (cache_salt: unknown) => ask(open, {}, path, { ...body, cache_salt });
  expect((await statusOf('é'.repeat(256))).status).toBe(200);
  for (const salt of ['x'.repeat(257), 1, ['x']]) {
    expect(errorOf(await statusOf(salt))).toEqual([400, 'invalid_value', 'cache_salt']);
  }
});
