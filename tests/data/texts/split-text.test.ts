import { expect, test } from 'vitest';
import { splitText } from '../../../src/data/texts/split-text.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { randomIntegers } from '../random-integers.ts';

test('the split is at a line end, and the newline belongs to the first part', () => {
  const text = 'line 0 of ten\n'.repeat(10);
  expect(splitText(text, 0.1)).toEqual(['line 0 of ten\n'.repeat(9), 'line 0 of ten\n']);
  expect(splitText(text, 0.32)).toEqual(['line 0 of ten\n'.repeat(7), 'line 0 of ten\n'.repeat(3)]);
});

test('the split is at the nearest line end; ties go to the earlier one', () => {
  expect(splitText('aaaa\nbbbbb', 0.4)).toEqual(['aaaa\n', 'bbbbb']);
  expect(splitText('aaaaa\nbbbb', 0.5)).toEqual(['aaaaa\n', 'bbbb']);
  expect(splitText('aaa\nbbb\nccc\nddd', 0.3)).toEqual(['aaa\nbbb\n', 'ccc\nddd']);
});

test('the final newline is not a split point', () => {
  expect(splitText('aaaa bbbb\ncccccccccccc\n', 0.5)).toEqual(['aaaa bbbb\n', 'cccccccccccc\n']);
});

test('Windows line ends are not split', () => {
  expect(splitText('aaaa\r\nbbbb\r\ncccc\r\n', 0.35)).toEqual(['aaaa\r\nbbbb\r\n', 'cccc\r\n']);
});

test('without a line end nearby the split is at a space', () => {
  expect(splitText('aaa bbb ccc ddd', 0.25)).toEqual(['aaa bbb ccc ', 'ddd']);
  const [train, valid] = splitText(`title\n${'word '.repeat(200)}`, 0.1);
  expect(valid).toBe('word '.repeat(20));
  expect(train.startsWith('title\n')).toBe(true);
});

test('both parts form the text, and the second is less than twice as long as requested', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const text = randomIntegers(seed, 120, 9)
      .map((number) => 'abcdef \n😀'.at(number))
      .join('');
    const fraction = (1 + (seed % 40)) / 100;
    let parts: [string, string];
    try {
      parts = splitText(`a ${text} b`, fraction);
    } catch (error) {
      expect(error).toBeInstanceOf(UnrolledError);
      continue;
    }
    expect(parts.join('')).toBe(`a ${text} b`);
    expect(parts[0]).toMatch(/\s$/);
    expect(parts[1].length).toBeLessThan(2 * Math.round((text.length + 4) * fraction));
  }
});

test('a fraction that is not between 0 and 1 is refused', () => {
  for (const fraction of [0, 1, -0.1, 10, Number.NaN]) {
    expect(() => splitText('a\nb\nc\n', fraction)).toThrow('it must be between 0 and 1');
  }
});

test('a text is refused if one part would be blank', () => {
  for (const text of ['', 'a', 'word\n', 'abcdefgh', '\n\n\n\n', 'abcdefg \n', '\n\n  abc']) {
    expect(() => splitText(text, 0.5), JSON.stringify(text)).toThrow(UnrolledError);
  }
});

test('the advice depends on the tokens', () => {
  expect(() => splitText('', 0.1, true)).toThrow(
    "can't hold out the last 0.1 of 0 characters; both parts need text",
  );
  expect(() => splitText('a', 0.1, true)).toThrow(/or a separate validation text\.$/);
});

test('a text without line ends and spaces is split between characters if its tokens allow it', () => {
  expect(() => splitText('ACGT'.repeat(10), 0.1)).toThrow(
    'A text without spaces needs tokens of characters or bytes.',
  );
  expect(splitText('ACGT'.repeat(10), 0.1, true)).toEqual(['ACGT'.repeat(9), 'ACGT']);
  expect(splitText('我'.repeat(10), 0.2, true)).toEqual(['我'.repeat(8), '我'.repeat(2)]);
  // Four pairs are eight units; the cut at the seventh would leave halves.
  expect(splitText('😀'.repeat(4), 0.13, true)).toEqual(['😀'.repeat(3), '😀']);
  expect(splitText('aaaa\nbbbbb', 0.4, true)).toEqual(['aaaa\n', 'bbbbb']);
  expect(splitText('aaa bbb ccc ddd', 0.25, true)).toEqual(['aaa bbb ccc ', 'ddd']);
});
