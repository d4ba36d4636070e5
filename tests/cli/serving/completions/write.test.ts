import { describe, expect, test } from 'vitest';
import { WholeAnswer } from '../../../../src/cli/serving/completions/answer.ts';
import type { Logprobs } from '../../../../src/cli/serving/completions/logprobs.ts';
import { readCompletion } from '../../../../src/cli/serving/completions/request.ts';
import { writeAll } from '../../../../src/cli/serving/completions/write.ts';
import type { Body } from '../../../../src/cli/serving/fields.ts';
import type { ServedModel } from '../../../../src/cli/serving/served-model.ts';
import { Corpus } from '../../../../src/data/corpus.ts';
import { lineStart } from '../../../../src/data/line-end.ts';
import { generate } from '../../../../src/generation/generate.ts';
import { scoresAfter } from '../../../../src/generation/read-ids.ts';
import { TextOut } from '../../../../src/generation/text-out.ts';
import { Random } from '../../../../src/tensor/random.ts';
import { collect } from '../../../support/collect.ts';
import { type Serving, served, someLimits } from '../../../support/served.ts';

const TEXT = 'the cat , " sat on " the ( mat ) .\nthey said he did n\'t , and the end';
const never = new AbortController().signal;
const open = (options: Serving = {}) => served(TEXT, { unknown: '<unk>', ...options });
const words = open();

interface Choice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: Logprobs | null;
  readonly finish_reason: string;
}

interface Answer {
  readonly choices: readonly Choice[];
  readonly usage: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details: object };
}

async function complete(body: Body, model: ServedModel = words): Promise<Answer> {
  const request = readCompletion(body, [model], someLimits);
  const answer = new WholeAnswer(request);
  return answer.end(await writeAll(request, never, (index, piece) => answer.tell(index, piece))) as Answer;
}

const textsOf = ({ choices }: Answer) => choices.map(({ text }) => text);

/** The ids of a prompt and of what is written behind it, by other means than the server's. */
async function alone(prompt: string, seed: number, length: number, { saved, start }: ServedModel = words) {
  const { ids } = Corpus.encode(prompt, saved.tokenizer, saved.vocabulary);
  const read = ids.length > 0 ? ids : lineStart(saved.vocabulary);
  const banned = saved.vocabulary.unknownId < 0 ? [] : [saved.vocabulary.unknownId];
  const options = { prompt: read, state: start.fork(), random: new Random(seed), length, banned };
  return { ids, read, written: await collect(generate(saved.model, options)) };
}

/** The readable text behind a prompt. */
async function textAlone(prompt: string, seed: number, length: number, model = words): Promise<string> {
  const { ids, written } = await alone(prompt, seed, length, model);
  const out = new TextOut(model.saved);
  out.prompt(ids);
  return written.map((id) => out.push(id)).join('') + out.end();
}

