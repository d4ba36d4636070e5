import { expect, test } from 'vitest';
import { encodeText } from '../../../src/data/text-codec.ts';
import { tokenizerJSON } from '../../../src/data/tokenizers/hugging-face/codec-json.ts';
import { readTokenizerJSON } from '../../../src/data/tokenizers/hugging-face/read.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { mutations } from '../../support/mutations.ts';
import { codecs, texts } from './codecs.ts';

const written = (name: string) => tokenizerJSON(codecs.get(name)!)!;

test.each([...codecs.keys()].filter((name) => name !== 'word, no unknown'))(
  'a written file reads again with the same tokens and ids: %s',
  (name) => {
    const codec = codecs.get(name)!;
    const again = readTokenizerJSON('t.json', written(name));
    expect(again.vocabulary.tokens).toEqual(codec.vocabulary.tokens);
    expect(again.vocabulary.equals(codec.vocabulary)).toBe(true);
    for (const text of texts) expect(encodeText(text, again).ids).toEqual(encodeText(text, codec).ids);
    expect(tokenizerJSON(again)).toBe(written(name));
  },
);

test.each<[string, object, RegExp]>([
  ['word', { decoder: { type: 'Fuse' } }, /decoder is "Fuse"/],
  ['char', { decoder: null }, /decoder is null; it must be Fuse/],
  ['char', { pre_tokenizer: { type: 'Split' } }, /pre-tokenizer is "Split"/],
  ['char', { normalizer: { type: 'Sequence', normalizers: [] } }, /normalizer is "Sequence"/],
  ['fixed 0', { pre_tokenizer: { type: 'ByteLevel', use_regex: false } }, /pre-tokenizer is "ByteLevel"/],
])('another form of %s is refused: %o', (name, change, message) => {
  const file = JSON.stringify({ ...JSON.parse(written(name)), ...change });
  expect(() => readTokenizerJSON('t.json', file)).toThrow(message);
});

test('bytes with other ids than their values are refused', () => {
  const file = JSON.parse(written('fixed 0'));
  const { '!': a, '"': b } = file.model.vocab;
  Object.assign(file.model.vocab, { '!': b, '"': a });
  expect(() => readTokenizerJSON('t.json', JSON.stringify(file))).toThrow(/must be the 256 bytes/);
});

test('damaged files are refused, or read', () => {
  for (const name of ['word, items', 'char', 'fixed 0', 'word, a list of tokens']) {
    const bytes = new TextEncoder().encode(written(name));
    for (const damaged of mutations(bytes, 50, 3)) {
      try {
        readTokenizerJSON('t.json', new TextDecoder().decode(damaged));
      } catch (error) {
        expect(error).toBeInstanceOf(UnrolledError);
      }
    }
  }
});
