import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { ComparisonBuilder, compare } from '../../../src/generation/scoring/compare.ts';
import { score, scoreCompact } from '../../../src/generation/scoring/score.ts';
import { ScoreTotals } from '../../../src/generation/scoring/score-totals.ts';
import type { TextModel } from '../../../src/models/model-file.ts';
import { randomIntegers } from '../../data/random-integers.ts';
import { randomModel } from '../../support/models.ts';

const reference = await openBackend('reference');
const words = ['the', 'cat', 'dog', 'sat', 'ran', 'here', 'there'];

function open(kind: 'word' | 'char', seed: number, known: readonly string[] = words): TextModel {
  const tokenizer = openTokenizer(kind);
  const tokens = kind === 'word' ? [...known, '<eos>'] : [...'abcdehnorstu .', '\n'];
  const vocabulary = Vocabulary.fromTokens([...tokens, '<unk>'], '<unk>');
  const config = {
    cell: 'gru',
    vocabSize: vocabulary.size,
    embeddingSize: 5,
    hiddenSize: 6,
    layers: 1,
  } as const;
  const model = randomModel(reference, config, { seed: seed, deviation: 0.5 });
  return { model, tokenizer, vocabulary };
}

const text = Array.from({ length: 60 }, (_, i) => {
  const picks = randomIntegers(i + 1, 1 + (i % 9), words.length);
  return `${picks.map((n) => words[n]).join(' ')}\n`;
}).join('');

