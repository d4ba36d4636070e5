import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import type { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { probabilities } from '../../../src/generation/sampling/sample.ts';
import { PieceTree } from '../../../src/generation/suggestions/piece-tree.ts';
import { Pieces } from '../../../src/generation/suggestions/pieces.ts';
import { type Search, type SearchLimits, spellings } from '../../../src/generation/suggestions/spellings.ts';
import { readTypedPrefix } from '../../../src/generation/suggestions/typed-prefix.ts';
import { readWord } from '../../../src/generation/suggestions/word-end.ts';
import { wordsOf } from '../../../src/generation/suggestions/word-search.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import type { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { pieceTokenizer, randomModel } from '../../support/models.ts';

const reference = await openBackend('reference');
const tokenizer = pieceTokenizer(['\n', ' ', '.', "'", 'a', 'b', ' a', ' b', 'ab', ' ab', 'bab', "'a", '. ']);

function open(vocabulary: Vocabulary, sharpness: number) {
  const config = {
    cell: 'lstm',
    vocabSize: vocabulary.size,
    embeddingSize: 5,
    hiddenSize: 6,
    layers: 1,
  } as const;
  const model = randomModel(reference, config, { seed: 2, deviation: sharpness });
  return { model, tokenizer, vocabulary };
}

const endless = open(tokenizer.fixedVocabulary() as Vocabulary, 1.5);
const ofItems = open((tokenizer.fixedVocabulary() as Vocabulary).withEnd(), 1.5);

const probsAfter = new Map([endless, ofItems].map(({ model }) => [model, new Map<string, Float64Array>()]));

/** The probabilities of all next tokens, computed once per context: the exhaustive search visits each many times. */
function probabilitiesAfter(model: RecurrentLM, ids: readonly number[]): Float64Array {
  const cached = probsAfter.get(model)!;
  const key = ids.join(' ');
  const probs = cached.get(key) ?? probabilities(logitsAfter(model, ids));
  cached.set(key, probs);
  return probs;
}

/** The probability of all continuations of a context that some text decides, every spelling tried. */
function exactly(
  { model, vocabulary }: typeof endless,
  context: Int32Array,
  decide: (text: string, isOver: boolean) => boolean | null,
): number {
  const visit = (ids: readonly number[], text: string): number => {
    return probabilitiesAfter(model, ids).reduce((sum, prob, id) => {
      const isOver = id === vocabulary.endId;
      const longer = isOver ? text : text + vocabulary.tokens[id];
      const decided = decide(longer, isOver);
      if (decided === null) return sum + (isOver ? 0 : prob * visit([...ids, id], longer));
      return sum + (decided ? prob : 0);
    }, 0);
  };
  return visit([...context], '');
}

/** Whether a text behind a context goes on with bytes that were typed. */
const spells = (typed: string) => (text: string) =>
  typed === '' || text.startsWith(typed) ? true : typed.startsWith(text) ? null : false;

/** Whether the word in a text from an index on is this one. */
const isWord = (typed: string, from: number, word: string) => (text: string, isOver: boolean) => {
  const whole = typed.slice(0, from) + word;
  if (!text.startsWith(whole)) return whole.startsWith(text) && !isOver ? null : false;
  const { end } = readWord(text.slice(from));
  if (end !== null) return end === word.length;
  // Longer, unless an apostrophe may still be a sign of its own.
  if (isOver) return text === whole || text === `${whole}'`;
  return text === whole || text === `${whole}'` ? null : false;
};

function search<T>(tree: PieceTree, steps: Search<T>): T {
  let step = steps.next();
  for (; !step.done; step = steps.next()) tree.read(step.value);
  return step.value;
}

function found(saved: typeof endless, text: string, count: number, effort?: SearchLimits) {
  const typed = readTypedPrefix(text, saved);
  const state = saved.model.state();
  const probs = probabilities(logitsAfter(saved.model, typed.ids, state));
  const tree = new PieceTree(saved, typed.ids, { state, probs });
  const pieces = Pieces.of(saved);
  const all = search(tree, spellings(tree, pieces, typed.bytes, effort));
  const words = search(tree, wordsOf(pieces, all, typed, count, effort));
  tree.release();
  return { typed, words, mass: all.mass };
}

const texts = ['ab', 'b a', 'a ', 'a. b', "b a'", 'ab.', ''];

describe.each([
  ['continuous text', endless],
  ['items', ofItems],
])('words from a model with %s', (_, saved) => {
  test.each(texts)('after %j have the sum over all spellings in an exhaustive search', (text) => {
    const { typed, words, mass } = found(saved, text, 1000, {
      spellings: 150,
      words: 150,
      left: 1e-9,
      least: 1e-7,
    });
    expect(mass / exactly(saved, typed.ids, spells(typed.bytes))).toBeCloseTo(1, 6);
    const expected = [...words].sort((a, b) => b[1] - a[1]).slice(0, 8);
    expect(expected).toHaveLength(8);
    for (const [word, probability] of expected) {
      const exact = exactly(saved, typed.ids, isWord(typed.bytes, typed.from, word));
      expect(probability / exact).toBeGreaterThan(0.98);
    }
  });

  test.each(texts)('after %j are within the remaining probability otherwise', (text) => {
    const { typed, words, mass } = found(saved, text, 5);
    const whole = exactly(saved, typed.ids, spells(typed.bytes));
    expect(mass).toBeLessThan(whole + 1e-12);
    expect(whole - mass).toBeLessThan(0.02 * whole);
    let left = whole;
    for (const probability of words.values()) left -= probability;
    expect(words.size).toBeGreaterThan(2);
    for (const [word, probability] of words) {
      const exact = exactly(saved, typed.ids, isWord(typed.bytes, typed.from, word));
      expect(probability).toBeLessThan(exact + 1e-12);
      expect(exact - probability).toBeLessThan(left + 1e-12);
    }
  });
});
