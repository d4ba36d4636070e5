import { describe, expect, test } from 'vitest';
import { BPETrainer } from '../../../../src/data/tokenizers/bpe/train.ts';

const mergesOf = (trainer: BPETrainer): string[] => Object(trainer.train().toJSON()).merges;

test('the most frequent pair is merged first, ties by smaller ids', () => {
  const trainer = new BPETrainer({ vocabSize: 260 });
  trainer.push('ab ab ab cd cd cd');
  expect(mergesOf(trainer)).toEqual(['a b', 'c d', 'Ġ cd', 'Ġ ab']);
});

test('a pair below minFrequency is not merged', () => {
  const trainer = new BPETrainer({ vocabSize: 300, minFrequency: 3 });
  trainer.push('ab ab cd cd cd ');
  expect(mergesOf(trainer)).toEqual(['c d', 'Ġ cd']);
});

test('a piece produced by two pairs has one id', () => {
  const trainer = new BPETrainer({ vocabSize: 259, minFrequency: 1 });
  trainer.push('abc\n'.repeat(3) + 'ab\n'.repeat(2) + 'xbc\n'.repeat(2));
  const tokenizer = trainer.train();
  const pieces = tokenizer.fixedVocabulary()?.tokens ?? [];
  expect(new Set(pieces).size).toBe(pieces.length);
  expect(pieces.length).toBeLessThanOrEqual(259);
});

test('the end of a text ends its last pre-token', () => {
  const [one, two] = [0, 1].map(() => new BPETrainer({ vocabSize: 300, minFrequency: 1 }));
  one.push('do');
  one.push('g');
  two.push('do');
  two.end();
  two.push('g');
  expect([one, two].map(mergesOf)).toEqual([['d o', 'do g'], ['d o']]);
});

test('a word across many chunks is counted once, in linear time', () => {
  const trainer = new BPETrainer({ vocabSize: 256 });
  for (let i = 0; i < 20_000; i++) trainer.push('x'.repeat(100));
  trainer.end();
  expect(trainer.preTokens).toBe(1);
});

test('above the limit the rarest pre-tokens are pruned and counted', () => {
  const trainer = new BPETrainer({ vocabSize: 300, minFrequency: 1, maxPreTokens: 1000 });
  for (let i = 0; i < 3000; i++) trainer.push(` common r${i}`);
  trainer.end();
  expect(trainer.preTokens).toBeLessThanOrEqual(1000);
  expect(trainer.pruned).toBeGreaterThan(2000);
  expect(trainer.train().fixedVocabulary()?.has('Ġcommon')).toBe(true);
});

test('progress rises to 1', () => {
  const trainer = new BPETrainer({ vocabSize: 600, minFrequency: 1 });
  trainer.push(Array.from({ length: 300 }, (_, i) => `word${i} other${i * 7}`).join(' '));
  const shares: number[] = [];
  trainer.train((share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(2);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

describe('out-of-range options are refused:', () => {
  test.each([
    [{ vocabSize: 255 }, 'vocabSize is 255; it must be an integer from 256'],
    [{ vocabSize: 300, minFrequency: 0 }, 'minFrequency is 0'],
    [{ vocabSize: 300, maxPreTokens: 10 }, 'maxPreTokens is 10'],
    [{ vocabSize: 300, mostPreTokens: 10 }, 'maxPreTokens is 10'],
  ])('%j', (options, message) => {
    expect(() => new BPETrainer(options)).toThrow(message);
  });
});
