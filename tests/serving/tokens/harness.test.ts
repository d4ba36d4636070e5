import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { complete } from '../../../src/serving/completions/complete.ts';
import type { Logprobs } from '../../../src/serving/completions/logprobs.ts';
import { score } from '../../../src/serving/score.ts';
import { type ServedModel, serve } from '../../../src/serving/served-model.ts';
import { openService } from '../../../src/serving/service.ts';
import { tokenize } from '../../../src/serving/tokens/tokenize.ts';
import { tokenizerInfo } from '../../../src/serving/tokens/tokenizer-info.ts';
import { livelyModel, served, tale } from '../../support/served.ts';

const text = `${tale}👍 é`;
const vocabulary = Vocabulary.build(text).withEnd();
const items = { model: livelyModel(vocabulary.size), tokenizer: openTokenizer('char'), vocabulary };
const models: [name: string, model: ServedModel][] = [
  ['words', served(text, { unknown: '<unk>' })],
  ['bytes', served('', { kind: 'byte' })],
  ['items of characters', serve('small', items)],
];

describe.each(models)('the arithmetic of lm-evaluation-harness with %s', (name, model) => {
  const service = openService([model]);
  const encode = async (prompt: string) => [
    ...(await tokenize(service, { prompt, add_special_tokens: false })).tokens,
  ];

  /** The log-probability of `continuation`, and whether it is the likeliest, as the harness finds them. */
  async function logLikelihood(context: readonly number[], continuation: readonly number[]) {
    const prompt = [[...context, ...continuation]];
    const request = { prompt, max_tokens: 1, temperature: 0, logprobs: 1, seed: 1234, echo: true } as const;
    const { token_logprobs, top_logprobs } = (await complete(service, { ...request, stream: false }))
      .choices[0].logprobs as Logprobs;
    const own = token_logprobs.slice(context.length, -1) as number[];
    const best = top_logprobs.slice(context.length, -1).map((top) => Math.max(...Object.values(top ?? {})));
    return { sum: own.reduce((a, b) => a + b, 0), isGreedy: own.every((one, i) => one === best[i]) };
  }

  /** The tokens of a text by /v1/score, without an item's end. */
  async function scoresOf(given: string) {
    const { scores } = await score(service, { text: given, alternatives: 1 });
    return scores.filter(({ text, token }) => text !== '' || token !== '');
  }

  const natsOf = (scores: Awaited<ReturnType<typeof scoresOf>>) =>
    scores.reduce((sum, { bits }) => sum - bits * Math.LN2, 0);

  test('sums continuations as /v1/score does, and finds the likeliest tokens', async () => {
    const greedy = new Set<boolean>();
    for (const [context, continuation] of [
      ['the old cat', ' sat 👍'],
      ['it', ' was'],
      ['the young dog', ' ran to'],
    ]) {
      const [before, whole] = [await encode(context), await encode(context + continuation)];
      const after = whole.slice(before.length);
      const scores = (await scoresOf(context + continuation)).slice(before.length);
      const { sum, isGreedy } = await logLikelihood(before, after);
      expect(scores).toHaveLength(after.length);
      expect(sum).toBeCloseTo(natsOf(scores), 9);
      for (const [at, { rank }] of scores.entries()) {
        const one = await logLikelihood(whole.slice(0, before.length + at), [after[at]]);
        expect(one.isGreedy).toBe(rank === 1);
        greedy.add(one.isGreedy);
      }
      expect(isGreedy).toBe(scores.every(({ rank }) => rank === 1));
    }
    if (name !== 'bytes') expect(greedy).toEqual(new Set([true, false]));
  });

  test('sums texts behind the first token of texts as /v1/score does', async () => {
    const { bos_token } = tokenizerInfo(service);
    const [start] = await encode(bos_token as string);
    for (const given of ['the cat sat .', '👍 é', 'the']) {
      const { sum } = await logLikelihood([start], await encode(given));
      expect(sum).toBeCloseTo(natsOf(await scoresOf(given)), 9);
    }
  });
});
