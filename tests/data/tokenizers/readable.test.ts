import { expect, test } from 'vitest';
import { charTokenizer } from '../../../src/data/tokenizers/char.ts';
import { readableDecoder } from '../../../src/data/tokenizers/readable.ts';
import { EOS, wordTokenizer } from '../../../src/data/tokenizers/word.ts';

function read(text: string): string {
  const decoder = readableDecoder(wordTokenizer);
  return (
    text
      .split(' ')
      .map((token) => decoder.push(token))
      .join('') + decoder.end()
  );
}

test.each([
  ['the cat sat , and slept .', 'the cat sat, and slept.'],
  [`a line ${EOS} another one ; here ${EOS}`, 'a line\nanother one; here\n'],
  ["it 's what we do n't say , is n't it ?", "it's what we don't say, isn't it?"],
  ['we ’re here , they ’ve gone', 'we’re here, they’ve gone'],
  ["the countries ' leaders", "the countries' leaders"],
  ['he ( the old one ) paid $ 5 and 10 % more', 'he (the old one) paid $5 and 10% more'],
  ["she said `` hello '' twice", "she said ``hello'' twice"],
  ['she said " hello " twice , " loud "', 'she said "hello" twice, "loud"'],
  ['well … “ yes ” !', 'well… “yes”!'],
  ['a dash - and a slash / stay', 'a dash - and a slash / stay'],
  ['<unk> of <unk> ...', '<unk> of <unk>...'],
])('%s', (tokens, text) => {
  expect(read(tokens)).toBe(text);
});

test('a quotation that was left open ends with its line', () => {
  expect(read(`" a ${EOS} " b "`)).toBe('"a\n"b"');
});

test('punctuation at the start of a line has nothing before it, and the decoder starts anew after its end', () => {
  expect(read('. a')).toBe('. a');
  const decoder = readableDecoder(wordTokenizer);
  expect([decoder.push('a'), decoder.end(), decoder.push('b')]).toEqual(['a', '', 'b']);
});

test('characters are written as they are', () => {
  const decoder = readableDecoder(charTokenizer);
  expect([...'a , b'].map((token) => decoder.push(token)).join('')).toBe('a , b');
});