describe('the text of a choice', () => {
  test('is the readable one behind its prompt', async () => {
    for (const [seed, prompt] of ['the cat', '', 'the cat ,\n', 'he said "', 'the ('].entries()) {
      const answer = await complete({ prompt, seed, max_tokens: 40 });
      expect(textsOf(answer)).toEqual([await textAlone(prompt, seed, 40)]);
      expect(answer.choices[0].finish_reason).toBe('length');
      expect(answer.usage.completion_tokens).toBe(40);
    }
  });

  test('of characters and bytes is theirs, the last of them whole', async () => {
    const chars = served('héllo wörld', { kind: 'char' });
    expect(textsOf(await complete({ prompt: 'hé', seed: 3, max_tokens: 30 }, chars))).toEqual([
      await textAlone('hé', 3, 30, chars),
    ]);
    const bytes = served('', { kind: 'byte' });
    for (let seed = 0; seed < 5; seed++) {
      const { written } = await alone('a', seed, 30, bytes);
      const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(written));
      expect(textsOf(await complete({ prompt: 'a', seed, max_tokens: 30 }, bytes))).toEqual([expected]);
    }
  });

  test('never begins with a second space, whatever is held back', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const whole = await textAlone('the cat', seed, 10);
      const trimmed = whole.replace(/^ /, '');
      const [first] = trimmed.split(' ');
      for (const stop of [null, `${first} zzz`, ` ${first} zzz`]) {
        const answer = await complete({ prompt: 'the cat ', seed, max_tokens: 10, stop });
        expect(textsOf(answer)).toEqual([trimmed]);
      }
      expect(textsOf(await complete({ prompt: 'the cat', seed, max_tokens: 10 }))).toEqual([whole]);
    }
  });

  test('ends before a stop string, across tokens too, and says so', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const whole = await textAlone('the', seed, 40);
      for (const [from, to] of [
        [0, 1],
        [3, 12],
        [20, 21],
        [30, 45],
      ]) {
        const stop = whole.slice(from, to);
        const { choices } = await complete({ prompt: 'the', seed, max_tokens: 40, stop: ['@', stop] });
        expect(choices[0]).toMatchObject({
          text: whole.slice(0, whole.indexOf(stop)),
          finish_reason: 'stop',
        });
      }
      const { choices } = await complete({
        prompt: 'the',
        seed,
        max_tokens: 40,
        stop: `${whole.slice(-6)}@`,
      });
      expect(choices[0]).toMatchObject({ text: whole, finish_reason: 'length' });
    }
  });

  test('is empty of no tokens', async () => {
    const answer = await complete({ prompt: 'the cat', max_tokens: 0, n: 2, logprobs: 2 });
    const empty = { text: '', logprobs: null, finish_reason: 'length' };
    expect(answer.choices).toEqual([
      { index: 0, ...empty },
      { index: 1, ...empty },
    ]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 0, total_tokens: 2 });
  });

  test('has its prompt before it where it is asked for, as it was given', async () => {
    const prompt = ' the  cat ,';
    const answer = await complete({ prompt, seed: 4, max_tokens: 5, echo: true });
    expect(textsOf(answer)).toEqual([prompt + (await textAlone(prompt, 4, 5))]);
    const bare = await complete({ prompt: ['the', 'cat'], max_tokens: 0, echo: true });
    expect(textsOf(bare)).toEqual(['the', 'cat']);
  });
});

describe('choices', () => {
  test('are what single requests with seed + i give, those of the first prompt first', async () => {
    const prompts = ['the cat', 'they said he', ''];
    const answer = await complete({ prompt: prompts, n: 3, seed: 2 ** 32 - 2, max_tokens: 20 });
    const expected: string[] = [];
    for (const [i, prompt] of prompts.entries()) {
      for (let k = 0; k < 3; k++) {
        const seed = 2 ** 32 - 2 + 3 * i + k;
        expected.push(...textsOf(await complete({ prompt, seed, max_tokens: 20 })));
      }
    }
    expect(textsOf(answer)).toEqual(expected);
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(expected).size).toBe(9);
    expect(answer.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 180, total_tokens: 185 });
  });

  test('are the same with nothing, something or all of it remembered', async () => {
    const [model, forgetful] = [open(), open({ cacheBytes: 0 })];
    const body = {
      prompt: ['the cat sat on the', 'the cat sat'],
      n: 2,
      seed: 9,
      max_tokens: 30,
      logprobs: 2,
    };
    const cold = await complete(body, model);
    const warm = await complete(body, model);
    const never = await complete(body, forgetful);
    expect(warm.choices).toEqual(cold.choices);
    expect(never.choices).toEqual(cold.choices);
    const cachedOf = ({ usage }: Answer) => usage.prompt_tokens_details;
    expect([cold, warm, never].map(cachedOf)).toEqual([0, 6, 0].map((cached_tokens) => ({ cached_tokens })));
  });

  test('are remembered, so that a prompt that goes on from one has little to read', async () => {
    const model = open();
    const { choices } = await complete({ prompt: 'the cat', seed: 1, max_tokens: 30 }, model);
    const ids = [
      ...Corpus.encode('the cat', model.saved.tokenizer, model.saved.vocabulary).ids,
      ...(await alone('the cat', 1, 30)).written,
    ];
    expect(choices[0].text).toBe(await textAlone('the cat', 1, 30));
    const next = await complete({ prompt: ids, seed: 5, max_tokens: 10 }, model);
    expect(next.usage.prompt_tokens_details).toEqual({ cached_tokens: 31 });
    const anew = await complete({ prompt: ids, seed: 5, max_tokens: 10 }, open());
    expect(textsOf(next)).toEqual(textsOf(anew));
  });

  test('that a stop string ended are remembered as far as they were read', async () => {
    const model = open();
    const whole = await textAlone('the cat', 1, 30);
    const stop = whole.slice(15, 25);
    const { usage } = await complete({ prompt: 'the cat', seed: 1, max_tokens: 30, stop }, model);
    const ids = [...(await alone('the cat', 1, 30)).ids, ...(await alone('the cat', 1, 30)).written];
    const next = await complete({ prompt: ids, seed: 5, max_tokens: 10, logprobs: 0 }, model);
    const cached = 2 + usage.completion_tokens - 1;
    expect(next.usage.prompt_tokens_details).toEqual({ cached_tokens: cached });
    const anew = await complete({ prompt: ids, seed: 5, max_tokens: 10, logprobs: 0 }, open());
    expect(next.choices).toEqual(anew.choices);
  });

  test('of an empty prompt count no tokens of it, read or cached', async () => {
    for (let round = 0; round < 2; round++) {
      const { usage } = await complete({ prompt: '', max_tokens: 1 });
      expect(usage).toMatchObject({ prompt_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } });
    }
  });
});

