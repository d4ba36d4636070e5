import { type Corpus, evaluate, type RecurrentLM } from 'unrolled';

/** The losses of a model on a text in consecutive windows, each from an empty state, by the length of the windows. */
export async function windowLosses(
  model: RecurrentLM,
  corpus: Corpus,
  windows: readonly number[],
): Promise<Record<string, number>> {
  const losses: Record<string, number> = {};
  for (const window of windows) losses[window] = (await evaluate(model, corpus, { window })).loss;
  return losses;
}
