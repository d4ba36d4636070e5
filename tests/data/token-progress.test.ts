import { expect, test } from 'vitest';
import { IntList } from '../../src/data/int-list.ts';
import { withProgress } from '../../src/data/token-progress.ts';
import { BPETrainer } from '../../src/data/tokenizers/bpe/train.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';

test.each(['word', 'char', 'byte'])('%s tokens are unchanged, and progress rises to 1', (kind) => {
  const tokenizer = openTokenizer(kind);
  const text = 'the cat sat on the mat .\n'.repeat(40_000);
  const shares: number[] = [];
  let tokens = 0;
  const plain = tokenizer.tokenize(text)[Symbol.iterator]();
  for (const token of withProgress(tokenizer, 'counting', (share) => shares.push(share)).tokenize(text)) {
    if (token !== plain.next().value) throw new Error(`token ${tokens} is another one`);
    tokens++;
  }
  expect(shares).toHaveLength(Math.floor(tokens / 2 ** 16) + 1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeCloseTo(2 ** 16 / tokens, 1);
  expect(shares.at(-1)).toBe(1);
});

test('a partly read text counts as done at the end of reading', () => {
  const shares: number[] = [];
  for (const _ of withProgress(openTokenizer('char'), 'encoding', (share) => shares.push(share)).tokenize(
    'abc',
  ))
    break;
  expect(shares).toEqual([1]);
});

test('ids from encode are unchanged, and progress rises to 1', () => {
  const text = 'the cat sat on the mat .\n'.repeat(10_000);
  const trainer = new BPETrainer({ vocabSize: 270 });
  trainer.push(text);
  const tokenizer = trainer.train();
  const shares: number[] = [];
  const [plain, ids] = [new IntList(), new IntList()];
  tokenizer.encode?.(text, plain);
  withProgress(tokenizer, 'encoding', (share) => shares.push(share)).encode?.(text, ids);
  expect(ids.length).toBeGreaterThan(10_000);
  expect([...ids.toArray()]).toEqual([...plain.toArray()]);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.length).toBeGreaterThan(2);
  expect(shares.at(-1)).toBe(1);
});
