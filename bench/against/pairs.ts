import { median, type Sample, type Summary, summarise } from '../measure.ts';

/** One of two contenders: runs one turn and returns its steps and duration. */
export type Turn = () => Promise<Sample>;

export interface PairResult {
  readonly name: string;
  /** Steps (tokens) per second of each round. */
  readonly mine: Summary;
  readonly other: Summary;
  /** Median over the rounds of mine ÷ other within a round. */
  readonly ratio: number;
  readonly minRatio: number;
  readonly maxRatio: number;
}

/**
 * Compares two contenders. A round is four turns, alternately ABBA and BAAB, so that drifts of the machine's speed affect
 * both equally and neither always runs first.
 */
export async function racePairs(
  name: string,
  turns: { readonly mine: Turn; readonly other: Turn },
  rounds: number,
): Promise<PairResult> {
  const mine: Sample[] = [];
  const other: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    const [a, b] = round % 2 === 0 ? [turns.mine, turns.other] : [turns.other, turns.mine];
    const [first, second, third, fourth] = [await a(), await b(), await b(), await a()];
    const [outer, inner] = [together(first, fourth), together(second, third)];
    mine.push(round % 2 === 0 ? outer : inner);
    other.push(round % 2 === 0 ? inner : outer);
  }
  const ratios = mine.map((sample, round) => rateOf(sample) / rateOf(other[round]));
  return {
    name,
    mine: summarise(mine),
    other: summarise(other),
    ratio: median(ratios),
    minRatio: Math.min(...ratios),
    maxRatio: Math.max(...ratios),
  };
}

function together(a: Sample, b: Sample): Sample {
  return { steps: a.steps + b.steps, seconds: a.seconds + b.seconds };
}

function rateOf({ steps, seconds }: Sample): number {
  return steps / seconds;
}
