import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { bpeFromJSON } from '../../../src/data/tokenizers/bpe/from-json.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { ServedModel } from '../../../src/serving/served-model.ts';
import { serve } from '../../../src/serving/served-model.ts';
import { type CallOptions, openService } from '../../../src/serving/service.ts';
import { detokenize, tokenize } from '../../../src/serving/tokens/tokenize.ts';
import { tokenizerInfo } from '../../../src/serving/tokens/tokenizer-info.ts';
import { livelyModel, served, tale } from '../../support/served.ts';

const bpe = (prefixSpace: boolean) =>
  bpeFromJSON({
    merges: [
      ['t', 'h'],
      ['th', 'e'],
    ],
    prefixSpace,
  });

function servedWith(tokenizer: Tokenizer, vocabulary: Vocabulary): ServedModel {
  return serve('small', { model: livelyModel(vocabulary.size), tokenizer, vocabulary });
}

const withBpe = (prefixSpace: boolean) => {
  const tokenizer = bpe(prefixSpace);
  return servedWith(tokenizer, tokenizer.fixedVocabulary() as Vocabulary);
};

const words = served(tale, { unknown: '<unk>' });
const models: [name: string, model: ServedModel][] = [
  ['words', words],
  ['characters', served(`${tale}👍é`, { kind: 'char' })],
  ['bytes', served('', { kind: 'byte' })],
  ['pieces', withBpe(false)],
];

const ids = async (model: ServedModel, prompt: string, more: object = {}) =>
  (await tokenize(openService([model]), { prompt, ...more })).tokens;

describe.each(models)('%s', (_, model) => {
  const service = openService([model], { promptTokens: 700 });

  test('have the ids that the model reads, which decode to the text', async () => {
    for (const prompt of ['the cat sat', 'the old cat .\nit was late', '']) {
      for (const more of [{}, { add_special_tokens: false }, { model: 'small', add_special_tokens: true }]) {
        const answer = await tokenize(service, { prompt, ...more });
        const expected = [...Corpus.encode(prompt, model.saved).ids];
        expect(answer).toEqual({ tokens: expected, count: expected.length, max_model_len: 700 });
      }
      const { tokens } = await tokenize(service, { prompt });
      expect(await detokenize(service, { tokens })).toEqual({ prompt });
    }
  });

  test('begin behind a newline, which is one id', async () => {
    const { tokenizer, vocabulary } = model.saved;
    expect(tokenizerInfo(service)).toEqual({
      ...{ tokenizer_class: tokenizer.kind, bos_token: '\n', eos_token: '\n', unk_token: vocabulary.unknown },
      ...{ vocab_size: vocabulary.size, model_max_length: 700, chat_template: null },
    });
    const [id, ...others] = await ids(model, '\n');
    expect(others).toEqual([]);
    expect(await detokenize(service, { tokens: [id] })).toEqual({ prompt: '\n' });
  });

  test('are checked', async () => {
    const { size } = model.saved.vocabulary;
    await expect(detokenize(service, { tokens: [0, size] })).rejects.toMatchObject({
      message: `tokens is ${size}; it must be token ids from 0 to ${size - 1}.`,
      details: { param: 'tokens' },
    });
    await expect(detokenize(service, { tokens: 'the' })).rejects.toThrow('it must be a list of token ids');
    await expect(tokenize(service, { prompt: [1] })).rejects.toThrow('prompt is [1]; it must be a string.');
    await expect(tokenize(service, { prompt: '', messages: [] })).rejects.toMatchObject({
      code: 'unknown_field',
    });
  });
});

test('the token that texts start behind is one id if a space is put before a newline, too', async () => {
  const model = withBpe(true);
  const newline = Corpus.encode('\n', model.saved).ids;
  expect(newline).toHaveLength(2);
  expect(await ids(model, '\n')).toEqual([newline[1]]);
});

test('items start behind their end token', async () => {
  const vocabulary = Vocabulary.build([...'ab\n']).withEnd();
  const model = servedWith(openTokenizer('char'), vocabulary);
  expect(await ids(model, '\n')).toEqual([vocabulary.endId]);
  expect(await ids(model, 'a\nb')).toEqual([0, 2, 1]);
});

test('without a newline in the vocabulary, texts start behind no token, or behind the unknown one', async () => {
  const without = served('ab', { kind: 'char' });
  expect(tokenizerInfo(openService([without]))).toMatchObject({ bos_token: null, eos_token: null });
  await expect(ids(without, '\n')).rejects.toMatchObject({ code: 'token-unknown' });
  const unknown = served('ab', { kind: 'char', unknown: '?' });
  expect(tokenizerInfo(openService([unknown]))).toMatchObject({ bos_token: '\n', unk_token: '?' });
  expect(await ids(unknown, '\n')).toEqual([unknown.saved.vocabulary.unknownId]);
});

test('answers are in the memory of all requests until they are read, and need no slot', async () => {
  const service = openService([words], { memoryBytes: 400_000, streams: 1 });
  const { admission } = service;
  const prompt = 'the cat '.repeat(2000);
  const { tokens } = await tokenize(openService([words]), { prompt });
  for (const call of [
    (options: CallOptions) => tokenize(service, { prompt }, options),
    (options: CallOptions) => detokenize(service, { tokens }, options),
  ]) {
    let release = () => {};
    const onAdmitted = (given: () => void) => {
      release = given;
    };
    await call({ onAdmitted });
    expect(admission.bytes).toBeGreaterThan(2 * prompt.length);
    expect(admission.streams).toBe(0);
    await expect(call({})).rejects.toMatchObject({ status: 429, code: 'queue_full' });
    release();
    expect(admission.bytes).toBe(0);
    await call({});
  }
  await expect(tokenize(service, { prompt: prompt.repeat(2) })).rejects.toMatchObject({
    code: 'answer_too_large',
  });
});
