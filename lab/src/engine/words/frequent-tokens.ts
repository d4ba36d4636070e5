import type { SavedModel } from 'unrolled';
import { YieldTimer } from '../yield-timer.ts';

/** The part of a text in which tokens are counted, and how much is counted at a time, in UTF-16 units. */
const [COUNTED, PART] = [4_000_000, 50_000];

/** Several calls wait for one count, so none of them ends it. */
const NEVER: AbortSignal = new AbortController().signal;

/** The ids of a vocabulary by their frequency in a text. */
export interface Frequencies {
  /** The most frequent first, ties by id. */
  readonly ids: readonly number[];
  /** Those that the text never has; none where only a part of the text was counted. */
  readonly unseen: ReadonlySet<number>;
}

export async function idsByFrequency(
  { tokenizer, vocabulary }: SavedModel,
  text: string,
): Promise<Frequencies> {
  const counts = new Float64Array(vocabulary.size);
  const timer = new YieldTimer();
  for (let start = 0; start < Math.min(text.length, COUNTED); ) {
    const newline = text.indexOf('\n', start + PART);
    const end = newline < 0 ? start + 2 * PART : newline + 1;
    for (const token of tokenizer.tokenize(text.slice(start, end))) {
      const id = vocabulary.idInText(token);
      if (id !== undefined) counts[id]++;
    }
    start = end;
    await timer.yieldIfDue(NEVER);
  }
  const ids = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const isWhole = text.length <= COUNTED;
  return { ids, unseen: new Set(isWhole ? ids.filter((id) => counts[id] === 0) : []) };
}
