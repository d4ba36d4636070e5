import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import type { State } from '../../../src/models/state/state.ts';
import { PrefixCache } from '../../../src/serving/cache/prefix-cache.ts';
import { readPrompt } from '../../../src/serving/cache/prompt-reader.ts';
import { serve } from '../../../src/serving/served-model.ts';
import { Random } from '../../../src/tensor/random.ts';
import { collectGarbage } from '../../support/garbage.ts';
import { livelyModel } from '../../support/served.ts';

const V = 3;
const model = livelyModel(V);
const blank = model.state();
const never = new AbortController().signal;
const scope = 'ours';

const ids = (...list: number[]) => Int32Array.from(list);
const numbersOf = (state: State | undefined) => state?.layers.flatMap(({ h, c }) => [...h, ...(c ?? [])]);

/** A state that is known by its first number. */
function marked(mark: number): State {
  const state = blank.fork();
  const zeros = state.layers.map(({ h, c }) => {
    return { h: Float64Array.from(h), ...(c && { c: Float64Array.from(c) }) };
  });
  zeros[0].h[0] = mark;
  state.restore({ N: 1, layers: zeros });
  return state;
}

const markOf = (found: ReturnType<PrefixCache['longest']>) =>
  found && [found.length, found.state.layers[0].h[0]];

/** What the entry of so many ids takes. */
function costOf(length: number): number {
  const cache = new PrefixCache(1e6);
  cache.put(new Int32Array(length), blank, scope);
  return cache.bytes;
}

test('the memory of replaced and evicted entries is reused', () => {
  const cache = new PrefixCache(5 * costOf(2));
  const put = (i: number) => {
    const state = marked(i);
    cache.put(ids(i % 7, i), state, scope);
    state.release();
    cache.longest(ids(i % 7, i, 0), scope)?.state.release();
  };
  for (let i = 0; i < 20; i++) put(i);
  const used = model.backend.arena.bytesUsed;
  for (let i = 0; i < 3000; i++) put(i);
  expect(model.backend.arena.bytesUsed).toBe(used);
});

describe('the longest cached prefix', () => {
  test('is found, without the last id', () => {
    const cache = new PrefixCache(1e6);
    cache.put(ids(1), marked(1), scope);
    cache.put(ids(1, 2), marked(12), scope);
    cache.put(ids(1, 2, 0), marked(120), scope);
    cache.put(ids(2), marked(2), scope);
    expect(markOf(cache.longest(ids(1, 2, 0, 0), scope))).toEqual([3, 120]);
    expect(markOf(cache.longest(ids(1, 2, 0), scope))).toEqual([2, 12]);
    expect(markOf(cache.longest(ids(1, 2, 1, 1), scope))).toEqual([2, 12]);
    expect(markOf(cache.longest(ids(1, 1, 2), scope))).toEqual([1, 1]);
    expect(markOf(cache.longest(ids(2, 1), scope))).toEqual([1, 2]);
    for (const unknown of [ids(1), ids(0, 1, 2), ids(0)]) expect(cache.longest(unknown, scope)).toBeNull();
  });

  test('is copied in and out', () => {
    const cache = new PrefixCache(1e6);
    const [key, state] = [ids(1, 2), model.state()];
    model.step(key, [state]);
    const before = numbersOf(state);
    cache.put(key, state, scope);
    model.step(ids(1), [state]);
    key.fill(0);
    const first = cache.longest(ids(1, 2, 1), scope)?.state;
    expect(numbersOf(first)).toEqual(before);
    model.step(ids(1), [first!]);
    expect(numbersOf(cache.longest(ids(1, 2, 2), scope)?.state)).toEqual(before);
  });

  test('is the latest entry of a text', () => {
    const cache = new PrefixCache(1e6);
    cache.put(ids(1), marked(1), scope);
    cache.put(ids(1), marked(2), scope);
    expect(markOf(cache.longest(ids(1, 1), scope))).toEqual([1, 2]);
    expect([cache.size, cache.bytes]).toEqual([1, costOf(1)]);
  });

  test('is counted', () => {
    const cache = new PrefixCache(1e6);
    cache.put(ids(1, 2), marked(1), scope);
    cache.longest(ids(1, 2, 0), scope);
    cache.longest(ids(1, 2, 1), scope);
    cache.longest(ids(2, 1), scope);
    expect(cache.totals).toEqual({ lookups: 3, hits: 2, tokens: 4 });
  });
});

