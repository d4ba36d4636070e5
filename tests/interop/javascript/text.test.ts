import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { encodeText } from '../../../src/data/text-codec.ts';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import { normalised } from '../../../src/data/tokenizers/normalised.ts';
import { openTokenizer, tokenizerFromJSON } from '../../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { scoreText } from '../../../src/generation/scoring/score-text.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { readModelFile, type SavedModel } from '../../../src/models/model-file.ts';
import { type ExportedModule, importExported } from '../../support/exported-module.ts';
import { randomModelFile } from '../../support/interop.ts';

const reference = await openBackend('reference');

const training = `The cat doesn't sit on the mat ; it says " no , never ! " , and leaves ( at last ) .
# Title
don't don't the the théâtre théâtre cat's cats ${'na'.repeat(40)} ...   12 345 naïve\n\n\n end\n`.repeat(2);

const texts = [
  '',
  'the cat',
  training,
  'a <eos> b\n<eos>\n<unk> \u00a0\u2028x\ufeff\r\n\tthe  cat  ',
  "It's we'll 're don'T !!!???  \n \n\n  x\n",
  `naïve cafe\u0301 \ufb01 ﷺ \u1e9b\u0323 가 각 \u{1f600}\u{1f468}\u200d\u{1f469} \u{33479}\ua7f1\u{10d40}`,
  '\ud800 \udc80\udcff x\udfff \u0085 \x1c',
  `${'na'.repeat(2000)} ${'ab'.repeat(300)}`,
  '__proto__ constructor toString',
];

const bpe = (prefixSpace: boolean): Tokenizer => {
  const trainer = new BPETrainer({ vocabSize: 320 });
  trainer.push(training);
  return tokenizerFromJSON({ ...Object(trainer.train().toJSON()), ...(prefixSpace && { prefixSpace }) });
};

const word = openTokenizer('word');
const withMarks = tokenizerFromJSON({ kind: 'word', apart: ['#', '('] });

const tokenizers: Readonly<Record<string, Tokenizer>> = {
  word,
  'word apart': withMarks,
  char: openTokenizer('char'),
  byte: openTokenizer('byte'),
  bpe: bpe(false),
  'bpe prefixSpace': bpe(true),
  'word nfkc': normalised(word, 'nfkc'),
  'bpe nfc': normalised(bpe(false), 'nfc'),
};

async function both(
  tokenizer: Tokenizer,
  items = false,
): Promise<{ module: ExportedModule; saved: SavedModel }> {
  const own = Vocabulary.build(tokenizer.tokenize(`${training}\n`), { unknown: '<unk>' });
  const text = tokenizer.fixedVocabulary() ?? own;
  const vocabulary = items ? text.withEnd() : text;
  const config = { cell: 'gru', layers: 1, embeddingSize: 4, hiddenSize: 5 } as const;
  const file = randomModelFile(config, { tokenizer, vocabulary, items: items ? 'line' : null });
  return { module: await importExported(file), saved: readModelFile(file, reference) };
}

test.each(Object.keys(tokenizers))(
  '%s: ids, texts, surprisals and generated texts are those of the model',
  async (name) => {
    const { module, saved } = await both(tokenizers[name]);
    expect(module.vocabulary).toEqual(saved.vocabulary.tokens);
    for (const text of texts) {
      const ids = [...encodeText(text, saved).ids];
      expect(module.encode(text)).toEqual(ids);
      expect(module.decode(ids)).toBe(saved.decode(ids));
      expect(module.decode(ids, { readable: true })).toBe(saved.decode(ids, { readable: true }));
    }
    await expectSurprisals(module, saved, texts[2].slice(0, 200));
    await expectSurprisals(module, saved, texts[4]);
    for (const options of [
      {},
      { topK: 5 },
      { topP: 0.8, temperature: 1.3 },
      { temperature: 0 },
      { stop: ['e', ' the'] },
    ]) {
      const settings = { ...options, length: 20, seed: 7 };
      const prompt = name.startsWith('bpe') ? '' : 'the cat ';
      expect(module.generate({ ...settings, prompt })).toBe(await generateText(saved, prompt, settings));
    }
    saved.dispose();
  },
);

async function expectSurprisals(module: ExportedModule, saved: SavedModel, text: string): Promise<void> {
  const { tokens } = await scoreText(saved, text);
  const got = module.surprisals(text);
  expect(got.map(({ id }) => id)).toEqual(tokens.map(({ id }) => id));
  const differences = got.map(({ bits }, i) => Math.abs(bits - tokens[i].bits));
  expect(Math.max(...differences)).toBeLessThan(1e-4);
}

test.each(['word', 'char', 'bpe'])('%s: an item begins at its end token and ends with it', async (name) => {
  const { module, saved } = await both(tokenizers[name], true);
  expect(module.startId).toBe(saved.vocabulary.endId);
  await expectSurprisals(module, saved, 'the cat');
  const settings = { length: 30, temperature: 1.5, seed: 3 };
  expect(module.generate(settings)).toBe(await generateText(saved, '', settings));
  saved.dispose();
});

test('the pieces of a stream are the generated text; a seed makes it repeatable', async () => {
  const { module, saved } = await both(word);
  saved.dispose();
  const options = { prompt: 'the', length: 12, seed: 5, stop: 'never' };
  expect([...module.stream(options)].join('')).toBe(module.generate(options));
  expect(module.generate({ seed: 1 })).not.toBe(module.generate({ seed: 2 }));
});

test('options that are out of range and tokens without an id are refused', async () => {
  const { module, saved } = await both(openTokenizer('word'));
  saved.dispose();
  for (const options of [
    { temperature: -1 },
    { temperature: Infinity },
    { topK: 0.5 },
    { topP: 0 },
    { topP: Number.NaN },
  ]) {
    expect(() => module.generate(options)).toThrow(/generate: \w+ is .*; it must be/);
  }
  const closed = await importExported(
    randomModelFile({ cell: 'rnn' }, { vocabulary: Vocabulary.fromTokens(['<eos>', 'a'], null) }),
  );
  expect(() => closed.encode('a b')).toThrow('"b" is not in the vocabulary');
});
