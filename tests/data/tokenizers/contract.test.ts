import { describe, expect, test } from 'vitest';
import { IntList } from '../../../src/data/int-list.ts';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import { openTokenizer, tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import { sameTokenizer, type Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { decode } from './decode.ts';

const kinds = ['word', 'char', 'byte'] as const;
const allKinds = [...kinds, 'bpe'] as const;

/** In several scripts, with all that is easy to cut wrongly. */
const texts = {
  'an empty text': '',
  English: 'The cat sat, and slept .\n',
  Korean: '안녕하세요 세계 .\n한국어 문장이다 .\n',
  'decomposed Korean': '한글'.normalize('NFD'),
  'Japanese without spaces': '吾輩は猫である。\u3000名前はまだ無い。',
  Arabic: 'مرحبا بالعالم',
  'combining marks': 'e\u0301te\u0301 Z\u0351\u036B\u0343',
  'emoji of several code points': 'a 👩‍🚀👨‍👩‍👧 🇰🇷 b',
  'Windows line ends': 'one\r\ntwo\r\n\r\nthree',
  'lone surrogates': 'a\ud83d b\udc00\n\udc00\ud83d',
  'a byte order mark and NUL': '\ufeffa\0b\ufeff',
  'spelled special tokens': 'a <unk> <eos> b\n',
};

/** Merges of some of the texts, so that the others fall apart into bytes. */
function trained(): Tokenizer {
  const trainer = new BPETrainer({ vocabSize: 320, minFrequency: 1 });
  for (const name of [
    'English',
    'Korean',
    'Japanese without spaces',
    'emoji of several code points',
  ] as const) {
    trainer.push(texts[name].repeat(2));
    trainer.end();
  }
  return trainer.train();
}

const bpe = trained();
const tokenizerOf = (kind: (typeof allKinds)[number]) => (kind === 'bpe' ? bpe : openTokenizer(kind));

describe.each(allKinds)('the tokenizer %s', (kind) => {
  const tokenizer = tokenizerOf(kind);

  test.each(Object.entries(texts))('gives the spans of its tokens in %s', (_, text) => {
    const spans = [...tokenizer.spans(text)];
    expect(spans.map(({ token }) => token)).toEqual([...tokenizer.tokenize(text)]);
    spans.forEach(({ start, end }, i) => {
      const before = spans[i - 1] ?? { start: 0, end: 0 };
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(text.length);
      // A further token of the same character, or characters of its own.
      if (start !== before.start || end !== before.end) expect(start).toBeGreaterThanOrEqual(before.end);
    });
    // What no token stands for is white space.
    for (const { index: at } of text.matchAll(/\S/gu)) {
      expect(spans.some(({ start, end }) => start <= at && at < end)).toBe(true);
    }
  });

  test.each(Object.entries(texts))('decodes its tokens of %s to a text of the same tokens', (_, text) => {
    const tokens = [...tokenizer.tokenize(text)];
    expect([...tokenizer.tokenize(decode(tokenizer, tokens))]).toEqual(tokens);
  });

  test.each(Object.entries(texts))('finds the start of a half-typed token in %s', (_, text) => {
    const at = tokenizer.partial(text);
    const whole = [...tokenizer.spans(text.slice(0, at))];
    // What comes before stays as it is, whatever is typed next.
    expect([...tokenizer.spans(`${text}x`)].slice(0, whole.length)).toEqual(whole);
  });

  test('has a readable decoder that equals the other one unless tokens are words, and can be reused', () => {
    const decoder = tokenizer.readableDecoder();
    for (const text of Object.values(texts)) {
      const tokens = [...tokenizer.tokenize(text)];
      const read = tokens.map((token) => decoder.push(token)).join('') + decoder.end();
      const written = decode(tokenizer, tokens);
      if (tokenizer.wholeWords) expect(read.replace(/\s/g, '')).toBe(written.replace(/\s/g, ''));
      else expect(read).toBe(written);
    }
  });

  test('reports the token of a newline', () => {
    expect([...tokenizer.tokenize('\n')]).toEqual([tokenizer.lineEnd]);
  });

  test('contains every token if its vocabulary is fixed', () => {
    const vocabulary = tokenizer.fixedVocabulary();
    for (const text of Object.values(vocabulary === null ? {} : texts)) {
      for (const token of tokenizer.tokenize(text)) expect(vocabulary?.has(token)).toBe(true);
    }
    if (vocabulary) expect(vocabulary.lineEndId).toBe(vocabulary.idOf(tokenizer.lineEnd as string));
  });

  test('encodes to the ids of its tokens if its vocabulary is fixed', () => {
    const vocabulary = tokenizer.fixedVocabulary();
    expect(tokenizer.encode === undefined).toBe(vocabulary === null);
    const ids = new IntList();
    const expected: (number | undefined)[] = [];
    for (const text of Object.values(vocabulary === null ? {} : texts)) {
      tokenizer.encode?.(text, ids);
      for (const token of tokenizer.tokenize(text)) expected.push(vocabulary?.idOf(token));
    }
    expect([...ids.toArray()]).toEqual(expected);
  });

  test.each(Object.entries(texts))('returns the exact bytes of %s if it keeps them', (_, text) => {
    if (!tokenizer.bytesOf) return;
    const bytes = Array.from(tokenizer.tokenize(text), (token) => [...tokenizer.bytesOf!(token)]).flat();
    expect(Uint8Array.from(bytes)).toEqual(new TextEncoder().encode(text));
  });

  test('round-trips through JSON', () => {
    const json = JSON.parse(JSON.stringify(tokenizer));
    expect(Object(json).kind ?? json).toBe(kind);
    expect(sameTokenizer(tokenizerFromJSON(json), tokenizer)).toBe(true);
    const more = { ...(typeof json === 'string' ? { kind } : json), lowercase: true };
    expect(() => tokenizerFromJSON(more)).toThrow(`the kind ${kind} has no parameter "lowercase"`);
  });

  test('differs from every other tokenizer', () => {
    for (const other of allKinds) {
      expect(sameTokenizer(tokenizer, tokenizerOf(other))).toBe(kind === other);
    }
  });
});

test.each(kinds)('the kind %s is stored in JSON as a string or an object', (kind) => {
  expect(JSON.parse(JSON.stringify(openTokenizer(kind)))).toBe(kind);
  expect(tokenizerFromJSON({ kind })).toBe(openTokenizer(kind));
});

test.each(['byte', 'bpe'] as const)('%s keeps invalid UTF-8 as lone surrogates', (kind) => {
  const tokenizer = tokenizerOf(kind);
  const text = ` a\udcff \udc80\udc80b  \udcc3\ud83d\udca9's\udced\n`;
  const spans = [...tokenizer.spans(text)];
  const bytes = spans.flatMap(({ token }) => [...tokenizer.bytesOf!(token)]);
  expect(Uint8Array.from(bytes)).toEqual(
    Uint8Array.of(32, 97, 255, 32, 128, 128, 98, 32, 32, 195, 0xf0, 0x9f, 0x92, 0xa9, 39, 115, 0xed, 10),
  );
  expect(spans.map(({ token }) => token)).toEqual([...tokenizer.tokenize(text)]);
  for (const { index: at } of text.matchAll(/[\udc80-\udcff]/gu)) {
    const own = spans.filter(({ start, end }) => start <= at && at < end);
    expect(own).toEqual([{ token: expect.anything(), start: at, end: at + 1 }]);
  }
  const ids = new IntList();
  tokenizer.encode?.(text, ids);
  expect(ids.length).toBe(spans.length);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a number', 3],
  ['a list', ['word']],
  ['an object without a kind', { merges: [] }],
  ['a kind that is no string', { kind: { toString: () => 'word' } }],
  ['a kind that objects inherit', { kind: 'constructor' }],
  ['a kind of megabytes', 'x'.repeat(1e7)],
  ['a parameter of megabytes', { kind: 'word', ['x'.repeat(1e7)]: 1 }],
  ['__proto__ as a parameter', JSON.parse('{"kind":"word","__proto__":{}}')],
])('%s is refused as a tokenizer, in a short message', (_, value) => {
  expect(() => tokenizerFromJSON(value)).toThrow(UnrolledError);
  expect(() => tokenizerFromJSON(value)).toThrow(/^Tokenizer: .{1,300}$/);
});

test('each names its unit', () => {
  const facts = allKinds.map(tokenizerOf);
  expect(facts.map(({ unit }) => unit)).toEqual(['word', 'character', 'byte', 'piece']);
  expect(facts.map(({ granularity }) => granularity)).toEqual(['word', 'character', 'character', 'word']);
  expect(facts.map(({ wholeWords }) => wholeWords)).toEqual([true, false, false, false]);
});
