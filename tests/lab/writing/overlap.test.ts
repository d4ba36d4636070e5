import { Corpus, openBackend } from 'unrolled';
import { expect, test } from 'vitest';
import { encodeDraft } from '../../../lab/src/engine/writing/encoded-draft.ts';
import { comparableIds, findOverlap } from '../../../lab/src/engine/writing/overlap.ts';
import { typedDraft as draft } from '../../../lab/src/state/writing/edited-draft.ts';
import { segmentsOf, stillThere } from '../../../lab/src/views/write/segments.ts';
import { draftModel, english } from './draft-models.ts';

const { signal } = new AbortController();
const backend = await openBackend('reference');

/** All maximal runs of words of a text that occur in another one, by trying all of them. */
function bruteForce(words: readonly string[], text: string, least: number): string[] {
  const within = ` ${text.replaceAll('\n', ' ⏎ ')} `;
  const occurs = (start: number, end: number) =>
    start >= 0 && end <= words.length && within.includes(` ${words.slice(start, end).join(' ')} `);
  const runs: string[] = [];
  for (let start = 0; start < words.length; start++)
    for (let end = start + least; end <= words.length; end++)
      if (occurs(start, end) && !occurs(start - 1, end) && !occurs(start, end + 1))
        runs.push(words.slice(start, end).join(' '));
  return runs;
}

test('the runs of a draft are all maximal ones, with their characters; the longest one has its place', async () => {
  const model = draftModel(backend, 'word');
  const lines = english.split('\n');
  const text = `${lines[3]} nothing ${lines[7].slice(2)} ${lines[12]} whatever the`;
  const ids = await comparableIds(model, { text: english });
  const { runs, longest } = await findOverlap(model, encodeDraft(model, draft(text)), ids, 3, signal);
  const found = runs.map(({ start, end }) => text.slice(start, end));
  expect(found).toEqual(bruteForce(text.split(' '), english, 3));
  expect(found.length).toBeGreaterThan(1);
  const most = Math.max(...runs.map(({ tokens }) => tokens));
  expect(longest?.tokens).toBe(most);
  const place = english.indexOf(found[runs.findIndex(({ tokens }) => tokens === most)]);
  expect(longest?.line).toBe(english.slice(0, place).split('\n').length);
  const letters = (part = '') => part.replaceAll(/\s/g, '');
  expect(letters(longest?.before)).not.toBe('');
  expect(letters(english.slice(0, place)).endsWith(letters(longest?.before))).toBe(true);
});

test('a long text is encoded in parts to the ids of the whole', async () => {
  for (const kind of ['bpe', 'word', 'byte'] as const) {
    const model = draftModel(backend, kind);
    const long = english.repeat(100).replaceAll('dog', ' dog\t\n\n  ');
    expect(long.length).toBeGreaterThan(140_000);
    const { ids, unknownAt } = Corpus.encode(long, model);
    for (const at of unknownAt) ids[at] = -1;
    expect(await comparableIds(model, { text: long })).toEqual(ids);
  }
});

test('unknown words match nothing, and runs do not cross the ends of items', async () => {
  const words = draftModel(backend, 'word');
  const unknown = await comparableIds(words, { text: 'the quokka barks the' });
  const same = await findOverlap(
    words,
    encodeDraft(words, draft('the quokka barks the')),
    unknown,
    1,
    signal,
  );
  expect(same.runs.map(({ tokens }) => tokens)).not.toContain(4);
  const items = draftModel(backend, 'char', true);
  const { runs } = await findOverlap(
    items,
    encodeDraft(items, draft('catdog')),
    await comparableIds(items, { text: 'cat\ndog\n' }),
    2,
    signal,
  );
  expect(runs).toEqual([
    { start: 0, end: 3, tokens: 3 },
    { start: 3, end: 6, tokens: 3 },
  ]);
});

test('marks cut a text into lines and segments', () => {
  const runs = [{ start: 2, end: 6, tokens: 2 }];
  expect(
    segmentsOf(
      'abc\ndef',
      [
        { id: 0, start: 5, end: 6 },
        { id: 1, start: 6, end: 7 },
      ],
      runs,
    ),
  ).toEqual([
    [
      { text: 'ab', written: false, verbatim: false },
      { text: 'c', written: false, verbatim: true },
    ],
    [
      { text: 'd', written: false, verbatim: true },
      { text: 'e', written: true, verbatim: true },
      { text: 'f', written: true, verbatim: false },
    ],
  ]);
  expect(segmentsOf('\n', [], [])).toEqual([[], []]);
  expect(stillThere(runs, 'abc\ndef', 'abc\ndefg')).toEqual(runs);
  expect(stillThere(runs, 'abc\ndef', 'xabc\ndef')).toEqual([]);
});
