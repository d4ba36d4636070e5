import { describe, expect, test } from 'vitest';
import { FormPositions, inForm, normalForms } from '../../../src/data/texts/normal-form.ts';
import { Random } from '../../../src/tensor/random.ts';

/** Marks of several classes, Hangul in parts and whole, ligatures, half-width kana, a Kirat Rai vowel, halves of pairs. */
const CHARACTERS = [
  ...['a', 'e', '\n', ' ', '\u0301', '\u0323', '\u0327', '\u1112', '\u1161', '\u11ab', '\uac00', '\u11a8'],
  ...[
    '\ufb01',
    '\u212b',
    '\uff76',
    '\uff9e',
    '\uffbe',
    '\uffc2',
    '\u{16d67}',
    '\u{16d63}',
    '\ud83d',
    '\udc80',
  ],
  ...['\u{1f680}', '\u0344', '\u09c7', '\u09be', '\ufdfa', '\u{2f800}'],
];

/** Each composed character in its parts, and an x behind it. */
const composing = Array.from({ length: 0x30000 }, (_, code) => String.fromCodePoint(code))
  .map((character) => character.normalize('NFD'))
  .filter((parts) => parts.length > 1 && [...parts].length > 1)
  .map((parts) => `${parts}x`)
  .filter((text) => inForm(text, 'nfc') !== text);

describe.each(normalForms)('the form %s', (form) => {
  test('maps unchanged text to itself, and changed text to its original characters', () => {
    const random = new Random(7);
    const wrong: [text: string, at: number][] = [];
    for (let round = 0; round < 500; round++) {
      const text = Array.from(
        { length: 12 },
        () => CHARACTERS[Math.floor(random.uniform() * CHARACTERS.length)],
      ).join('');
      const written = inForm(text, form);
      const positions = new FormPositions(text, form);
      let covered = 0;
      for (let at = 0; at < written.length; at++) {
        const [start, end] = [positions.start(at), positions.end(at + 1)];
        const isRight = start < end && start <= covered;
        if (!isRight || !inForm(text.slice(start, end), form).includes(written[at])) wrong.push([text, at]);
        covered = Math.max(covered, end);
      }
      if (covered !== text.length || positions.start(written.length) !== text.length)
        wrong.push([text, covered]);
    }
    expect(wrong).toEqual([]);
  });

  test('joins a character with any character that it composes with', () => {
    const wrong = composing.filter((text) => {
      const positions = new FormPositions(text, form);
      const length = inForm(text, form).length - 1;
      const ends = [positions.end(length), positions.start(length)];
      return positions.start(0) !== 0 || ends.some((end) => end !== text.length - 1);
    });
    expect(composing.length).toBeGreaterThan(12_000);
    expect(wrong).toEqual([]);
  });
});

test('positions of already normalised text are unchanged', () => {
  const positions = new FormPositions('한글 é', 'nfc');
  expect([positions.start(2), positions.end(3), positions.end(4)]).toEqual([2, 3, 4]);
});
