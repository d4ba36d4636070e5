import type { AutomaticChoice, Candidate } from './choose.ts';

/** The input of `chooseBySteps`. */
export interface Steps {
  /** From small to large; at least one. */
  readonly candidates: readonly Candidate[];
  /** Number of training steps. */
  readonly steps: number;
}

/** Chooses the largest model for which the steps are enough. Nothing is measured: it is the same on every machine. */
export function chooseBySteps({ candidates, steps }: Steps): AutomaticChoice {
  const suffice = ({ recipe, neededTokens }: Candidate) => steps * recipe.batch * recipe.time >= neededTokens;
  const { recipe, config } = candidates.findLast(suffice) ?? candidates[0];
  const { layers, hiddenSize: hidden, cell } = config;
  return { recipe, config, reasons: [{ reason: 'widest-for-steps', layers, hidden, cell, steps }] };
}
