import type { AutomaticChoice, Candidate } from './choose.ts';

/** What the choice is made from. */
export interface Steps {
  /** From narrow to wide; one at least. */
  readonly candidates: readonly Candidate[];
  /** Of training. */
  readonly steps: number;
}

/**
 * The widest model for which the steps read as much text as its needed epochs of the shortest text that suits it. Nothing is
 * measured: the same on every machine.
 */
export function chooseBySteps({ candidates, steps }: Steps): AutomaticChoice {
  const suffice = ({ recipe, neededEpochs, fromTokens }: Candidate) =>
    steps * recipe.batch * recipe.time >= neededEpochs * fromTokens;
  const { recipe, config } = candidates.findLast(suffice) ?? candidates[0];
  const { layers, hiddenSize: hidden, cell } = config;
  return { recipe, config, reasons: [{ reason: 'widest-for-steps', layers, hidden, cell, steps }] };
}