async function bitsOf(model: TextModel, of: string): Promise<number[][]> {
  const lines: number[][] = [];
  for await (const { tokens } of score(model, of)) lines.push(tokens.map(({ bits }) => bits));
  return lines;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('compare', () => {
  test('the difference is that of the scores, token by token, within its interval', async () => {
    const [a, b] = [open('word', 3), open('word', 4)];
    const { unit, difference, known, ...totals } = await compare(a, b, text);
    const [ofA, ofB] = [(await bitsOf(a, text)).flat(), (await bitsOf(b, text)).flat()];
    expect(unit).toBe('token');
    expect(difference.mean).toBeCloseTo((sum(ofB) - sum(ofA)) / ofA.length, 10);
    expect(difference.interval?.low).toBeLessThan(difference.mean);
    expect(difference.interval?.high).toBeGreaterThan(difference.mean);
    expect(known).toEqual(difference);
    for (const side of ['a', 'b'] as const) {
      const expected = new ScoreTotals();
      for await (const line of score({ a, b }[side], text)) expected.add(line);
      expect(totals[side]).toEqual(expected);
    }
  });

  test('scores that are there already have the same comparison, in any portions', async () => {
    const [a, b] = [open('word', 3), open('char', 4)];
    const builder = new ComparisonBuilder(a, b, { top: 3, seed: 5 });
    const others = scoreCompact(b, text, { alternatives: 2 });
    for await (const line of score(a, text)) builder.add([line], [(await others.next()).value!]);
    expect(builder.conclude()).toEqual(await compare(a, b, text, { top: 3, seed: 5 }));
  });

  test('swapping the models changes every sign', async () => {
    const [a, b] = [open('word', 3), open('word', 4)];
    const [there, back] = [await compare(a, b, text), await compare(b, a, text)];
    expect(back.difference.mean).toBeCloseTo(-there.difference.mean, 12);
    expect(back.places.map(({ a, b }) => [b, a])).toEqual(there.places.map(({ a, b }) => [a, b]));
  });

  test('the places are the tokens with the largest differences, with their context', async () => {
    const [a, b] = [open('word', 3), open('word', 4)];
    const { places } = await compare(a, b, text, { top: 5 });
    const [ofA, ofB] = [await bitsOf(a, text), await bitsOf(b, text)];
    const all = ofA.flatMap((line, i) => line.map((bits, t) => Math.abs(ofB[i][t] - bits)));
    expect(places.map((place) => Math.abs(place.b - place.a))).toEqual(all.sort((x, y) => y - x).slice(0, 5));
    for (const { line, text: token, before } of places) {
      const whole = `${text.split('\n')[line - 1]}\n`;
      const found = token === '<eos>' ? `${before}\n` : [before, token].filter(Boolean).join(' ');
      expect(whole.startsWith(found)).toBe(true);
    }
  });

  test('with different vocabularies, tokens known to both have their own difference', async () => {
    const [a, b] = [open('word', 3), open('word', 3, words.slice(2))];
    const { known, difference, b: totals } = await compare(a, b, text);
    expect(totals.unknownTokens).toBeGreaterThan(0);
    expect(known?.mean).not.toBe(difference.mean);
    let [bits, tokens] = [0, 0];
    const [ofA, ofB] = [(await bitsOf(a, text)).flat(), (await bitsOf(b, text)).flat()];
    const all = text
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => [...line.split(' '), '<eos>']);
    all.forEach((token, i) => {
      if (token === 'the' || token === 'cat') return;
      bits += ofB[i] - ofA[i];
      tokens++;
    });
    expect(known?.mean).toBeCloseTo(bits / tokens, 10);
  });

  test('with different tokens, the unit is the character and the places are lines', async () => {
    const [a, b] = [open('word', 3), open('char', 4)];
    const { unit, difference, known, places, a: totals } = await compare(a, b, text, { top: 3 });
    const [ofA, ofB] = [await bitsOf(a, text), await bitsOf(b, text)];
    expect(unit).toBe('character');
    expect(known).toBe(null);
    expect(totals.characters).toBe([...text].length);
    expect(difference.mean).toBeCloseTo((sum(ofB.flat()) - sum(ofA.flat())) / [...text].length, 10);
    const lines = ofA.map((bits, i) => Math.abs(sum(ofB[i]) - sum(bits)));
    expect(places.map(({ a, b }) => Math.abs(b - a))).toEqual(lines.sort((x, y) => y - x).slice(0, 3));
    for (const place of places) expect(place.text).toBe(text.split('\n')[place.line - 1]);
  });

  test('a model compared with itself has no difference, and nothing is NaN', async () => {
    const { difference, known, places } = await compare(open('word', 3), open('word', 3), text);
    expect(difference).toEqual({ mean: 0, interval: { low: 0, high: 0 }, lines: 60, noInterval: null });
    expect(known).toEqual(difference);
    expect(places).toEqual([]);
  });

  test('a single line has a difference without an interval', async () => {
    const { difference } = await compare(open('word', 3), open('word', 4), 'the cat sat');
    expect(difference).toMatchObject({ interval: null, lines: 1, noInterval: 'few-lines' });
    expect(difference.mean).not.toBe(0);
  });

  test('the pieces of a long line count as one line and one place', async () => {
    // Few tokens for its length: words of many characters, each of two UTF-16 units.
    const long = `${`the ${'😀'.repeat(50)} `.repeat(640).trim()}\n`;
    expect(long.length).toBeGreaterThan(65_536);
    const [a, b] = [open('word', 3), open('word', 4)];
    const one = await compare(a, b, long);
    expect(one.a.lines).toBe(1);
    expect(one.difference).toMatchObject({ interval: null, lines: 1, noInterval: 'few-lines' });
    const ofTokens = await compare(a, b, text + long);
    expect([ofTokens.difference.lines, ofTokens.known?.lines]).toEqual([61, 61]);
    const ofLines = await compare(a, open('char', 4), text + long, { top: 100 });
    expect(ofLines.difference.lines).toBe(61);
    expect(ofLines.places.map(({ line }) => line).filter((line) => line === 61)).toHaveLength(1);
  });

  test('independent copies of one line have no interval, since they are not a sample', async () => {
    const copies = 'the cat sat\n'.repeat(50);
    const { difference } = await compare(open('word', 3), open('word', 4), copies, { state: 'line' });
    expect(difference).toMatchObject({ interval: null, lines: 50, noInterval: 'no-spread' });
  });

  test('lines without a token known to both are not counted among the known', async () => {
    const [a, b] = [open('word', 3), open('word', 3, [])];
    const { difference, known } = await compare(a, b, `${'the cat\n'.repeat(3)}\ndog\nthe`);
    expect(difference.lines).toBe(6);
    expect(known?.lines).toBe(5); // the last one has no line end, which is all that b knows
  });

  test('with a carried state, results differ', async () => {
    const [line, carry] = await Promise.all(
      (['line', 'carry'] as const).map((state) => compare(open('word', 3), open('word', 4), text, { state })),
    );
    expect(carry.difference.mean).not.toBe(line.difference.mean);
  });
});
