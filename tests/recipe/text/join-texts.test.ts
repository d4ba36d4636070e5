import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { joinTexts, type SourceText } from '../../../src/recipe/text/training-data.ts';

const file = (text: string): SourceText => ({ name: 'a', text, sha256: '', bytes: text.length });

test('a newline is added after a file without a final newline', () => {
  expect(joinTexts([file('a'), file('b\n'), file('c')])).toBe('a\nb\nc');
});

test('texts that are too long for one string are refused with a clear message', () => {
  expect(joinTexts([file('abcd'), file('efgh')], 9)).toBe('abcd\nefgh');
  expect(() => joinTexts([file('abcd'), file('efgh')], 8)).toThrow(UnrolledError);
  expect(() => joinTexts([file('abcd'), file('efgh')], 8)).toThrow(
    'the texts together: the text has 9 characters; it can have at most 8',
  );
});
