import { describe, expect, test } from 'vitest';
import { piecesOf } from '../../../../src/data/tokenizers/bpe/pieces.ts';
import { charTokenizer } from '../../../../src/data/tokenizers/char.ts';
import { readTokenizerJSON } from '../../../../src/data/tokenizers/hugging-face/read.ts';
import { writeTokenizerJSON } from '../../../../src/data/tokenizers/hugging-face/write.ts';
import { sameTokenizer } from '../../../../src/data/tokenizers/tokenizer.ts';
import { UnrolledError } from '../../../../src/errors.ts';

const merges = [
  ['o', 'g'],
  ['d', 'og'],
] as const;
const ids = (tokens: readonly string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]));
const PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const bpe = {
  added_tokens: [] as unknown,
  pre_tokenizer: byteLevel as unknown,
  decoder: byteLevel as unknown,
  model: { type: 'BPE', vocab: ids(piecesOf(merges)) as unknown, merges: merges as unknown },
};
const words = {
  pre_tokenizer: { type: 'WhitespaceSplit' },
  model: { type: 'WordLevel', vocab: ids(['<unk>', 'the', 'dog', '<eos>']), unk_token: '<unk>' },
};

const read = (file: unknown) => readTokenizerJSON('t.json', JSON.stringify(file));
const tokens = (file: unknown, text: string) => [...read(file).tokenizer.tokenize(text)];
const withModel = (model: object) => ({ ...bpe, model: { ...bpe.model, ...model } });

describe('is supported:', () => {
  test('merges in both forms', () => {
    const strings = withModel({ merges: merges.map((merge) => merge.join(' ')) });
    expect(tokens(bpe, 'a dog')).toEqual(['a', 'Ġ', 'dog']);
    expect(sameTokenizer(read(strings).tokenizer, read(bpe).tokenizer)).toBe(true);
  });

  test('a file without a model type, as in old versions', () => {
    expect(tokens(withModel({ type: undefined }), 'dog')).toEqual(['dog']);
  });

  test('a prefix space', () => {
    const file = { ...bpe, pre_tokenizer: { ...byteLevel, add_prefix_space: true } };
    expect(tokens(file, 'dog')).toEqual(['Ġ', 'dog']);
  });

  test("a Split by GPT-2's pattern", () => {
    const split = { type: 'Split', pattern: { Regex: PATTERN }, behavior: 'Isolated', invert: false };
    const pretokenizers = [split, { ...byteLevel, use_regex: false }];
    const file = { ...bpe, pre_tokenizer: { type: 'Sequence', pretokenizers } };
    expect(sameTokenizer(read(file).tokenizer, read(bpe).tokenizer)).toBe(true);
  });

  test('a normal form', () => {
    const file = { ...bpe, normalizer: { type: 'NFC' } };
    expect(tokens(file, 'e\u0301')).toEqual(tokens(bpe, '\u00e9'));
    const again = readTokenizerJSON('t.json', writeTokenizerJSON(read(file).tokenizer));
    expect(sameTokenizer(again.tokenizer, read(file).tokenizer)).toBe(true);
  });

  test('added tokens keep their ids, and no text encodes to them', () => {
    const { size } = read(bpe).vocabulary;
    const file = { ...bpe, added_tokens: [{ id: size, content: '<|end|>', special: true }] };
    const { vocabulary } = read(file);
    expect(vocabulary.idOf('<|end|>')).toBe(size);
    expect(tokens(file, '<|end|>')).toEqual([...'<|end|>']);
    const again = readTokenizerJSON('t.json', writeTokenizerJSON(read(file).tokenizer));
    expect(again.vocabulary.tokens).toEqual(vocabulary.tokens);
  });

  test('ids in any order, with pieces spelled like numbers', () => {
    const pieces = [...piecesOf([['2', '0']])].reverse();
    const file = withModel({ vocab: ids(pieces), merges: [['2', '0']] });
    const again = readTokenizerJSON('t.json', writeTokenizerJSON(read(file).tokenizer));
    expect(read(file).vocabulary.idOf('20')).toBe(0);
    expect(again.vocabulary.tokens).toEqual(pieces);
  });

  test('words separated by white space', () => {
    const { tokenizer, vocabulary } = read(words);
    expect(tokenizer.kind).toBe('word');
    expect(vocabulary.tokens).toEqual(['<unk>', 'the', 'dog', '<eos>']);
    expect([vocabulary.unknown, vocabulary.lineEndId]).toEqual(['<unk>', 3]);
  });
});

const { size } = read(bpe).vocabulary;
const full = ids(piecesOf(merges));

