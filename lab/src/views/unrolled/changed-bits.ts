import type { Edits } from '../../engine/reading/calls.ts';

/** Tokens that are named. */
const MOST_NAMED = 5;

/** How the surprisals of a text changed, from the first change on. */
export interface ChangedBits {
  /** The first token whose surprisal the changes can affect. */
  readonly from: number;
  /** Mean surprisal in bits of the tokens from there on. */
  readonly meanBefore: number;
  readonly meanNow: number;
  /** The tokens whose surprisals differ most, in descending order. */
  readonly most: readonly number[];
}

export function changesOf(before: Float64Array, now: Float64Array, { replaced, cuts }: Edits): ChangedBits {
  // A cut before a token leaves the prediction of that token as it was.
  const from = Math.min(...replaced.map(({ token }) => token), ...cuts.map((token) => token + 1));
  const count = now.length - from;
  let [sumBefore, sumNow] = [0, 0];
  for (let token = from; token < now.length; token++) {
    sumBefore += before[token];
    sumNow += now[token];
  }
  const difference = (token: number) => Math.abs(now[token] - before[token]);
  const most = Array.from({ length: Math.max(0, count) }, (_, i) => from + i)
    .filter((token) => difference(token) > 0)
    .sort((a, b) => difference(b) - difference(a))
    .slice(0, MOST_NAMED);
  return { from, meanBefore: sumBefore / count, meanNow: sumNow / count, most };
}