describe('a scope', () => {
  test('never finds an entry of another one, nor replaces it', () => {
    const cache = new PrefixCache(1e6);
    cache.put(ids(1, 2), marked(1), 'a');
    expect(cache.longest(ids(1, 2, 0), 'b')).toBeNull();
    cache.put(ids(1), marked(2), 'b');
    cache.put(ids(1, 2), marked(3), 'c');
    const found = ['a', 'b', 'c', ''].map((one) => markOf(cache.longest(ids(1, 2, 0), one)));
    expect(found).toEqual([[2, 1], [1, 2], [2, 3], null]);
    expect(cache.totals).toEqual({ lookups: 5, hits: 3, tokens: 5 });
  });

  test('shares the budget, in order of use, and is counted with its name', () => {
    const cache = new PrefixCache(3 * costOf(1));
    for (const [i, one] of ['ours', 'mine', 'ours'].entries()) cache.put(ids(i), marked(i), one);
    cache.longest(ids(0, 0), 'ours')?.state.release();
    cache.put(ids(0), marked(3), 'fair');
    expect(cache.longest(ids(1, 0), 'mine')).toBeNull();
    expect(markOf(cache.longest(ids(0, 0), 'ours'))).toEqual([1, 0]);
    expect([cache.size, cache.bytes]).toEqual([3, 3 * costOf(1)]);
    cache.put(ids(1), marked(4), 'a longer name');
    expect(cache.size).toBe(2);
  });
});

