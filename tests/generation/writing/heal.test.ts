import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { probabilities } from '../../../src/generation/sampling/sample.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { heal, healPrompt } from '../../../src/generation/writing/heal.ts';
import { encodePrompt } from '../../../src/generation/writing/prompt.ts';
import { logitsAfter } from '../../../src/generation/writing/read-ids.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { asyncBackend } from '../../support/async-backend.ts';
import { pieceTokenizer, randomModel } from '../../support/models.ts';

const reference = await openBackend('reference');
const tokenizer = pieceTokenizer(['\n', ' ', '.', 'a', 'b', ' a', ' b', 'ab', ' ab', ' aba']);
const vocabulary = tokenizer.fixedVocabulary() as Vocabulary;
const config = {
  cell: 'lstm',
  vocabSize: vocabulary.size,
  embeddingSize: 5,
  hiddenSize: 6,
  layers: 1,
} as const;

function open(backend = reference) {
  return { model: randomModel(backend, config, { seed: 2, deviation: 1 }), tokenizer, vocabulary };
}

const saved = open();
const healed = (text: string, seed: number, temperature = 1) =>
  heal(saved, encodePrompt(text, saved), new Random(seed), { temperature });

describe('a prompt of pieces', () => {
  test.each(['b a', 'b ', 'ab', 'a b ab', '. '])('%j is healed to text that begins with it', async (text) => {
    for (let seed = 0; seed < 20; seed++) {
      const { ids, begun, ...others } = await healed(text, seed);
      expect(others).toEqual({ text, unknown: [] });
      const spelled = Array.from(ids, (id) => vocabulary.tokens[id]).join('');
      // The start of a line, where nothing stands before what was taken back.
      expect(spelled.replace(/^\n/, '')).toBe(text + begun);
    }
  });

  test('ends in pieces distributed as the model would generate them', async () => {
    const nextAfter = (...tokens: string[]) => {
      const ids = tokens.map((token) => vocabulary.idOf(token) as number);
      return probabilities(logitsAfter(saved.model, ids));
    };
    const of = (chances: Float64Array, token: string) => chances[vocabulary.idOf(token) as number];
    const start = nextAfter('b');
    const spaced = nextAfter('b', ' ');
    const ways = new Map([
      ['b, a', of(start, ' a')],
      ['b, ab', of(start, ' ab')],
      ['b, aba', of(start, ' aba')],
      ['b, ,a', of(start, ' ') * of(spaced, 'a')],
      ['b, ,ab', of(start, ' ') * of(spaced, 'ab')],
    ]);
    const sum = [...ways.values()].reduce((all, one) => all + one, 0);
    const seen = new Map<string, number>();
    const draws = 600;
    for (let seed = 0; seed < draws; seed++) {
      const { ids } = await healed('b a', seed);
      const way = Array.from(ids, (id) => vocabulary.tokens[id]).join(',');
      seen.set(way, (seen.get(way) ?? 0) + 1);
    }
    for (const [way, chance] of ways) {
      const share = chance / sum;
      const error = Math.sqrt((share * (1 - share)) / draws);
      expect(Math.abs((seen.get(way) ?? 0) / draws - share)).toBeLessThan(5 * error + 0.001);
    }
    const [expected] = [...ways].sort((a, b) => b[1] - a[1])[0];
    const { ids } = await healed('b a', 1, 0);
    expect(Array.from(ids, (id) => vocabulary.tokens[id]).join(',')).toBe(expected);
  });

  test('is the beginning of the generated text, also on an asynchronous backend', async () => {
    const text = await generateText(saved, 'b a', { length: 5, seed: 3 });
    expect(text.startsWith('b a')).toBe(true);
    expect(await generateText(open(asyncBackend()), 'b a', { length: 5, seed: 3 })).toBe(text);
    const behind = await generateText(saved, 'b a', { length: 5, seed: 3, echo: false });
    expect(`b a${behind}`).toBe(text);
  });

  test('is not healed across a banned piece, and an empty one stays empty', async () => {
    const banned = [' ab', ' aba', 'ab'].map((token) => vocabulary.idOf(token) as number);
    for (let seed = 0; seed < 20; seed++) {
      const { begun } = await heal(saved, encodePrompt('b a', saved), new Random(seed), { banned });
      expect(begun).toBe('');
    }
    expect((await healed('', 1)).ids).toHaveLength(0);
  });
});

test.each(['word', 'char', 'byte'] as const)('a prompt with other tokens is unchanged: %s', async (kind) => {
  const other = openTokenizer(kind);
  const its = other.fixedVocabulary() ?? Vocabulary.build(other.tokenize('a b ab\n'), { unknown: '<unk>' });
  const model = new RecurrentLM(reference, { ...config, vocabSize: its.size }, new Random(1));
  const codec = { model, tokenizer: other, vocabulary: its };
  const [prompt, random] = [encodePrompt('a b', codec), new Random(5)];
  expect(await heal(codec, prompt, random, {})).toBe(prompt);
  expect(random.uniform()).toBe(new Random(5).uniform());
});

describe('healPrompt', () => {
  test('is the same from a state that has read a part of the prompt, which stays as it was', async () => {
    const text = 'ab a ab b aba ab';
    const { ids } = encodePrompt(text, saved);
    for (const count of [1, 4, ids.length]) {
      const state = saved.model.state();
      saved.model.read(ids.subarray(0, count), [state]);
      const before = JSON.stringify(state.layers);
      for (let seed = 0; seed < 5; seed++) {
        const read = { ids: ids.subarray(0, count), state };
        const expected = await healed(text, seed);
        expect(await healPrompt(saved, text, new Random(seed), {}, read)).toEqual({
          ids: expected.ids,
          begun: expected.begun ?? '',
        });
      }
      expect(JSON.stringify(state.layers)).toBe(before);
    }
  });
});
