import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../../src/data/vocabulary/vocabulary.ts';
import { mostLikely } from '../../../../src/generation/sampling/sample.ts';
import { score } from '../../../../src/generation/scoring/score.ts';
import type { Tensor } from '../../../../src/tensor/tensor.ts';
import { bitsOf, chancesAfter, lines, open, reference, scored, wasm, words } from './scored.ts';

describe('a token', () => {
  test.each(['line', 'carry'] as const)(
    'has the bits, rank and alternatives of a plain pass over all before it; state %s',
    async (state) => {
      const [model, judge] = [open(), open()];
      const text = lines(12, 5);
      const newline = model.vocabulary.idOf('<eos>') as number;
      let before = [newline];
      for (const { tokens } of await scored(model, text, { state, alternatives: 4 })) {
        if (state === 'line') before = [newline];
        for (const { id, bits, rank, alternatives } of tokens) {
          const chances = chancesAfter(judge, before);
          expect(bits).toBeCloseTo(-Math.log2(chances[id]), 9);
          expect(rank).toBe(1 + chances.filter((chance) => chance > chances[id]).length);
          const expected = mostLikely(chances, 4);
          expect(alternatives.map((found) => found.id)).toEqual(expected.map((found) => found.id));
          alternatives.forEach(({ probability }, i) => {
            expect(probability).toBeCloseTo(expected[i].probability, 9);
          });
          before.push(id);
        }
      }
    },
  );

  test('has alternatives with probabilities of at most 1 for huge logits', async () => {
    for (const backend of [reference, wasm]) {
      const model = open(backend);
      const bias = model.model.params.find(({ name }) => name === 'affine.b')?.value as Tensor;
      backend.write(
        bias,
        Float64Array.from({ length: bias.size }, (_, i) => (i % 3 === 0 ? 1e37 : -1e36 * i)),
      );
      for (const { tokens } of await scored(model, lines(6, 5), { alternatives: 6 })) {
        for (const { alternatives } of tokens) {
          for (const { probability } of alternatives) expect(probability).toBeLessThanOrEqual(1);
          expect(alternatives.at(-1)?.probability).toBe(0);
        }
      }
    }
  });

  test('has its text, and whether it is in the vocabulary', async () => {
    const [line] = await scored(open(), 'the unicorn sat <unk>\r\n');
    expect(line).toMatchObject({
      line: 1,
      position: 1,
      starts: true,
      ends: true,
      text: 'the unicorn sat <unk>',
    });
    expect(line.characters).toBe(23);
    expect(line.tokens.map(({ token, known }) => [token, known])).toEqual([
      ['the', true],
      ['unicorn', false],
      ['sat', true],
      ['<unk>', true],
      ['<eos>', true],
    ]);
  });

  test('has the same bits without ranks and alternatives', async () => {
    for (const backend of [reference, wasm]) {
      const [with3, without] = [{}, { alternatives: null }].map((o) =>
        scored(open(backend), lines(30, 8), o),
      );
      expect(bitsOf(await without)).toEqual(bitsOf(await with3));
      for (const { tokens } of await without) {
        for (const token of tokens) expect(token).toMatchObject({ rank: null, alternatives: [] });
      }
    }
  });

  test('has at most V alternatives, and none if none are requested', async () => {
    const model = open();
    const [many] = await scored(model, 'the', { alternatives: 100 });
    expect(many.tokens[0].alternatives).toHaveLength(model.vocabulary.size);
    const [none] = await scored(model, 'the', { alternatives: 0 });
    expect(none.tokens[0]).toMatchObject({ rank: expect.any(Number), alternatives: [] });
  });
});

describe('score', () => {
  test('stops immediately when aborted, and does not change the carried state', async () => {
    const model = open();
    const controller = new AbortController();
    const results = score(model, lines(20, 1).split(/(?<=\n)/), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(results.next()).rejects.toThrow('enough');
    expect(model.model.getState()).toBe(null);
  });

  test('refuses an out-of-vocabulary token without an unknown token, newlines included', async () => {
    const tokenizer = openTokenizer('word');
    const { model } = open();
    const vocabulary = Vocabulary.fromTokens([...words, '<eos>', 'a'], null);
    await expect(scored({ model, tokenizer, vocabulary }, 'the unicorn')).rejects.toThrow('"unicorn"');
    const lineless = Vocabulary.fromTokens([...words, 'a', 'b'], null);
    await expect(scored({ model, tokenizer, vocabulary: lineless }, 'the')).rejects.toThrow('"<eos>"');
  });

  test('never returns NaN', async () => {
    const model = open(wasm);
    const bias = model.model.params.at(-1)!.value;
    bias.set(new Array(bias.size).fill(Number.NaN));
    for (const alternatives of [3, null]) {
      await expect(scored(model, 'the cat', { alternatives })).rejects.toThrow('it must be finite');
    }
  });
});