/** What the model itself thinks of each token behind `ids`, by the plainest of means. */
function logProbabilities(ids: Int32Array, { saved, start }: ServedModel = words): number[] {
  const scores = [...scoresAfter(saved.model, ids, start.fork())];
  const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
  return scores.map((score) => score - Math.log(sum));
}

/** Throws unless the probabilities from token `from` on are the model's own. */
function expectOwn(logprobs: Logprobs, ids: Int32Array, from: number, count: number): void {
  const { vocabulary } = words.saved;
  logprobs.tokens.forEach((token, i) => {
    const own = vocabulary.idOf(token) as number;
    expect(own).toBe(ids[from + i]);
    const all = logProbabilities(ids.subarray(0, from + i));
    expect(logprobs.token_logprobs[i]).toBeCloseTo(all[own], 9);
    const likely = [...all.keys()].sort((a, b) => all[b] - all[a]).slice(0, count);
    const top = logprobs.top_logprobs[i] ?? {};
    expect(new Set(Object.keys(top))).toEqual(new Set([...likely, own].map((id) => vocabulary.tokenOf(id))));
    for (const [name, value] of Object.entries(top)) {
      expect(value).toBeCloseTo(all[vocabulary.idOf(name) as number], 9);
    }
  });
}

/** What stands in a text from each offset to the next. */
function cuts(whole: string, offsets: readonly number[]): string[] {
  return offsets.map((from, i) => whole.slice(from, offsets[i + 1]));
}

const written = (tokens: readonly string[]) => tokens.map((token) => token.replace('<eos>', '\n'));