describe('refused by name:', () => {
  test.each([
    ['Unigram', withModel({ type: 'Unigram' }), 'its model is "Unigram"; it must be BPE or WordLevel'],
    ['WordPiece', withModel({ type: 'WordPiece' }), 'its model is "WordPiece"'],
    ['byte fallback', withModel({ byte_fallback: true }), 'its byte_fallback is true; it must be false'],
    ['dropout', withModel({ dropout: 0.1 }), 'its dropout is 0.1; it must be null'],
    ['ignored merges', withModel({ ignore_merges: true }), 'its ignore_merges is true'],
    ['a suffix', withModel({ end_of_word_suffix: '</w>' }), 'its end_of_word_suffix is "</w>"'],
    ['a prefix', withModel({ continuing_subword_prefix: '##' }), 'its continuing_subword_prefix is "##"'],
    [
      'another pre-tokenizer',
      { ...bpe, pre_tokenizer: { type: 'Metaspace' } },
      'its pre-tokenizer is "Metaspace"',
    ],
    ['none', { ...bpe, pre_tokenizer: null }, 'its pre-tokenizer is null'],
    [
      'no pattern',
      { ...bpe, pre_tokenizer: { ...byteLevel, use_regex: false } },
      'its pre-tokenizer is "ByteLevel"',
    ],
    ['another decoder', { ...bpe, decoder: { type: 'WordPiece' } }, 'its decoder is "WordPiece"'],
    [
      'a template',
      { ...bpe, post_processor: { type: 'TemplateProcessing' } },
      'its post-processor is "TemplateProcessing"',
    ],
    ['lower case', { ...bpe, normalizer: { type: 'Lowercase' } }, 'its normalizer is "Lowercase"'],
    ['truncation', { ...bpe, truncation: { max_length: 5 } }, 'its truncation is "set"'],
    ['padding', { ...bpe, padding: {} }, 'its padding is "set"'],
    [
      'words cut from their marks',
      { ...words, pre_tokenizer: { type: 'Whitespace' } },
      'its pre-tokenizer is "Whitespace"',
    ],
    [
      'words with a template',
      { ...words, post_processor: { type: 'TemplateProcessing' } },
      'its post-processor',
    ],
  ])('%s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(expect.objectContaining({ code: 'file-foreign' }));
  });
});

describe('an inconsistent file is refused:', () => {
  test.each([
    ['no vocabulary', withModel({ vocab: null }), 'its model has no "vocab"'],
    ['a list for a vocabulary', withModel({ vocab: ['a'] }), 'its model has no "vocab"'],
    [
      'a merge of an unknown piece',
      withModel({ merges: [['x', 'yz']] }),
      'merge 0 uses "yz", which is not a piece',
    ],
    [
      'a merge into an unknown piece',
      withModel({ merges: [['x', 'y']] }),
      'merge 0 uses "xy", which is not a piece',
    ],
    ['a merge twice', withModel({ merges: ['o g', 'o g'] }), 'merge 1 repeats "o" and "g"'],
    [
      'a merge of a piece with itself and nothing',
      withModel({ merges: [['dog', '']] }),
      'merge 0 is not a pair',
    ],
    ['merges that are none', withModel({ merges: { o: 'g' } }), 'merge 0 is not a pair'],
    ['an id twice', withModel({ vocab: { ...full, dog: 0 } }), 'have the id 0'],
    ['a hole', withModel({ vocab: { ...full, dog: size } }), `has the id ${size}; the ids of ${size} tokens`],
    ['a billion pieces', withModel({ vocab: { ...full, dog: 1e9 } }), 'has the id 1000000000'],
    ['an id that is no integer', withModel({ vocab: { ...full, dog: 1.5 } }), 'has the id 1.5'],
    ['an id that is a string', withModel({ vocab: { ...full, dog: '1' } }), 'has the id "1"'],
    [
      'a byte that is no piece',
      withModel({ vocab: ids(['o', 'g', 'og']), merges: ['o g'] }),
      'there is no piece for byte 0',
    ],
    ['an empty piece', withModel({ vocab: { ...full, '': size } }), 'a token is empty'],
    ['added tokens that are no list', { ...bpe, added_tokens: {} }, 'its "added_tokens" must be a list'],
    [
      'an added token without content',
      { ...bpe, added_tokens: [{ id: size }] },
      'an added token is undefined',
    ],
    [
      'an added token of two ids',
      { ...bpe, added_tokens: [{ id: size, content: 'dog' }] },
      'the token "dog" has two ids',
    ],
    [
      'an added token far beyond',
      { ...bpe, added_tokens: [{ id: 1e9, content: 'x y' }] },
      'has the id 1000000000',
    ],
  ])('%s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(UnrolledError);
  });

  test('endless brackets', () => {
    const text = `{"model":${'['.repeat(1e6)}`;
    expect(() => readTokenizerJSON('t.json', text)).toThrow('t.json: the file is not JSON');
    const closed = `{"model":{"type":"BPE","vocab":{},"merges":[${'['.repeat(1e5)}${']'.repeat(1e5)}]},"pre_tokenizer":{"type":"ByteLevel"}}`;
    expect(() => readTokenizerJSON('t.json', closed)).toThrow('merge 0 is not a pair');
  });

  test.each(['', 'null', '[]', '"x"', '{}', '{"model":3}'])('%s is not a tokenizer.json', (text) => {
    expect(() => readTokenizerJSON('t.json', text)).toThrow(/^t\.json: the .*(not JSON|no "model")/);
  });
});

test('only byte-level BPE is written', () => {
  expect(() => writeTokenizerJSON(charTokenizer)).toThrow(
    'the tokenizer is of the kind "char"; it must be byte-level BPE',
  );
});
