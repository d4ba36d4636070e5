import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { mostLikely, probabilities } from '../../../src/generation/sampling/sample.ts';
import { readPrefix, suggestible, suggestionsOf } from '../../../src/generation/suggestions/next-tokens.ts';
import { Suggester } from '../../../src/generation/suggestions/suggest.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { randomModel } from '../../support/models.ts';

const reference = await openBackend('reference');

function open(kind: 'word' | 'char', text: string, unknown: string | null = null, backend = reference) {
  const tokenizer = openTokenizer(kind);
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text), { unknown });
  const config = {
    cell: 'lstm',
    vocabSize: vocabulary.size,
    embeddingSize: 6,
    hiddenSize: 8,
    layers: 2,
  } as const;
  const model = randomModel(backend, config, { seed: 2, deviation: 0.7 });
  return { model, tokenizer, vocabulary };
}

const words = open('word', 'the cat sat on the mat\nthen they came\n', '<unk>');

/** The probabilities after a text, read anew, without the unknown token. */
function chancesAfter({ model, tokenizer, vocabulary }: typeof words, text: string): Float64Array {
  const scores = logitsAfter(model, Corpus.encode(text, tokenizer, vocabulary).ids);
  return probabilities(scores, { banned: [vocabulary.unknownId] });
}

describe('suggestions', () => {
  test('after a space are the most likely next tokens after the whole text', () => {
    const { half, mass, next } = new Suggester(words).suggest('the cat ', 3);
    expect({ half, mass }).toEqual({ half: '', mass: 1 });
    const expected = mostLikely(chancesAfter(words, 'the cat'), 3);
    expect(next.map(({ token }) => token)).toEqual(expected.map(({ id }) => words.vocabulary.tokenOf(id)));
    next.forEach(({ probability }, i) => expect(probability).toBeCloseTo(expected[i].probability, 12));
  });

  test('of a half-typed word begin with it, with renormalised probabilities', () => {
    const { half, mass, next } = new Suggester(words).suggest('the cat th', 9);
    const chances = chancesAfter(words, 'the cat');
    const of = (token: string) => chances[words.vocabulary.idOf(token) as number];
    const those = ['the', 'then', 'they'];
    const sum = those.reduce((all, token) => all + of(token), 0);
    expect(half).toBe('th');
    expect(mass).toBeCloseTo(sum, 12);
    expect(next.map(({ token }) => token).toSorted()).toEqual(those);
    for (const { token, probability } of next) expect(probability).toBeCloseTo(of(token) / sum, 12);
    expect(next.reduce((all, { probability }) => all + probability, 0)).toBeCloseTo(1, 12);
  });

  test('are empty if no token begins with the word', () => {
    expect(new Suggester(words).suggest('the zeb', 5)).toEqual({ half: 'zeb', mass: 0, next: [] });
  });

  test('for an empty text are those at the start of a line', () => {
    const atStart = chancesAfter(words, '\n');
    const [{ token }] = new Suggester(words).suggest('', 1).next;
    expect(token).toBe(words.vocabulary.tokenOf(mostLikely(atStart, 1)[0].id));
    expect(new Suggester(words).suggest('th', 1).next[0].token).toMatch(/^th/);
  });

  test('exclude the unknown token, and read unknown words as it', () => {
    const { next } = new Suggester(words).suggest('the unicorn ', 100);
    expect(next).toHaveLength(words.vocabulary.size - 1);
    expect(next.map(({ token }) => token)).not.toContain('<unk>');
  });

  test('cost one step for another word, none for another letter, and the whole text for a new text', () => {
    const suggester = new Suggester(words);
    const step = vi.spyOn(words.model, 'step');
    const read = (text: string) => {
      step.mockClear();
      const found = suggester.suggest(text, 4);
      expect(found).toEqual(new Suggester({ ...words, model: twin }).suggest(text, 4));
      return step.mock.calls.flatMap(([ids]) => [...ids]).length;
    };
    const twin = open('word', 'the cat sat on the mat\nthen they came\n', '<unk>').model;
    expect(read('the cat ')).toBe(2);
    expect(read('the cat s')).toBe(0);
    expect(read('the cat sat')).toBe(0);
    expect(read('the cat sat ')).toBe(1);
    expect(read('the cat ')).toBe(2);
    expect(read('they ')).toBe(1);
    expect(read('')).toBe(1);
    step.mockRestore();
  });

  test('of a character model are the next character, ignoring half-typed words', () => {
    const chars = open('char', 'hello world');
    const { half, next } = new Suggester(chars).suggest('hel', 2);
    expect(half).toBe('');
    const expected = mostLikely(probabilities(logitsAfter(chars.model, Int32Array.of(0, 1, 2))), 2);
    expect(next.map(({ token }) => token)).toEqual(expected.map(({ id }) => chars.vocabulary.tokenOf(id)));
    expect(() => new Suggester(chars).suggest('hez', 2)).toThrow('"z"');
  });

  test('exclude the end of an item', () => {
    const items = words.vocabulary.withEnd();
    const chances = new Float64Array(items.size).fill(0.5 / (items.size - 1));
    chances[items.endId] = 0.5;
    const { next } = suggestionsOf(chances, '', items.size, items);
    expect(next).toHaveLength(items.size - 1);
    expect(next.map(({ token }) => token)).not.toContain('');
    expect(suggestionsOf(chances, '', 2, items).next).toHaveLength(2);
  });

  test('need a positive integer as their count', () => {
    for (const count of [0, 1.5, -1]) {
      expect(() => new Suggester(words).suggest('a', count)).toThrow(`suggest: count is ${count}`);
    }
  });
});