describe('probabilities', () => {
  test('are those of the model, whatever the choice was made by', async () => {
    const choosing = { temperature: 0.3, top_p: 0.7, repetition_penalty: 1.5 };
    for (const [seed, more] of [{}, choosing, { temperature: 0 }, { top_k: 2 }].entries()) {
      for (const count of [0, 1, 3, 20]) {
        const { choices } = await complete({
          prompt: 'the cat',
          seed,
          max_tokens: 12,
          logprobs: count,
          ...more,
        });
        const logprobs = choices[0].logprobs as Logprobs;
        expect(logprobs.tokens).toHaveLength(12);
        const { tokenizer, vocabulary } = words.saved;
        const before = Corpus.encode('the cat', tokenizer, vocabulary).ids;
        const after = logprobs.tokens.map((token) => vocabulary.idOf(token) as number);
        expectOwn(logprobs, Int32Array.from([...before, ...after]), before.length, count);
      }
    }
  });

  test('stand where their token begins in prompt and text', async () => {
    for (let seed = 0; seed < 10; seed++) {
      for (const prompt of ['', 'the cat', 'the cat ', ' a dog  said ', 'the end\n', '( "']) {
        const { choices } = await complete({ prompt, seed, max_tokens: 20, logprobs: 0 });
        const [{ text, logprobs }] = choices;
        const { tokens, text_offset } = logprobs as Logprobs;
        expect(text_offset[0]).toBe(prompt.length);
        expect(cuts(prompt + text, text_offset).map((cut) => cut.replace(/^ /, ''))).toEqual(written(tokens));
      }
    }
  });

  test('of bytes stand where their character begins', async () => {
    const bytes = served('', { kind: 'byte' });
    const { choices } = await complete(
      { prompt: 'é', seed: 1, max_tokens: 60, logprobs: 0, echo: true },
      bytes,
    );
    const { text, logprobs } = choices[0];
    const { tokens, text_offset } = logprobs as Logprobs;
    expect(text_offset.slice(0, 3)).toEqual([0, 0, 1]);
    const ascii = tokens.flatMap((token, i) =>
      token < '\x80' ? [[token, text_offset[i], text_offset[i + 1]]] : [],
    );
    expect(ascii.length).toBeGreaterThan(10);
    for (const [token, from, to] of ascii)
      expect(text.slice(from as number, to as number).at(-1)).toBe(token);
  });

  test("of the prompt are the model's, with none for its first token, as far as it reaches", async () => {
    const prompt = new Array(60).fill('the cat sat on the').join(' ');
    const { choices } = await complete({ prompt, max_tokens: 3, seed: 2, logprobs: 2, echo: true });
    const { tokens, token_logprobs, top_logprobs, text_offset } = choices[0].logprobs as Logprobs;
    expect(tokens).toHaveLength(303);
    expect([token_logprobs[0], top_logprobs[0], text_offset[0]]).toEqual([null, null, 0]);
    const { vocabulary } = words.saved;
    const ids = Int32Array.from(tokens, (token) => vocabulary.idOf(token) as number);
    for (const from of [1, 100, 254, 299]) {
      const part = [tokens, token_logprobs, top_logprobs, text_offset].map((list) =>
        list.slice(from, from + 4),
      );
      const [some, logs, tops, offsets] = part as [string[], number[], Record<string, number>[], number[]];
      const logprobs = { tokens: some, token_logprobs: logs, top_logprobs: tops, text_offset: offsets };
      expectOwn(logprobs, ids, from, 2);
    }
  });

  test('of the prompt stand where its tokens do as it was given, unknown words too', async () => {
    const prompts = [
      'the cat , sat',
      '  the   elephant\tsat , "on" the\n\n mat ',
      'the ( cat )',
      '\n',
      'the \n cat',
    ];
    for (const prompt of prompts) {
      const { choices } = await complete({ prompt, seed: 3, max_tokens: 8, logprobs: 0, echo: true });
      const { text, logprobs } = choices[0];
      const { tokens, text_offset } = logprobs as Logprobs;
      const given = prompt.match(/\n|\S+/g) as string[];
      const behind = written(tokens.slice(given.length));
      const found = cuts(text, text_offset);
      // A space at the end of the prompt belongs to no token.
      found[given.length - 1] = found[given.length - 1].trimEnd() || '\n';
      expect(found.map((cut) => cut.replace(/^[^\S\n]+/, ''))).toEqual([...given, ...behind]);
    }
  });

  test('of a prompt of ids stand where they do in what these spell', async () => {
    const { ids } = await alone('the cat , elephant sat', 1, 1);
    const { choices } = await complete({ prompt: [...ids], max_tokens: 0, logprobs: 0, echo: true });
    const { text, logprobs } = choices[0];
    expect(text).toBe('the cat , <unk> sat');
    expect(cuts(text, (logprobs as Logprobs).text_offset)).toEqual(['the', ' cat', ' ,', ' <unk>', ' sat']);
  });

  test('of an empty prompt are none', async () => {
    const { choices } = await complete({ prompt: '', max_tokens: 2, logprobs: 1, echo: true });
    expect(choices[0].logprobs?.tokens).toHaveLength(2);
    expect(choices[0].logprobs?.token_logprobs).not.toContain(null);
  });

  test('are none where nobody asks', async () => {
    expect((await complete({ prompt: 'the', max_tokens: 2 })).choices[0].logprobs).toBeNull();
  });
});
