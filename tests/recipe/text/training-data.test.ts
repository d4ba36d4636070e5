import { describe, expect, test } from 'vitest';
import { defaultRecipe } from '../../../src/recipe/default-recipe.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { sourceText } from '../../../src/recipe/text/source-text.ts';
import { prepare } from '../../../src/recipe/text/training-data.ts';

async function prepared(text: string, recipe: Partial<Recipe> = {}) {
  const train = [await sourceText(text)];
  return prepare({ train, valid: null, test: null }, { ...defaultRecipe, validFraction: null, ...recipe });
}

describe('a text that contains a special token', () => {
  test('has words there, and only a newline ends a line', async () => {
    const { train, vocabulary } = await prepared('say <eos> now\nsay <eos>\n');
    expect(vocabulary.tokens).toEqual(['say', ' <eos>', 'now', '<eos>', '<unk>']);
    expect([...train.ids]).toEqual([0, 1, 2, 3, 0, 1, 3]);
    expect(vocabulary.lineEndId).toBe(3);
  });

  test("with <unk> has the unknown token, as Penn Treebank does; other texts don't", async () => {
    const spelled = await prepared('a <unk> b\n');
    expect(spelled.vocabulary).toMatchObject({
      size: 4,
      unknown: '<unk>',
      unknownId: 1,
      unknownInText: true,
    });
    expect(spelled.train.unknownCount).toBe(0);
    const plain = await prepared('a b\n');
    expect(plain.vocabulary).toMatchObject({ size: 4, unknownId: 3, unknownInText: false });
    const again = prepare(
      { train: [await sourceText('a <unk> b\n')], valid: null, test: null },
      { ...defaultRecipe, validFraction: null },
      plain,
    );
    expect([...again.train.unknownAt]).toEqual([1]);
  });

  test('has characters or bytes there with char or byte tokens', async () => {
    for (const tokens of ['char', 'byte'] as const) {
      const { train, vocabulary } = await prepared('a <eos> <unk> b\n', { tokens });
      expect(train.ids).toHaveLength(16);
      expect(vocabulary.tokenOf(vocabulary.lineEndId)).toBe('\n');
      expect(train.unknownCount).toBe(0);
    }
  });
});

test('a tokenizer keeps the punctuation that its training text detaches on purpose, but not in tokenised text', async () => {
  const written = await prepared('# Title\n- [ ] a task, and more.\n');
  expect(written.tokenizer.toJSON()).toEqual({ kind: 'word', apart: ['#', '[', ']'] });
  const cut = await prepared('# 5 ( a task ) , and more .\n');
  expect(cut.tokenizer.toJSON()).toBe('word');
});

test.each(['char', 'byte'] as const)(
  'a text without line ends and spaces is split with tokens of kind %s',
  async (tokens) => {
    const { train, valid } = await prepared('ACGT'.repeat(100), { tokens, validFraction: 0.1 });
    expect([train.ids.length, valid?.ids.length]).toEqual([360, 40]);
  },
);
