import { expect, test } from 'vitest';
import { visible } from '../../../lab/src/parts/visible.ts';

test('every token has a label that can be seen', () => {
  expect([' a b', '\n', '\t', ''].map(visible)).toEqual(['␣a␣b', '⏎', '⇥', '∅']);
  expect(['\0', '\x7f', '\u200b', '\u3000'].map(visible)).toEqual([
    '⟨U+0000⟩',
    '⟨U+007F⟩',
    '⟨U+200B⟩',
    '⟨U+3000⟩',
  ]);
  expect(visible('👩‍🌾')).toBe('👩‍🌾');
});
