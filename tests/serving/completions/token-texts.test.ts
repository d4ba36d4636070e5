import { describe, expect, test } from 'vitest';
import { bpeFromJSON } from '../../../src/data/tokenizers/bpe/from-json.ts';
import { normalised } from '../../../src/data/tokenizers/normalised.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { complete as completeIn } from '../../../src/serving/completions/complete.ts';
import { type Logprobs, logprobsOf } from '../../../src/serving/completions/logprobs.ts';
import { type ServedModel, serve } from '../../../src/serving/served-model.ts';
import { openService } from '../../../src/serving/service.ts';
import { livelyModel, served } from '../../support/served.ts';
import { complete, words } from '../../support/whole-answers.ts';

const text = 'I 👍🏽 ( you ) 👨‍👩‍👧 , é " and " 🇫🇷 𝒳 .\n';

function servedWith(tokenizer: Tokenizer, vocabulary: Vocabulary): ServedModel {
  return serve('small', { model: livelyModel(vocabulary.size), tokenizer, vocabulary });
}

function withPieces(json: object): ServedModel {
  const tokenizer = bpeFromJSON({
    merges: [
      ['a', 'n'],
      ['Ġ', 'an'],
    ],
    ...json,
  });
  return servedWith(tokenizer, tokenizer.fixedVocabulary() as Vocabulary);
}

const chars = normalised(openTokenizer('char'), 'nfc');
const spaced = withPieces({ prefixSpace: true });
const models: Record<string, ServedModel> = {
  words: served(text, { unknown: '<unk>' }),
  'NFC characters': servedWith(chars, Vocabulary.build(chars.tokenize(text), { unknown: '?' })),
  bytes: served('', { kind: 'byte' }),
  pieces: withPieces({}),
  'pieces with a space before a text': spaced,
};

const lengthOf = (part: string) => [...part].length;
const prompts = [text, '', ' I  👍🏽\tzebra ', 'e\u0301 and ( you', '" I', 'I\n\nan', 'and 👍'];

/** Throws unless the tokens joined are the text, where all are whole characters, and begin at their offsets. */
function checkTokens(whole: string, { tokens, text_offset }: Logprobs, from: number = 0): void {
  const isWhole = !tokens.some((token) => token.startsWith('bytes:'));
  if (isWhole) expect(tokens.join('')).toBe(whole);
  let before = '';
  for (const [i, token] of tokens.entries()) {
    if (isWhole) expect(text_offset[i]).toBe(from + lengthOf(before));
    if (!token.startsWith('bytes:') && token !== '') {
      expect([...whole].slice(text_offset[i] - from, text_offset[i] - from + lengthOf(token)).join('')).toBe(
        token,
      );
    }
    before += token;
  }
}

describe.each(Object.keys(models))('the tokens of %s', (name) => {
  const model = models[name];
  const asked = { max_tokens: 10, logprobs: 20 };

  test('joined are the text, each at its offset: with the prompt and without it', async () => {
    let whole = 0;
    for (const [seed, prompt] of prompts.entries()) {
      for (const echo of [true, false]) {
        const { choices } = await complete({ ...asked, prompt, echo, seed }, model);
        const logprobs = choices[0].logprobs as Logprobs;
        checkTokens(choices[0].text, logprobs, echo ? 0 : lengthOf(prompt));
        whole += Number(!logprobs.tokens.some((token) => token.startsWith('bytes:')));
      }
      const { choices } = await complete({ ...asked, max_tokens: 0, prompt, echo: true }, model);
      if (choices[0].logprobs) checkTokens(prompt, choices[0].logprobs);
    }
    if (!/bytes|pieces/.test(name)) expect(whole).toBe(2 * prompts.length);
  });

  test('of given ids joined are the decoded text', async () => {
    const { size, endId } = model.saved.vocabulary;
    for (let seed = 0; seed < 3; seed++) {
      const prompt = Array.from({ length: 9 }, (_, i) => (31 * i * (seed + 1) + seed) % size);
      const { choices } = await complete({ ...asked, prompt, echo: true, seed }, model);
      expect(endId).toBe(-1);
      checkTokens(choices[0].text, choices[0].logprobs as Logprobs);
    }
  });

  test('are those of a stream', async () => {
    const service = openService([model]);
    for (const prompt of [prompts[2], [1, 2, 3]]) {
      const body = { ...asked, prompt, echo: true, seed: 3 };
      const pieces: Logprobs[] = [];
      let streamed = '';
      const onPiece = ({ choices }: { choices: readonly { text: string; logprobs: Logprobs | null }[] }) => {
        streamed += choices[0].text;
        if (choices[0].logprobs) pieces.push(choices[0].logprobs);
        return undefined;
      };
      await completeIn(service, { ...body, stream: true }, { onPiece });
      const [{ text: whole, logprobs }] = (await completeIn(service, { ...body, stream: false as const }))
        .choices;
      expect(streamed).toBe(whole);
      for (const key of ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'] as const) {
        expect(pieces.flatMap((piece) => piece[key] as unknown[])).toEqual(logprobs?.[key]);
      }
    }
  });

  test('have as many alternatives as requested, each with a name of its own', async () => {
    const { size } = model.saved.vocabulary;
    const { choices } = await complete({ ...asked, prompt: 'I 👍🏽', echo: true, seed: 1 }, model);
    const { tokens, token_logprobs, top_logprobs } = choices[0].logprobs as Logprobs;
    for (const [i, top] of top_logprobs.entries()) {
      const names = Object.keys(top ?? {});
      expect(top?.[tokens[i]]).toBe(token_logprobs[i]);
      expect(names.length).toBeGreaterThanOrEqual(Math.min(20, size));
      expect(names.length).toBeLessThanOrEqual(21);
    }
  });
});

