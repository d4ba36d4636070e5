import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { encodeText } from '../../../src/data/text-codec.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { CorpusVocabulary } from '../../../src/interop/vocabulary/corpus-vocabulary.ts';
import { tokensOfFile } from '../../../src/interop/vocabulary/vocabulary-file.ts';
import { pythonWith } from '../../support/interop.ts';

/** Each file in parts of some length, as files are read. */
function tokensOf(files: readonly string[], partLength: number): readonly string[] {
  const vocabulary = new CorpusVocabulary();
  for (const file of files) {
    for (let at = 0; at < file.length; at += partLength) vocabulary.add(file.slice(at, at + partLength));
    vocabulary.endFile();
  }
  return vocabulary.tokens();
}

/** Every kind of white space and line end that JavaScript or Python knows, and a last line without an end. */
const spaces = String.raw`\t\v\f\x1c\x1d\x1e\x1f \x85\xa0\u1680\u180e\u2003\u2028\u2029\u200b\u202f\u205f\u3000\ufeff`;
const files = [
  ...['\ufeffthe cat\nthe  dog <unk>\n\n', 'a\rb\r\nc\r\r\n\n d <eos> e', ''],
  Array.from(
    JSON.parse(`"${spaces.replaceAll('\\v', '\\u000b').replaceAll('\\x', '\\u00')}"`),
    (c) => `x${c}y`,
  ).join('\n'),
];

/** The Corpus of pytorch/examples, word_language_model. */
const program = `
import io, json, sys
words = {}
for file in json.load(sys.stdin):
    for line in io.TextIOWrapper(io.BytesIO(file.encode()), encoding="utf8"):
        for word in line.split() + ["<eos>"]:
            words.setdefault(word, len(words))
json.dump(list(words), sys.stdout)`;

test('a corpus gives the words in order of their first appearance, wherever its parts end', () => {
  const all = tokensOf(files, 10_000);
  expect(all.slice(0, 12)).toEqual([
    '\ufeffthe',
    'cat',
    '<eos>',
    'the',
    'dog',
    '<unk>',
    'a',
    'b',
    'c',
    'd',
    'e',
    'x',
  ]);
  for (const length of [1, 2, 3, 7]) expect(tokensOf(files, length)).toEqual(all);
});

const python = pythonWith('TORCH_PYTHON', 'json');
test.skipIf(python === undefined)('these are the words and ids of a Python program', () => {
  const { stdout, stderr } = spawnSync(python!, ['-c', program], {
    input: JSON.stringify(files),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(tokensOf(files, 10_000)).toEqual(JSON.parse(stdout));
});

test.each([
  ['one token a line', 'a\nb c\n<unk>\n', ['a', 'b c', '<unk>']],
  ['line ends of Windows, and no last one', '\ufeffa\r\n \r\nb', ['a', ' ', 'b']],
  ['a JSON array', '["\\n", "a", " "]', ['\n', 'a', ' ']],
  ['a JSON object of ids', '{"b": 1, "1": 0, "a": 2}', ['1', 'b', 'a']],
  ['words that begin like JSON', '[PAD]\n[UNK]', ['[PAD]', '[UNK]']],
])('a vocabulary file: %s', (_, text, tokens) => {
  expect(tokensOfFile(text, 'vocab')).toEqual(tokens);
});

test.each([
  ['a\n\nb', /^v\.txt: token 1 is empty/],
  ['["a", 1]', /token 1 is no text/],
  ['{"a": 0, "b": 2}', /no token has the id 1; 2 tokens must have the ids 0 to 1/],
  ['{"a": 0, "b": "x"}', /no token has the id 1/],
])('a vocabulary file that is no list of tokens is refused: %j', (text, message) => {
  expect(() => tokensOfFile(text, 'v.txt')).toThrow(message);
});

test('words have <unk> and <eos>; single characters are a model of characters', () => {
  const words = codecOfTokens(['<eos>', 'the', '<unk>']);
  expect(Array.from(encodeText('the cat\n', words).ids)).toEqual([1, 2, 0]);
  const characters = codecOfTokens(['\n', 'a', '<pad>', '😀']);
  expect(Array.from(encodeText('a😀\n', characters).ids)).toEqual([1, 3, 0]);
  expect(codecOfTokens(['a', 'b'], 'word').tokenizer.kind).toBe('word');
});
