import { expect, test } from 'vitest';
import * as unrolled from '../src/index.ts';

test('earlier names equal their replacements', () => {
  const { configs } = unrolled;
  expect([unrolled.SimpleRnnlm, unrolled.Rnnlm, unrolled.BetterRnnlm]).toEqual([
    configs.simpleRnnlm,
    configs.rnnlm,
    configs.betterRnnlm,
  ]);
  expect([unrolled.TextOut, unrolled.StopText]).toEqual([unrolled.TextStreamer, unrolled.StopStrings]);
  expect(unrolled.scoresAfter).toBe(unrolled.logitsAfter);
  expect(unrolled.likeliest).toBe(unrolled.mostLikely);
  const decoder = unrolled.readableDecoder(unrolled.openTokenizer('word'));
  expect(['a', ',', 'b'].map((token) => decoder.push(token))).toEqual(['a', ',', ' b']);
});