test('alternatives are spelled as they would be in the text', async () => {
  const { choices } = await complete({
    prompt: 'the cat',
    max_tokens: 6,
    logprobs: 20,
    temperature: 0,
    echo: true,
  });
  const { tokens, top_logprobs } = choices[0].logprobs as Logprobs;
  const behind = top_logprobs.slice(2).flatMap((top) => Object.keys(top ?? {}));
  expect(tokens.slice(0, 2)).toEqual(['the', ' cat']);
  expect(Object.keys(top_logprobs[0] ?? {})).toContain('cat');
  expect(Object.keys(top_logprobs[1] ?? {})).toContain(' the');
  expect(new Set(behind)).toContain('\n');
  expect(new Set(behind)).toContain(',');
  expect(new Set(behind)).toContain(' mat');
});

test('part of a character is spelled in hexadecimal, at the offset of its character', async () => {
  const prompt = [0x61, 0xc3, 0x62, 0xe2, 0x82, 0xac];
  const { choices } = await complete({ prompt, max_tokens: 0, logprobs: 0, echo: true }, models.bytes);
  expect(choices[0]).toMatchObject({
    text: 'a\ufffdb€',
    logprobs: {
      tokens: ['a', 'bytes:\\xc3', 'b', 'bytes:\\xe2', 'bytes:\\x82', 'bytes:\\xac'],
      text_offset: [0, 1, 2, 3, 3, 3],
    },
  });
});

test('tokens of the same text have different names', () => {
  const speller = { peek: () => 'é', push: () => 'é' };
  const alternatives = [
    { id: 1, probability: 0.5 },
    { id: 2, probability: 0.25 },
  ];
  const tokens = [{ id: 2, logprobs: { logProbability: Math.log(0.25), alternatives }, offset: 0 }];
  const [top] = logprobsOf([{ tokens, speller: () => speller }]).top_logprobs;
  expect(top).toEqual({ 'bytes:\\xc3\\xa9': Math.log(0.5), é: Math.log(0.25) });
});

describe('ids that end within a character', () => {
  const ends = [[0x61, 0xc3], [0x61, 0xe2, 0x82], [0xf0]];
  const decode = (bytes: readonly number[]) => new TextDecoder().decode(Uint8Array.from(bytes));

  test.each(ends)('are echoed once, before a continuation and without one: %s', async (...prompt) => {
    const service = openService([models.bytes]);
    const alone = await complete({ prompt, max_tokens: 0, echo: true }, models.bytes);
    expect(alone.choices[0].text).toBe(decode(prompt));
    for (let seed = 0; seed < 5; seed++) {
      const body = { prompt, max_tokens: 7, seed, echo: true, logprobs: 0 };
      const { choices } = await complete(body, models.bytes);
      const written = (choices[0].logprobs as Logprobs).tokens.map(byteOf);
      expect(choices[0].text).toBe(decode(written));
      let streamed = '';
      const onPiece = ({ choices: [piece] }: { choices: readonly { text: string }[] }) => {
        streamed += piece.text;
        return undefined;
      };
      await completeIn(service, { ...body, stream: true }, { onPiece });
      expect(streamed).toBe(choices[0].text);
    }
  });

  const byteOf = (token: string) =>
    token.startsWith('bytes:') ? Number.parseInt(token.slice(8), 16) : token.charCodeAt(0);
});

test('of a word model, quotes and brackets are joined as in the text', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const { choices } = await complete({ prompt: 'he said "', seed, max_tokens: 40, logprobs: 0 }, words);
    checkTokens(choices[0].text, choices[0].logprobs as Logprobs, lengthOf('he said "'));
  }
});
