import { describe, expect, test } from 'vitest';
import { StopStrings } from '../../../src/generation/writing/stop-strings.ts';
import { randomIntegers } from '../../data/random-integers.ts';

/** What comes through of each piece, then at the end. */
function through(stops: readonly string[], ...pieces: string[]): string[] {
  const text = new StopStrings(stops);
  return [...pieces.map((piece) => text.push(piece)), text.end()];
}

describe('StopStrings', () => {
  test('passes everything through without stop strings', () => {
    expect(through([], 'a', ' b', '')).toEqual(['a', ' b', '', '']);
  });

  test('ends before the stop string, and passes nothing after it', () => {
    expect(through(['.'], 'a b', ' c. d', ' e')).toEqual(['a b', ' c', '', '']);
  });

  test('supports any number of stop strings', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => `${i % 10}!`);
    expect(through(many, 'a 7!', 'b')).toEqual(['a ', '', '']);
  });

  test('holds back the possible beginning of a stop string, and releases it otherwise', () => {
    expect(through(['END'], 'aE', 'N', 'x', 'EN')).toEqual(['a', '', 'ENx', '', 'EN']);
    expect(through(['END'], 'aE', 'N', 'D b')).toEqual(['a', '', '', '']);
  });

  test('stops at the first of several occurrences, whichever is longer', () => {
    expect(through(['abc', 'b'], 'xabc')).toEqual(['x', '']);
    expect(through(['c', 'ab'], 'xabc')).toEqual(['x', '']);
  });

  test('reports whether it has stopped', () => {
    const text = new StopStrings(['ab']);
    text.push('xa');
    expect(text.stopped).toBe(false);
    text.push('b');
    expect(text.stopped).toBe(true);
  });

  test('gives the text before the first stop string for any chunks', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const numbers = randomIntegers(seed, 60, 1000);
      const text = numbers
        .slice(0, 40)
        .map((number) => 'ab'[number % 2])
        .join('');
      const stops = [numbers.slice(40, 45), numbers.slice(45, 49)].map((part) =>
        part.map((n) => 'ab'[n % 2]).join(''),
      );
      const pieces: string[] = [];
      for (let at = 0, i = 50; at < text.length; i++) {
        const length = 1 + (numbers[i % 60] % 5);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
      expect(through(stops, ...pieces).join('')).toBe(text.slice(0, Math.min(text.length, ...places)));
    }
  });

  test('refuses an empty stop string', () => {
    expect(() => new StopStrings(['a', ''])).toThrow('StopStrings: a stop string is empty');
  });
});
