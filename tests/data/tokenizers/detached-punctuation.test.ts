import { describe, expect, test } from 'vitest';
import { detachedPunctuation } from '../../../src/data/tokenizers/detached-punctuation.ts';
import { tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import { sameTokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { wordTokenizer } from '../../../src/data/tokenizers/word.ts';
import { countTokens } from '../../../src/data/vocabulary/count-tokens.ts';
import { UnrolledError } from '../../../src/errors.ts';

const fitted = (text: string) =>
  wordTokenizer.fitted?.(countTokens(wordTokenizer.tokenize(text))) ?? wordTokenizer;

/** The text as a model of it writes it. */
function rewritten(text: string): string {
  const decoder = fitted(text).readableDecoder();
  return Array.from(wordTokenizer.tokenize(text), (token) => decoder.push(token)).join('') + decoder.end();
}

describe('a text as people write it is decoded unchanged', () => {
  test.each([
    ['Markdown', '# Title one\n## Part 2, and more.\n- [ ] task one\n- [x] done: yes!\n'],
    ['a shell', '$ npm install\n$ npm test # all of them\n'],
    ['French', '« Quoi ? » Oui ; non : jamais ! 50 % de moins, dit-il.\n'],
    ['code', 'if ( x ) { y [ 0 ] ; }\nf(a, b);\n'],
    ['numbers', '£ 5 or € 6, 7 % (about).\n'],
    ['quotes', 'an inch is " and a foot is \' here. "Yes," she said.\n'],
    ['a stray comma', 'One, two , three, four.\n'],
    ['notes of commands', '# Title\n- [ ] task\n$ npm i\n$ git add .\n$ ls *\n« Quoi ? »\n50 %\n( a )\n'],
    ['a table', 'a , b , c\n1 , " x " , 3\n'],
    ['spaced code', 'if ( a == b ) {\nreturn f ( x , y ) ;\n}\n# a comment\n'],
    ['empty strings', "# a comment\nx = '' ; y = [ ] ;\n"],
    ['formulas', '\\frac { 1 } { 2 } , \\quad $ x $\n'],
    ['nothing but marks apart', '# a\n[ ] b\n$ c %\n'],
  ])('%s', (_, text) => {
    expect(rewritten(text)).toBe(text);
  });
});

describe('a text that a program tokenised is decoded as people write', () => {
  test.each([
    ['a line of several sentences', 'He sat , ( she ) ran . It is 3 % .\n', 'He sat, (she) ran. It is 3%.\n'],
    ['some lines without a stop', '= Title =\n\nA cat , a dog .\n\n', '= Title =\n\nA cat, a dog.\n\n'],
    ['full stops', '# 5 ( the cat ) sat , and paid $ 5 .\n', '#5 (the cat) sat, and paid $5.\n'],
    [
      'contractions',
      "we do n't pay $ N or N % of mr. smith 's , inc. corp. co.\n".replace(' ,', ''),
      "we don't pay $N or N% of mr. smith's inc. corp. co.\n",
    ],
    ['quotes', "`` yes '' he said\n", "``yes'' he said\n"],
  ])('%s', (_, text, written) => {
    expect(fitted(text)).toBe(wordTokenizer);
    expect(rewritten(text)).toBe(written);
  });

  test('except for marks that are more often attached to words', () => {
    const text = 'a #b #c , # d .\n';
    expect(detachedPunctuation(countTokens(wordTokenizer.tokenize(text)), 1)).toEqual(['#']);
    expect(rewritten(text)).toBe('a #b #c, # d.\n');
  });
});

test('a tokenizer stores its marks in JSON, and splits texts like any word tokenizer', () => {
  const tokenizer = fitted('# a\n[ ] b\n');
  const json = JSON.parse(JSON.stringify(tokenizer));
  expect(json).toEqual({ kind: 'word', apart: ['#', '[', ']'] });
  expect(JSON.stringify(tokenizerFromJSON(json))).toBe(JSON.stringify(tokenizer));
  expect(sameTokenizer(tokenizer, wordTokenizer)).toBe(true);
  for (const apart of ['#', [1], { 0: '#' }]) {
    expect(() => tokenizerFromJSON({ kind: 'word', apart })).toThrow(UnrolledError);
  }
});
