import { expect, test } from 'vitest';
import { Correlations } from '../../../lab/src/engine/activations/correlations.ts';
import { FeatureReader, features } from '../../../lab/src/engine/activations/features.ts';
import { Random } from '../../../src/tensor/random.ts';

const measured = (pieces: readonly string[]) => {
  const reader = new FeatureReader();
  return pieces.map((piece) => reader.read(piece));
};
const column = (pieces: readonly string[], feature: (typeof features)[number]) =>
  measured(pieces).map((all) => all[feature]);

test('quotes and brackets count from their first mark up to the last one', () => {
  const pieces = ['He', ' said', ' "', 'no', '"', ' (', 'twice', ')', ' “', '여기', '”', ' end'];
  expect(column(pieces, 'quotes')).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
  expect(column(pieces, 'brackets')).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
});

test('a quotation goes on over a line end, but not over an empty line, nor for more than 600 characters', () => {
  expect(column(['"', 'a\n', 'b', '\n', '\nc'], 'quotes')).toEqual([1, 1, 1, 1, 0]);
  expect(column(['"', 'a'.repeat(600), 'b'], 'quotes')).toEqual([1, 1, 0]);
  expect(column(['[', 'a'.repeat(600), 'b'], 'brackets')).toEqual([1, 1, 0]);
});

test('positions are log₂(1 + characters) since the start of the line, of the sentence and of the word', () => {
  const logs = (...characters: number[]) => characters.map((n) => Math.log2(1 + n));
  const pieces = ['The', ' end', '.', ' We', 'll', '\n', 'So'];
  expect(column(pieces, 'linePosition')).toEqual(logs(3, 7, 8, 11, 13, 0, 2));
  expect(column(pieces, 'sentencePosition')).toEqual(logs(3, 7, 0, 3, 5, 0, 2));
  expect(column(pieces, 'wordPosition')).toEqual(logs(3, 3, 4, 2, 4, 0, 2));
});

test('what a token is: a word start, with a capital or a digit, at the end of a sentence or line', () => {
  const pieces = ['The', ' end', 'ing', ' of', ' 1961', '.', ' Év', '\n', 'so'];
  expect(column(pieces, 'wordStart')).toEqual([1, 1, 0, 1, 1, 0, 1, 0, 1]);
  expect(column(pieces, 'capital')).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0]);
  expect(column(pieces, 'digit')).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
  expect(column(pieces, 'sentenceEnd')).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0]);
  expect(column(pieces, 'lineEnd')).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
});

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, one, i) => sum + (one - mx) * (y[i] - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

test('correlations of blocks are those that the definition gives over the whole text', () => {
  const random = new Random(3);
  const words = ['He', ' said', ' "', 'no', '"', ' (', 'twice', ')', '.', '\n', ' 42', ' Yes'];
  const pieces = Array.from({ length: 500 }, () => words[Math.floor(random.uniform() * words.length)]);
  const U = 3;
  const rows = Float32Array.from({ length: pieces.length * U }, () => random.normal());
  const quotes = column(pieces, 'quotes');
  for (const [t, isQuoted] of quotes.entries()) rows[t * U + 1] = isQuoted ? 0.75 : -0.25;
  rows.forEach((_, i) => {
    if (i % U === 2) rows[i] = 0.5;
  });
  const correlations = new Correlations(U);
  for (let t = 0; t < pieces.length; t += 64)
    correlations.add(pieces.slice(t, t + 64), rows.subarray(t * U, (t + 64) * U));
  for (const feature of features) {
    const values = column(pieces, feature);
    for (const u of [0, 1]) {
      const unit = pieces.map((_, t) => rows[t * U + u]);
      expect(correlations.with(feature)[u]).toBeCloseTo(pearson(unit, values), 10);
    }
    expect(correlations.with(feature)[2]).toBeNaN();
  }
  expect(correlations.with('quotes')[1]).toBeCloseTo(1, 12);
});
