import { describe, expect, test } from 'vitest';
import type { Body } from '../../../src/serving/fields.ts';
import { alone, complete, wordOf, words } from '../../support/whole-answers.ts';

const { model, vocabulary } = words.saved;
const idOf = (token: string) => vocabulary.idOf(token) as number;

type Adjust = (logits: Float64Array, written: readonly number[]) => void;

/** The most likely ids after a prompt, with changes of the logits, by plain code. */
async function greedy(prompt: string, length: number, adjust: Adjust): Promise<number[]> {
  let { read } = await alone(prompt, 0, 1);
  const state = words.start.fork();
  const written: number[] = [];
  for (let i = 0; i < length; i++) {
    const logits = model.step(read, [state]);
    const V = vocabulary.size;
    const row = Float64Array.from(logits.view().subarray(logits.size - V));
    adjust(row, written);
    row[vocabulary.unknownId] = Number.NEGATIVE_INFINITY;
    written.push(row.indexOf(Math.max(...row)));
    read = Int32Array.of(written[i]);
  }
  state.release();
  return written;
}

const spelled = (ids: readonly number[]) => ids.map((id) => vocabulary.tokenOf(id));

async function tokensOf(body: Body): Promise<readonly string[]> {
  const { choices } = await complete({ prompt: 'the cat', max_tokens: 30, logprobs: 0, ...body });
  return choices[0].logprobs!.tokens.map(wordOf);
}

describe('logits are changed as documented by', () => {
  const [the, sat] = [idOf('the'), idOf('sat')];
  const countOf = (id: number, written: readonly number[]) => written.filter((one) => one === id).length;
  const penalise = (presence: number, frequency: number): Adjust => {
    return (logits, written) => {
      for (const id of new Set(written)) logits[id] -= presence + frequency * countOf(id, written);
    };
  };
  const bias: Adjust = (logits) => {
    logits[the] += 2.5;
    logits[sat] -= 4;
  };

  test.each<[string, Body, Adjust]>([
    ['logit_bias', { logit_bias: { [the]: 2.5, [sat]: -4 } }, bias],
    ['presence_penalty', { presence_penalty: 1.5 }, penalise(1.5, 0)],
    ['frequency_penalty', { frequency_penalty: 0.4 }, penalise(0, 0.4)],
    ['penalties of both signs', { presence_penalty: 2, frequency_penalty: -0.2 }, penalise(2, -0.2)],
    [
      'all together',
      { logit_bias: { [the]: 2.5, [sat]: -4 }, presence_penalty: 1, frequency_penalty: 2 },
      (logits, written) => {
        bias(logits, written);
        penalise(1, 2)(logits, written);
      },
    ],
  ])('%s', async (_, body, adjust) => {
    const expected = await greedy('the cat', 30, adjust);
    const plain = await greedy('the cat', 30, () => {});
    expect(expected).not.toEqual(plain);
    expect(await tokensOf({ ...body, temperature: 0 })).toEqual(spelled(expected));
  });
});

test('a bias of -100 bans a token and one of 100 leaves only its tokens, at any temperature', async () => {
  const hot = { temperature: 100, max_tokens: 100, seed: 3 };
  expect(await tokensOf(hot)).toContain('the');
  expect(await tokensOf({ ...hot, logit_bias: { [idOf('the')]: -100 } })).not.toContain('the');
  const forced = await tokensOf({ ...hot, logit_bias: { [idOf('the')]: 100, [idOf('sat')]: 100 } });
  expect(new Set(forced)).toEqual(new Set(['the', 'sat']));
  const alone = await tokensOf({
    ...hot,
    logit_bias: { [idOf('the')]: 100, [idOf('sat')]: -100 },
    top_p: 0.9,
  });
  expect(new Set(alone)).toEqual(new Set(['the']));
});

test('log-probabilities are those of the model', async () => {
  const body = { logit_bias: { [idOf('the')]: 3, [idOf('sat')]: -100 }, frequency_penalty: 2, seed: 4 };
  const { ids: prompt } = await alone('\nthe cat', 0, 1);
  const asked = { prompt: [...prompt], max_tokens: 12, logprobs: 1, ...body };
  const [{ logprobs }] = (await complete(asked)).choices;
  const ids = logprobs!.tokens.map((token) => idOf(wordOf(token)));
  const read = await complete({ prompt: [...prompt, ...ids], max_tokens: 0, echo: true, logprobs: 1 });
  const expected = read.choices[0].logprobs!.token_logprobs.slice(prompt.length);
  for (const [i, logprob] of logprobs!.token_logprobs.entries()) expect(logprob).toBeCloseTo(expected[i]!, 6);
});
