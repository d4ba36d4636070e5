import { expect, test } from 'vitest';
import { TokenBoundarySplitter } from '../../../src/data/texts/token-boundaries.ts';
import { bpeOf } from '../../../src/data/tokenizers/bpe/parameters.ts';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import { normalised } from '../../../src/data/tokenizers/normalised.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { randomIntegers } from '../random-integers.ts';

const alphabet = ['a', 'bc', ' ', '  ', '\n', '\n\n', "'s", "'r", '한', '🙂', '\r\n', '12', '.', '\t'];
const textOf = (length: number, blanks = true) =>
  randomIntegers(4, length, 1000)
    .map((number) => alphabet[number % alphabet.length])
    .join('')
    .replaceAll(blanks ? '\0' : ' ', '');

const trainer = new BPETrainer({ vocabSize: 300 });
trainer.push(textOf(5000));
const bpe = trainer.train();
const prefixing = bpeOf({ merges: Object(bpe.toJSON()).merges, prefixSpace: true });
const tokenizers = [...['word', 'char', 'byte'].map(openTokenizer), bpe];
const named = [
  ...tokenizers.map((one) => [one.kind, one] as const),
  ['bpe with a space before a text', prefixing] as const,
  ['bpe of NFC with a space before a text', normalised(prefixing, 'nfc')] as const,
];

const texts = [textOf(50_000), textOf(220_000, false)];

test.each(named)('the tokens of the pieces are those of the text: %s', (_, tokenizer) => {
  for (const text of texts) {
    const cutter = new TokenBoundarySplitter(tokenizer);
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += 7001) pieces.push(cutter.push(text.slice(at, at + 7001)));
    pieces.push(cutter.end());
    const few = tokenizer.prefixSpace && !text.includes(' ') ? 0 : 1;
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(few);
    expect(pieces.join('')).toBe(text);
    const cut = pieces.flatMap((piece) => [...tokenizer.tokenize(piece)]);
    expect(cut.join('|') === [...tokenizer.tokenize(text)].join('|')).toBe(true);
  }
});
