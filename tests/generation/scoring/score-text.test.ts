import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import type { ItemSplit } from '../../../src/data/items/item-split.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { scoreText } from '../../../src/generation/scoring/score-text.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';

const golden = (name: string) => new URL(`../../golden/runs/${name}`, import.meta.url);
const backend = await openBackend('wasm-strict', { threads: 1 });
const open = (name: string) => readModelFile(readFileSync(golden(`${name}.safetensors`)), backend);
const text = readFileSync(golden('other.txt'), 'utf8');

test.each(['lstm-tied', 'rnn-relu-char', 'mingru-byte'])(
  '%s: the records of --json, and where each token stands',
  async (name) => {
    const { scores } = JSON.parse(readFileSync(golden(`${name}.json`), 'utf8'));
    const { tokens, bits, perplexity } = await scoreText(open(name), text);
    expect(tokens).toMatchObject(scores);
    const sum = scores.reduce((total: number, token: { bits: number }) => total + token.bits, 0);
    expect(bits).toBeCloseTo(sum, 9);
    expect(perplexity).toBeCloseTo(2 ** (sum / scores.length), 9);
    if (name === 'mingru-byte') return; // a byte may be part of a character
    const spelled = tokens.map(({ start, end }) => text.slice(start, end));
    expect(spelled).toEqual(scores.map(({ token }: { token: string }) => (token === '<eos>' ? '\n' : token)));
  },
);

describe('a token of an item', () => {
  const tokenizer = openTokenizer('char');
  const vocabulary = Vocabulary.build(tokenizer.tokenize('a bc\n\r"{}:')).withEnd();
  const sizes = {
    cell: 'rnn',
    vocabSize: vocabulary.size,
    embeddingSize: 4,
    hiddenSize: 4,
    layers: 1,
  } as const;
  const items = { model: new RecurrentLM(backend, sizes, new Random(1)), tokenizer, vocabulary };
  const places = async (text: string, split: ItemSplit) => {
    const { tokens } = await scoreText(items, text, { items: split });
    return tokens.map(({ text, start, end }) => [text, start, end] as const);
  };

  test.each([
    ['line', 'ab\n\n\nb\r\nab\nc'],
    ['blank-line', '\n\nab\nc\n \n\nb\r\na\r\n\r\nab\n'],
    ['file', '\nab\n\nab\n'],
  ] as const)('by %s stands where the text has it', async (split, text) => {
    const found = await places(text, split);
    expect(found.map(([, start, end]) => text.slice(start, end))).toEqual(found.map(([token]) => token));
    const starts = found.filter(([token]) => token !== '').map(([, start]) => start);
    expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b));
  });

  test('of JSON lines has its position in the item', async () => {
    const found = await places('{"a":"b"}\n{"a":"ab"}\n', 'jsonl:a');
    expect(found).toEqual([
      ['b', 0, 1],
      ['', 1, 1],
      ['a', 0, 1],
      ['b', 1, 2],
      ['', 2, 2],
    ]);
  });
});

test('a text without a token is refused', async () => {
  await expect(scoreText(open('lstm-tied'), '  ')).rejects.toThrow('scoreText: the text has no word');
});

test.each([
  [{ state: 'bogus' }, 'score: state is "bogus"; it must be one of carry, line.'],
  [{ alternatives: -1 }, 'score: alternatives is -1; it must be an integer of at least 0, or null.'],
  [{ alternatives: 1.5 }, 'score: alternatives is 1.5'],
])('%j is refused', async (options, message) => {
  const call = scoreText(open('lstm-tied'), text, options as object);
  await expect(call).rejects.toMatchObject({
    code: 'option-value',
    message: expect.stringContaining(message),
  });
});

test('values that are not text are refused', async () => {
  await expect(scoreText(open('lstm-tied'), undefined as unknown as string)).rejects.toThrow(
    'encode: the text is undefined; it must be a string.',
  );
});
