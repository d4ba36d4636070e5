import { expect, test } from 'vitest';
import { learnGoodbye } from '../../../lab/src/engine/chapter/goodbye.ts';

test('the bars of the sentence agree with the perplexity: both carry the state round the sentence', async () => {
  const { vocabulary, predictions, perplexities } = await learnGoodbye(new AbortController().signal);
  const last = predictions[perplexities.length];
  const right = ['say', 'goodbye', 'hello'].map((word, i) => last[i][vocabulary.indexOf(word)]);
  // As unlikely as the mean token of the last epoch, or little more.
  for (const p of right) expect(1 / p).toBeLessThan(1.5 * (perplexities[perplexities.length - 1] - 1) + 1);
});
