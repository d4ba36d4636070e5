import { Random } from '../../src/tensor/random.ts';

/**
 * Words `w1` to `w<words>` drawn by Zipf's law: the r-th most frequent with probability ∝ 1/r.
 * One text a seed, the same on every machine; it stands in for the text of the chapter's run.
 */
export function pseudoText(seed: number, tokens: number, words: number): string {
  const random = new Random(seed);
  const sums: number[] = [];
  for (let rank = 1; rank <= words; rank++) sums.push((sums.at(-1) ?? 0) + 1 / rank);
  const draw = () => {
    const place = random.uniform() * sums[words - 1];
    return `w${sums.findIndex((sum) => place < sum) + 1}`;
  };
  return Array.from({ length: tokens }, draw).join(' ');
}
