import { expect, test } from 'vitest';
import { OverflowStore } from '../../lab/src/engine/store/overflow-store.ts';
import type { TextSettings } from '../../lab/src/engine/text/calls.ts';
import { KeptText } from '../../lab/src/engine/text/kept-text.ts';
import { OpenText } from '../../lab/src/engine/text/open-text.ts';
import { splitText } from '../../src/index.ts';
import { MemoryStore } from '../../src/recipe/index.ts';
import { sentences } from '../support/process.ts';

const settings: TextSettings = { tokens: 'word', validFraction: 0.1 };
const text = sentences(60);

function opened(store = new OverflowStore(new MemoryStore())) {
  return new OpenText(new KeptText(store), () => {});
}

test('a text that was typed is open again on the next visit, and a sample is not kept', async () => {
  const store = new OverflowStore(new MemoryStore());
  const first = opened(store);
  expect(await first.openKept()).toBe(false);
  await first.openText('my "text"\n.txt', `${text}\n\nend`);
  const next = opened(store);
  expect(await next.openKept()).toBe(true);
  expect(next.source).toEqual(first.source);
  await next.openSample({ name: 'sample.txt', contents: new Blob([text]) }, new AbortController().signal);
  expect(await opened(store).openKept()).toBe(false);
});

test('the validation part of continuous text is what a run holds out; items have none', async () => {
  const open = opened();
  await open.openText('text', text);
  const facts = await open.facts(settings);
  const [, valid] = splitText(text, 0.1, false);
  expect(open.validPart).toEqual({ name: 'text', text: valid });
  expect([facts.items, valid.length > 0]).toEqual([null, true]);
  await open.facts({ ...settings, items: 'line' });
  expect(() => open.validPart).toThrow(/not one text/);
});

test('the most frequent tokens of pieces are shown as the text that they stand for', async () => {
  const open = opened();
  await open.openText('text', '말은 많고 말은 길다 '.repeat(200));
  const { frequent } = await open.facts({ ...settings, tokens: 'bpe', vocabSize: 280 });
  expect(frequent.every(({ count }) => count > 0)).toBe(true);
  const tokens = frequent.map(({ token }) => token);
  expect(tokens.some((token) => /[가-힣]/.test(token))).toBe(true);
  expect(tokens.join('')).not.toMatch(/[Ġëì]/);
});
