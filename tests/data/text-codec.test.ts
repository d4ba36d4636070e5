import { describe, expect, test } from 'vitest';
import { Corpus } from '../../src/data/corpus.ts';
import { decodeText, encodeText, type TextCodec } from '../../src/data/text-codec.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../src/errors.ts';

/** A codec that knows the tokens of `text`. */
function codec(kind: string, text: string, unknown: string | null = null): TextCodec {
  const tokenizer = openTokenizer(kind);
  const { lineEnd } = tokenizer;
  const vocabulary =
    tokenizer.fixedVocabulary() ?? Vocabulary.build(tokenizer.tokenize(text), { unknown, lineEnd });
  return { tokenizer, vocabulary };
}

/** What each token stands for, as the text has it, beside its position. */
function cuts(kind: string, text: string): (readonly [string, number])[] {
  const { tokens } = encodeText(text, codec(kind, text));
  return tokens.map(({ start, end }) => [text.slice(start, end), start] as const);
}

describe('the position of a token', () => {
  test('of words covers the word without white space', () => {
    expect(cuts('word', ' 안녕\t세계  .')).toEqual([
      ['안녕', 1],
      ['세계', 4],
      ['.', 8],
    ]);
  });

  test('of a newline is one character, also after a carriage return', () => {
    expect(cuts('word', 'a\r\n\nb')).toEqual([
      ['a', 0],
      ['\n', 2],
      ['\n', 3],
      ['b', 4],
    ]);
    expect(cuts('char', 'a\r\n')).toEqual([
      ['a', 0],
      ['\r', 1],
      ['\n', 2],
    ]);
  });

  test('of a character is in UTF-16 units, with a lone surrogate as one character', () => {
    expect(cuts('char', '👩\u200d🚀한\ud83d')).toEqual([
      ['👩', 0],
      ['\u200d', 2],
      ['🚀', 3],
      ['한', 5],
      ['\ud83d', 6],
    ]);
  });

  test('of each byte is that of its character; a lone surrogate is the three bytes of U+FFFD', () => {
    const { ids, tokens } = encodeText('aé한🚀\ud83d', codec('byte', ''));
    expect(ids).toEqual(Int32Array.from(new TextEncoder().encode('aé한🚀\ud83d')));
    const spans = tokens.map(({ start, end }) => [start, end]);
    const times = (count: number, start: number, end: number) => new Array(count).fill([start, end]);
    expect(spans).toEqual([
      [0, 1],
      ...times(2, 1, 2),
      ...times(3, 2, 3),
      ...times(4, 3, 5),
      ...times(3, 5, 6),
    ]);
  });
});

test('the ids are those of a corpus, and out-of-vocabulary tokens are marked', () => {
  const words = codec('word', 'the cat\n', '<unk>');
  const { ids, tokens } = encodeText('the unicorn <unk>\n', words);
  expect(ids).toEqual(Corpus.encode('the unicorn <unk>\n', words).ids);
  expect(tokens).toEqual([
    { id: 0, token: 'the', start: 0, end: 3, known: true },
    { id: 3, token: 'unicorn', start: 4, end: 11, known: false },
    { id: 3, token: '<unk>', start: 12, end: 17, known: false },
    { id: 2, token: '<eos>', start: 17, end: 18, known: true },
  ]);
});

test('<eos> in a text is a word; <unk> is the unknown token if the counted text contains it', () => {
  const spelled = codec('word', 'say <eos> or <unk>\n', '<unk>');
  const { tokens } = encodeText('<eos> <unk> <pad>\n', spelled);
  expect(tokens).toEqual([
    { id: 1, token: ' <eos>', start: 0, end: 5, known: true },
    { id: 3, token: '<unk>', start: 6, end: 11, known: true },
    { id: 3, token: '<pad>', start: 12, end: 17, known: false },
    { id: 4, token: '<eos>', start: 17, end: 18, known: true },
  ]);
  expect(decodeText([0, 1, 4, 1, 4], spelled)).toBe('say <eos>\n<eos>\n');
  expect(decodeText([0, 1, 4, 1, 4], spelled, { readable: true })).toBe('say <eos>\n<eos>\n');

  const plain = codec('word', 'the cat\n', '<unk>');
  expect(encodeText('<eos> <unk>', plain).tokens.map(({ id, known }) => [id, known])).toEqual([
    [3, false],
    [3, false],
  ]);
});

test('with an older vocabulary, a text can spell the line end and the unknown token', () => {
  const vocabulary = Vocabulary.fromJSON({ tokens: ['a', '<eos>', '<unk>'], unknown: '<unk>', lineEnd: 1 });
  const { tokens } = encodeText('a <eos> <unk> b', { tokenizer: openTokenizer('word'), vocabulary });
  expect(tokens.map(({ id, token, known }) => [id, token, known])).toEqual([
    [0, 'a', true],
    [1, '<eos>', true],
    [2, '<unk>', true],
    [2, 'b', false],
  ]);
});

test('an out-of-vocabulary token without an unknown token is refused with its index', () => {
  const encode = () => encodeText('the cat', codec('word', 'the'));
  expect(encode).toThrow(UnrolledError);
  expect(encode).toThrow('token 1 of the text is "cat"');
});

test('an empty text has no ids, and no ids decode to an empty text', () => {
  for (const kind of ['word', 'char', 'byte']) {
    expect(encodeText('', codec(kind, 'a'))).toEqual({ ids: new Int32Array(0), tokens: [] });
    expect(decodeText([], codec(kind, 'a'))).toBe('');
  }
});

test.each(['char', 'byte'])('a text round-trips with %s tokens', (kind) => {
  const text = '\ufeff안녕 👩‍🚀 e\u0301\r\n\0';
  expect(decodeText(encodeText(text, codec(kind, text)).ids, codec(kind, text))).toBe(text);
});

test('words are decoded with single spaces, or in readable form', () => {
  const text = 'he said  , " go "\n';
  const words = codec('word', text);
  const { ids } = encodeText(text, words);
  expect(decodeText(ids, words)).toBe('he said , " go "\n');
  expect(decodeText(ids, words, { readable: true })).toBe('he said, "go"\n');
});

test('bytes that end within a character are decoded with U+FFFD', () => {
  expect(decodeText([0x61, 0xed, 0x95], codec('byte', ''))).toBe('a\ufffd');
});

test('an id outside the vocabulary is refused', () => {
  expect(() => decodeText([0, 9], codec('char', 'ab'))).toThrow('the id is 9');
});