describe('the half-typed word of a text', () => {
  const chars = open('char', 'hello world\n');
  const idsOf = (...tokens: string[]) =>
    Int32Array.from(tokens, (token) => words.vocabulary.idOf(token) as number);

  test.each<[string, string[], string]>([
    ['the cat th', ['the', 'cat'], 'th'],
    ['the cat ', ['the', 'cat'], ''],
    ['the cat', ['the'], 'cat'],
    ['the\n', ['the', '<eos>'], ''],
    ['the\nca', ['the', '<eos>'], 'ca'],
    ['the zebra s', ['the', '<unk>'], 's'],
    ['', ['<eos>'], ''],
    ['  ', ['<eos>'], ''],
    ['th', ['<eos>'], 'th'],
  ])('%j has so many whole words, one at least, and a half one', (prefix, tokens, half) => {
    expect(readPrefix(prefix, words)).toEqual({ ids: idsOf(...tokens), half });
  });

  test('is found in linear time', () => {
    const long = 'a'.repeat(1_000_000);
    expect(readPrefix(`${long} `, words)).toEqual({ ids: idsOf('<unk>'), half: '' });
    expect(readPrefix(`the ${long}`, words)).toEqual({ ids: idsOf('the'), half: long });
  });

  test('starts after any kind of space', () => {
    for (const space of [
      ' ',
      '\t',
      '\r',
      '\v',
      '\f',
      '\u00a0',
      '\u1680',
      '\u2003',
      '\u2028',
      '\u3000',
      '\ufeff',
    ]) {
      expect(readPrefix(`the${space}th`, words)).toEqual({ ids: idsOf('the'), half: 'th' });
    }
    for (const other of ['\u200b', '\u0085', '\ud83d']) {
      expect(readPrefix(`the${other}th`, words).half).toBe(`the${other}th`);
    }
  });

  test('is empty for character models', () => {
    expect(readPrefix('hel', chars)).toEqual({ ids: Int32Array.of(0, 1, 2), half: '' });
    expect(readPrefix('', chars)).toEqual({ ids: Int32Array.of(chars.vocabulary.size - 1), half: '' });
  });
});

describe('the probabilities of the next token', () => {
  const scores = logitsAfter(words.model, Int32Array.of(0, 1));
  const before = scores.slice();
  const chances = suggestible(scores, words.vocabulary);

  test("are 0 for the unknown token, and don't change the logits", () => {
    expect(chances[words.vocabulary.unknownId]).toBe(0);
    expect([...chances].reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
    expect(scores).toEqual(before);
    const { vocabulary, model } = open('char', 'ab');
    expect(suggestible(logitsAfter(model, Int32Array.of(0)), vocabulary).every((chance) => chance > 0)).toBe(
      true,
    );
  });

  test('give the suggestions of each word, unchanged', () => {
    const kept = chances.slice();
    const half = suggestionsOf(chances, 'the', 9, words.vocabulary);
    expect(half.next.map(({ token }) => token).toSorted()).toEqual(['the', 'then', 'they']);
    expect(suggestionsOf(chances, 'they', 9, words.vocabulary).next).toEqual([
      { token: 'they', probability: 1 },
    ]);
    expect(suggestionsOf(chances, '', 2, words.vocabulary)).toEqual(
      new Suggester(words).suggest('the cat ', 2),
    );
    expect(suggestionsOf(chances, 'the', 1, words.vocabulary).next).toEqual(half.next.slice(0, 1));
    expect(chances).toEqual(kept);
  });
});
