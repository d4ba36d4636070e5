import type { ItemSplit } from '../../../src/data/items/item-split.ts';
import type { TextCodec } from '../../../src/data/text-codec.ts';
import { tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';

/** A text with every kind of white space, spellings of special tokens, and words that normal forms change. */
const TRAINING = `the cat sat on the mat .\nthe dog 's <eos> cafe\u0301 ﬁne 2024 12\n\tnaïve 고양이 a\u0085b c\ufeffd\u2003e\u00a0f 😀\r\n<end> 2024\n`;

/** Texts to encode: known and unknown words, edges of white space, special spellings, other scripts, emoji. */
export const texts: readonly string[] = [
  'the cat sat on the mat .\nthe dog\n',
  '\n\n the\tcat\r\n\fdog \u2003 on\u00a0a\u0085b c\ufeffd\u2028e\u3000f\v\u1680the\u200bcat',
  "café cafe\u0301 naïve ﬁne fine ①2 2024 it's <eos> <unk> <end>  <end>end 'll've",
  '고양이 고\u1100\u1161 😀👩‍👩‍👧 日本 \u0000 \u007f zebra',
  '',
  ' ',
];

type Case = TextCodec & { readonly items: ItemSplit | null };

/** Codecs of every kind, with items or not, by name. */
export const codecs: ReadonlyMap<string, Case> = new Map([
  ...(['word', 'char'] as const).flatMap((kind) => [
    built(kind, kind, null, '<unk>'),
    built(`${kind}, items`, kind, 'line', '<unk>'),
    built(`${kind}, nfc`, { kind, normalize: 'nfc' }, null, '<unk>'),
    built(`${kind}, limited`, { kind, normalize: 'nfkc' }, 'jsonl:body', '<unk>', 12),
  ]),
  built('word, no unknown', 'word', null, null),
  listed('word, a list of tokens', ['<unk>', '<eos>', 'the', 'cat', '<end>']),
  listed('word, a list without a line end', ['<unk>', 'the', 'cat']),
  listed('word, a list with both line ends', ['the', '<unk>', ' <eos>', '<eos>']),
  ...[
    'byte',
    { kind: 'byte', normalize: 'nfkc' },
    bpe({}),
    bpe({ normalize: 'nfc', prefixSpace: true }),
  ].flatMap((json, i) => [fixed(`fixed ${i}`, json, null), fixed(`fixed ${i}, items`, json, 'blank-line')]),
]);

function built(
  name: string,
  json: unknown,
  items: ItemSplit | null,
  unknown: string | null,
  maxSize?: number,
): [string, Case] {
  const tokenizer = tokenizerFromJSON(json);
  const options = { unknown, lineEnd: tokenizer.lineEnd, ...(maxSize !== undefined && { maxSize }) };
  return named(name, tokenizer, Vocabulary.build(tokenizer.tokenize(TRAINING), options), items);
}

function listed(name: string, tokens: readonly string[]): [string, Case] {
  return named(name, tokenizerFromJSON('word'), Vocabulary.fromTokens(tokens, '<unk>'), null);
}

function fixed(name: string, json: unknown, items: ItemSplit | null): [string, Case] {
  const tokenizer = tokenizerFromJSON(json);
  return named(name, tokenizer, tokenizer.fixedVocabulary()!, items);
}

function named(
  name: string,
  tokenizer: Tokenizer,
  vocabulary: Vocabulary,
  items: ItemSplit | null,
): [string, Case] {
  return [name, { tokenizer, vocabulary: items === null ? vocabulary : vocabulary.withEnd(), items }];
}

function bpe(parameters: object): object {
  const merges = [...['t h', 'th e', 'c a', 'ca t', 'Ġ the', 'Ġ cat', '2 0', '20 2', '202 4', 'Ã ©', 'e Ì']];
  return { kind: 'bpe', merges: merges.map((merge) => merge.split(' ')), ...parameters };
}
