import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IntList } from '../../../../src/data/int-list.ts';
import {
  classOf,
  ESCAPE,
  LETTER,
  NUMBER,
  OTHER,
  SPACE,
} from '../../../../src/data/tokenizers/bpe/pre-tokens/character-classes.ts';
import { BPETrainer } from '../../../../src/data/tokenizers/bpe/train.ts';
import { readTokenizerJSON } from '../../../../src/data/tokenizers/hugging-face/read.ts';
import { writeTokenizerJSON } from '../../../../src/data/tokenizers/hugging-face/write.ts';
import { sameTokenizer, type Tokenizer } from '../../../../src/data/tokenizers/tokenizer.ts';
import { decode } from '../decode.ts';

interface Golden {
  readonly text: string;
  readonly merges: readonly string[];
  readonly ids: readonly number[];
  readonly file?: string;
}

const read = <T>(name: string): T => {
  const file = new URL(`../../../golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
};

const goldens = read<Record<string, Golden>>('bpe-from-tokenizers');

function trained(text: string, chunk: number): Tokenizer {
  const trainer = new BPETrainer({ vocabSize: 420 });
  for (let at = 0; at < text.length; at += chunk) trainer.push(text.slice(at, at + chunk));
  return trainer.train();
}

describe.each(Object.entries(goldens))("as Python's tokenizers, of %s", (_, golden) => {
  const tokenizer = trained(golden.text, golden.text.length);

  test('learns the same merges', () => {
    expect(Object(tokenizer.toJSON()).merges).toEqual(golden.merges);
  });

  test.each([1, 2, 3, 7, 50])('chunks of %i units change nothing', (chunk) => {
    expect(sameTokenizer(trained(golden.text, chunk), tokenizer)).toBe(true);
  });

  test('gives the same ids, and the text round-trips', () => {
    const ids = new IntList();
    tokenizer.encode?.(golden.text, ids);
    expect([...ids.toArray()]).toEqual(golden.ids);
    expect(decode(tokenizer, tokenizer.tokenize(golden.text))).toBe(golden.text);
  });
});

test('writes the same tokenizer.json byte for byte, and reads it to an equal tokenizer', () => {
  const { text, file, ids } = goldens.English;
  const tokenizer = trained(text, 1000);
  expect(writeTokenizerJSON(tokenizer)).toBe(file);
  const codec = readTokenizerJSON('tokenizer.json', String(file));
  expect(sameTokenizer(codec.tokenizer, tokenizer)).toBe(true);
  const tokens = Array.from(codec.tokenizer.tokenize(text), (token) => codec.vocabulary.idOf(token));
  expect(tokens).toEqual(ids);
});

test("each code point has the same class as in Python's tokenizers, on any engine", () => {
  const expected = new Uint8Array(0x110000).fill(OTHER).fill(ESCAPE, 0xdc80, 0xdd00);
  const values = { letters: LETTER, numbers: NUMBER, spaces: SPACE };
  for (const [name, runs] of Object.entries(
    read<Record<keyof typeof values, number[]>>('character-classes'),
  )) {
    let at = 0;
    for (const [i, length] of runs.entries()) {
      if (i % 2 === 1) expected.fill(values[name as keyof typeof values], at, at + length);
      at += length;
    }
  }
  const differing = [...expected.keys()].filter((point) => classOf(point) !== expected[point]);
  expect(differing).toEqual([]);
});
