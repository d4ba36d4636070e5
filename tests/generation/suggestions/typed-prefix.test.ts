import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import type { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { Suggester } from '../../../src/generation/suggestions/suggest.ts';
import { readTypedPrefix } from '../../../src/generation/suggestions/typed-prefix.ts';
import { keptStates, randomModel } from '../../support/models.ts';

const reference = await openBackend('reference');
const trainer = new BPETrainer({ vocabSize: 300 });
trainer.push("The president spoke. The president's dog didn't. 한국어 문장이다. 한국어다.\n".repeat(20));
const tokenizer = trainer.train();

function open(vocabulary: Vocabulary) {
  const config = {
    cell: 'gru',
    vocabSize: vocabulary.size,
    embeddingSize: 6,
    hiddenSize: 8,
    layers: 1,
  } as const;
  const model = randomModel(reference, config, { seed: 3, deviation: 1.5 });
  return { model, tokenizer, vocabulary };
}

const saved = open(tokenizer.fixedVocabulary() as Vocabulary);
const ofItems = open((tokenizer.fixedVocabulary() as Vocabulary).withEnd());

describe('a text being typed', () => {
  test.each([
    ['The presid', 'The', ' presid', 'presid'],
    ['The ', 'The', ' ', ''],
    ['The dog.', 'The dog', '.', ''],
    ["The dog didn't", 'The dog', " didn't", "didn't"],
    ['The\npres', 'The\n', 'pres', 'pres'],
    ['The\n\n', 'The', '\n\n', ''],
    ['한국', '', '한국', '한국'],
  ])('%j keeps the pieces of %j', (text, kept, again, half) => {
    const typed = readTypedPrefix(text, saved);
    const spelled = Array.from(typed.ids, (id) => saved.vocabulary.tokenOf(id));
    const expected = kept === '' ? ['Ċ'] : [...tokenizer.tokenize(kept)];
    expect(spelled).toEqual(expected);
    const bytes = Buffer.from(typed.bytes, 'latin1');
    expect(bytes.toString()).toBe(again);
    expect(bytes.subarray(typed.from).toString()).toBe(half);
    expect({ half: typed.half, length: typed.length }).toEqual({ half, length: half.length });
  });

  test('resamples only the end of a long run of spaces', () => {
    const { ids, bytes } = readTypedPrefix(`a${' '.repeat(100)}`, saved);
    expect(bytes).toBe(' '.repeat(8));
    expect(ids.length).toBeGreaterThan(1);
  });
});

describe.each([
  ['continuous text', saved],
  ['items', ofItems],
])('suggestions of a model of bytes and pieces, of %s', (_, model) => {
  const texts = ['', 'The', 'The ', "The president'", '한', '한국', 'a 😀', '.', '\n\n', '\ud83d'];

  test.each(texts)('after %j are whole words of whole characters', (text) => {
    const { half, mass, next } = new Suggester(model).suggest(text, 50);
    expect(mass).toBeGreaterThanOrEqual(0);
    expect(mass).toBeLessThanOrEqual(1);
    let sum = 0;
    for (const [i, { token, probability }] of next.entries()) {
      expect(token.trim()).not.toBe('');
      expect(Buffer.from(token).toString()).toBe(token);
      expect(token).not.toContain('\ufffd');
      expect(token.startsWith(half)).toBe(true);
      expect(probability).toBeLessThanOrEqual(next[Math.max(0, i - 1)].probability);
      sum += probability;
    }
    expect(sum).toBeLessThan(1 + 1e-9);
  });

  test("don't depend on what was typed before, except in the last digits", () => {
    const suggester = new Suggester(model);
    const text = "The president's 한국어 dog";
    for (let end = 0; end <= text.length; end++) {
      const typed = text.slice(0, end);
      const { half, mass, next } = suggester.suggest(typed, 5);
      const anew = new Suggester(model).suggest(typed, 5);
      expect([half, next.map(({ token }) => token)]).toEqual([
        anew.half,
        anew.next.map(({ token }) => token),
      ]);
      expect(mass).toBeCloseTo(anew.mass, 12);
      for (const [i, { probability }] of next.entries()) {
        expect(probability).toBeCloseTo(anew.next[i].probability, 12);
      }
    }
  });

  test('keep the states of one context and free those of others', () => {
    const suggester = new Suggester(model);
    const kept = keptStates();
    suggester.suggest('The presid', 5);
    expect(kept.size).toBeGreaterThan(1);
    suggester.suggest('Something else, and nothing like it. ', 5);
    suggester.suggest('The ', 5);
    expect(kept.size).toBeLessThanOrEqual(9 * 8);
    vi.restoreAllMocks();
  });
});