/** The hash of the cache, so that two texts of equal hash can be made. */
function hashOf(...list: number[]): number {
  let hash = 0x811c9dc5;
  for (const id of list) {
    hash = Math.imul(hash ^ id, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

test('a hash collision never returns the state of another text', () => {
  // The last id comes in by an exclusive or, so that it can make up for what came before.
  const [a, b] = [ids(1, 5), ids(2, 5 ^ hashOf(1) ^ hashOf(2))];
  const cache = new PrefixCache(1e6);
  cache.put(a, marked(1), scope);
  expect(cache.longest(ids(...b, 0), scope)).toBeNull();
  expect(markOf(cache.longest(ids(...a, 0), scope))).toEqual([2, 1]);
  cache.put(b, marked(2), scope);
  expect([cache.size, cache.bytes]).toEqual([1, costOf(2)]);
  expect(cache.longest(ids(...a, 0), scope)).toBeNull();
  expect(markOf(cache.longest(ids(...b, 0), scope))).toEqual([2, 2]);
});

describe('the budget', () => {
  test('is never exceeded, and the least recently used entry is evicted first', () => {
    const random = new Random(3);
    const draw = (below: number) => Math.floor(below * random.uniform());
    const costs = [0, 1, 2, 3, 4].map(costOf);
    const budget = 5 * costs[4];
    const cache = new PrefixCache(budget);
    /** The last used last. */
    let expected: string[] = [];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: 1 + draw(4) }, () => draw(V));
      const key = text.join();
      if (draw(3) > 0) {
        cache.put(ids(...text), marked(round), scope);
        expected = [...expected.filter((other) => other !== key), key];
        const cost = () => expected.reduce((sum, one) => sum + costs[one.split(',').length], 0);
        while (cost() > budget) expected.shift();
        expect(cache.bytes).toBe(cost());
      } else {
        const known = text.map((_, i) => text.slice(0, i + 1).join()).filter((one) => expected.includes(one));
        const longest = known.at(-1);
        const found = cache.longest(ids(...text, 0), scope);
        expect(found?.length).toBe(longest?.split(',').length);
        if (longest) expected = [...expected.filter((other) => other !== longest), longest];
      }
      expect(cache.size).toBe(expected.length);
      expect(cache.bytes).toBeLessThanOrEqual(budget);
    }
  });

  test('accepts an entry that fits exactly, and not a larger one, which evicts nothing', () => {
    const cache = new PrefixCache(costOf(2));
    cache.put(ids(1, 2), marked(1), scope);
    cache.put(ids(1, 2, 0), marked(2), scope);
    expect(markOf(cache.longest(ids(1, 2, 0, 0), scope))).toEqual([2, 1]);
    cache.put(ids(2), marked(3), scope);
    expect(cache.longest(ids(1, 2, 0), scope)).toBeNull();
    expect([cache.size, cache.bytes]).toEqual([1, costOf(1)]);
  });

  test('of 0 keeps nothing', () => {
    const cache = new PrefixCache(0);
    cache.put(ids(1), marked(1), scope);
    expect(cache.longest(ids(1, 2), scope)).toBeNull();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('counts the sizes of state and ids', () => {
    expect(costOf(9) - costOf(1)).toBe(8 * 4);
    expect(costOf(1)).toBeGreaterThan(blank.byteLength + 4);
  });
});

test.each([
  ['short texts', 4, 6000],
  ['long texts', 400, 2000],
])('the counted size of %s is what they take in memory', async (_, length, count) => {
  const backend = await openBackend('wasm', { threads: 1 });
  const state = livelyModel(V, backend, { hiddenSize: 32 }).state();
  const used = () => {
    for (let round = 0; round < 3; round++) collectGarbage(); // arrays are freed after the objects that own them
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external + backend.arena.bytesUsed;
  };
  const cache = new PrefixCache(1e9);
  const put = (i: number) => cache.put(new Int32Array(length).fill(i), state, `scope ${i % 100}`);
  for (let i = 0; i < 10; i++) put(i);
  const before = [used(), cache.bytes];
  for (let i = 10; i < count; i++) put(i);
  const [taken, counted] = [used() - before[0], cache.bytes - before[1]];
  expect(cache.size).toBe(count);
  expect(counted / taken).toBeGreaterThan(0.9);
  expect(counted / taken).toBeLessThan(1.3);
});

describe('a prompt with a cached prefix', () => {
  test.each(['reference', 'wasm'])(
    'has the same logits as one read from its start, bit for bit, on %s',
    async (name) => {
      const by = livelyModel(V, await openBackend(name, { threads: 1 }));
      const tokenizer = openTokenizer('char');
      const vocabulary = Vocabulary.fromTokens(['a', 'b', 'c'], null);
      const small = serve('small', { model: by, tokenizer, vocabulary }, { cacheBytes: 20 * costOf(8) });
      const random = new Random(7);
      let cached = 0;
      for (let round = 0; round < 200; round++) {
        // Texts begin alike more often than they would by chance.
        const text = ids(
          ...Array.from({ length: 1 + Math.floor(90 * random.uniform() ** 3) }, (_, i) =>
            random.uniform() < 0.8 ? i % V : Math.floor(V * random.uniform()),
          ),
        );
        const reader = await readPrompt(text, small, scope, never);
        expect(reader.unread).toEqual(text.subarray(-1));
        cached += reader.cached;
        const scores = by.step(reader.unread, [reader.state]).values();
        expect(scores).toEqual(logitsAfter(by, text, small.start.fork()));
      }
      expect(cached).toBeGreaterThan(200);
      expect(small.cache.totals.tokens).toBe(cached);
      expect(small.cache.bytes).toBeLessThanOrEqual(small.cache.budget);
    },
  );

  test('that is cached completely reads only its last id', async () => {
    const small = serve('small', savedOf(), { cacheBytes: 1e6 });
    const text = ids(1, 2, 0, 1);
    expect((await readPrompt(text, small, scope, never)).cached).toBe(0);
    expect((await readPrompt(text, small, scope, never)).cached).toBe(3);
    expect((await readPrompt(ids(1, 2, 0, 2, 2), small, scope, never)).cached).toBe(3);
    expect(small.cache.size).toBe(2);
  });
});

function savedOf() {
  const vocabulary = Vocabulary.fromTokens(['a', 'b', 'c'], null);
  return { model, tokenizer: openTokenizer('char'), vocabulary, recipe: null, corpus: null, results: null };
}
