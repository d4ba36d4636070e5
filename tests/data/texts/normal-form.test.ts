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

describe.each(normalForms)('the form %s', (form) => {
  test('maps unchanged text to itself, and changed text to its original characters', () => {
    const random = new Random(7);
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
        expect(start).toBeLessThan(end);
        expect(start).toBeLessThanOrEqual(covered);
        expect(inForm(text.slice(start, end), form)).toContain(written[at]);
        covered = Math.max(covered, end);
      }
      expect(covered).toBe(text.length);
      expect(positions.start(written.length)).toBe(text.length);
    }
  });

  test('joins a character with any character that it composes with', () => {
    for (let code = 0; code < 0x30000; code++) {
      const character = String.fromCodePoint(code);
      const parts = [...character.normalize('NFD')];
      if (parts.length < 2) continue;
      const text = `${parts.join('')}x`;
      if (inForm(text, 'nfc') === text) continue;
      const positions = new FormPositions(text, form);
      const length = inForm(text, form).length - 1;
      expect([positions.start(0), positions.end(length)], code.toString(16)).toEqual([0, text.length - 1]);
      expect(positions.start(length), code.toString(16)).toBe(text.length - 1);
    }
  });
});

test('positions of already normalised text are unchanged', () => {
  const positions = new FormPositions('한글 é', 'nfc');
  expect([positions.start(2), positions.end(3), positions.end(4)]).toEqual([2, 3, 4]);
});
