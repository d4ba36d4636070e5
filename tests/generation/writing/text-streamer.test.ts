import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/data/corpus.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { TextStreamer } from '../../../src/generation/writing/text-streamer.ts';

const tokenizer = openTokenizer('word');
const text = 'the cat , " sat "\non . the mat';
const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
const words = { tokenizer, vocabulary };
const idsOf = (some: string) => Corpus.encode(some, tokenizer, vocabulary).ids;
const bytes = { tokenizer: openTokenizer('byte'), vocabulary: Vocabulary.bytes() };

/** What comes out of each id, then at the end. */
function through(out: TextStreamer, some: string): string[] {
  return [...Array.from(idsOf(some), (id) => out.push(id)), out.end()];
}

describe('streamed text', () => {
  test('is readable after its prompt', () => {
    const out = new TextStreamer(words);
    expect(out.prompt(idsOf('the cat , "'))).toBe('the cat, "');
    expect(through(out, 'sat "\non .')).toEqual(['sat', '"', '\n', 'on', '.', '']);
  });

  test('ignores stop strings in the prompt, and stops before the first one after it', () => {
    const out = new TextStreamer(words, ['cat']);
    expect(out.prompt(idsOf('the cat'))).toBe('the cat');
    expect(out.stopped).toBe(false);
    expect(through(out, 'sat the cat on')).toEqual([' sat', ' the', ' ', '', '']);
    expect(out.stopped).toBe(true);
  });

  test('has a length that includes the prompt and text that is held back', () => {
    const out = new TextStreamer(words, ['sat on .']);
    expect(out.length).toBe(0);
    out.prompt(idsOf('the cat ,'));
    expect(out.length).toBe('the cat,'.length);
    const pushed = Array.from(idsOf('sat on\nmat'), (id) => [out.push(id), out.length]);
    expect(pushed).toEqual([
      [' ', 12],
      ['', 15],
      ['sat on\n', 16],
      ['mat', 19],
    ]);
    for (const id of idsOf('sat on . the')) out.push(id);
    expect(out.length).toBe('the cat, sat on\nmat sat on. the'.length);
  });

  test('counts characters when they are complete', () => {
    const out = new TextStreamer(bytes);
    const lengths = Array.from(new TextEncoder().encode('aé😀b'), (byte) => {
      out.push(byte);
      return [out.length, out.characters];
    });
    expect(lengths.map(([units]) => units)).toEqual([1, 1, 2, 2, 2, 2, 4, 5]);
    expect(lengths.map(([, characters]) => characters)).toEqual([1, 1, 2, 2, 2, 2, 3, 4]);
  });

  test('adds no space if the prompt ends with one', () => {
    const out = new TextStreamer(words, ['cat on', ' the']);
    out.prompt(idsOf('the'), true);
    expect([out.push(idsOf('cat')[0]), out.length]).toEqual(['', 6]);
    expect([out.push(idsOf('sat')[0]), out.length]).toEqual(['cat sat', 10]);
    const joined = new TextStreamer(words);
    joined.prompt(idsOf('"'), true);
    expect(through(joined, 'cat sat')).toEqual(['cat', ' sat', '']);
    const stopped = new TextStreamer(words, [' ']);
    stopped.prompt(idsOf('the'), true);
    expect(through(stopped, 'cat sat')).toEqual(['cat', '', '']);
  });
});
