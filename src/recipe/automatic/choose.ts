import type { RecurrentConfig } from '../../models/config.ts';
import { flopsPerToken } from '../../models/flops.ts';
import type { Recipe } from '../recipe.ts';
import type { LengthReason, Reason, WidthReason } from './reasons.ts';

/** A candidate recipe and its model config. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
  /** The epochs that this model needs: with fewer, a smaller one is better. */
  readonly neededEpochs: number;
  /** Minimum text length, in tokens: a model of this size overfits a shorter text. */
  readonly fromTokens: number;
}

/** The candidates, and the time budget to choose one for. */
export interface Budget {
  /** From small to large; at least one. They differ only in the model. */
  readonly candidates: readonly Candidate[];
  /** Length of the training text, in tokens. */
  readonly tokens: number;
  /** Time budget for training, in minutes. */
  readonly minutes: number;
  /** The given number of epochs; null when it is chosen too. */
  readonly epochs: number | null;
}

export interface AutomaticChoice extends Pick<Candidate, 'recipe' | 'config'> {
  readonly reasons: readonly Reason[];
}

/** Measures the training speed of a candidate on this machine, in tokens per second. */
export type SpeedOf = (candidate: Pick<Candidate, 'recipe' | 'config'>) => Promise<number>;

/** Assumed speed in FLOP/s (two cores of an ordinary machine), until a speed is measured. */
const NOMINAL_FLOPS = 60e9;
/** More epochs overfit a short text: of 40, with Adam, the 8th to 13th were the best. */
export const MAX_EPOCHS = 16;
/** Fraction of the time budget for training; the rest is for the evaluation after each epoch. */
const TRAINING_FRACTION = 0.9;

/** Chooses the largest model whose needed epochs fit into the time budget, and the number of epochs that fit. */
export async function choose(budget: Budget, speedOf: SpeedOf): Promise<AutomaticChoice> {
  const { candidate, speed } = await chooseWidth(budget, speedOf);
  const { length, reason } = chooseLength(budget, speed);
  const { config, recipe } = candidate;
  const reasons = [widthReason(budget, candidate, speed, length.epochs), reason];
  return { config, recipe: { ...recipe, ...length }, reasons };
}

function widthReason(
  { candidates, epochs, minutes }: Budget,
  candidate: Candidate,
  tokensPerSecond: number,
  chosenEpochs = Number.POSITIVE_INFINITY,
): WidthReason {
  const { layers, hiddenSize: hidden, cell } = candidate.config;
  const model = { layers, hidden, cell, tokensPerSecond };
  const wider = candidates[candidates.indexOf(candidate) + 1];
  if (!wider) return { reason: 'widest-for-text', ...model };
  if (candidate === candidates[0] && chosenEpochs < wider.neededEpochs) {
    return { reason: 'narrowest', ...model, minutes };
  }
  return { reason: 'wider-too-slow', ...model, epochs: epochs ?? wider.neededEpochs, minutes };
}

/** Measures at most two models: the choice by the nominal speed, and the choice by the measured speed. */
async function chooseWidth({ candidates, tokens, minutes, epochs }: Budget, speedOf: SpeedOf) {
  const secondsOf = (candidate: Candidate, operations: number) =>
    ((epochs ?? candidate.neededEpochs) * tokens * flopsOf(candidate)) / operations;
  const widest = (operations: number) =>
    candidates.findLast(
      (candidate) => secondsOf(candidate, operations) <= 60 * TRAINING_FRACTION * minutes,
    ) ?? candidates[0];
  const first = widest(NOMINAL_FLOPS);
  const speed = await speedOf(first);
  const candidate = widest(speed * flopsOf(first));
  return { candidate, speed: candidate === first ? speed : await speedOf(candidate) };
}

/** Duration of a training step at the nominal speed, in seconds. */
export function nominalStepSeconds(of: Pick<Candidate, 'recipe' | 'config'>): number {
  return (of.recipe.batch * of.recipe.time * flopsOf(of)) / NOMINAL_FLOPS;
}

/** Floating-point operations of training on one token. */
function flopsOf({ config, recipe }: Pick<Candidate, 'recipe' | 'config'>): number {
  return flopsPerToken(config, recipe.sampledSoftmax ?? undefined);
}

function chooseLength(
  { tokens, minutes, epochs }: Budget,
  speed: number,
): { length: Partial<Recipe>; reason: LengthReason } {
  if (epochs !== null) return { length: {}, reason: { reason: 'epochs-asked', epochs } };
  const capacity = 60 * TRAINING_FRACTION * minutes * speed; // tokens
  if (capacity < tokens) {
    const maxTokens = Math.floor(capacity);
    const whole = Math.ceil(tokens / speed / TRAINING_FRACTION / 60);
    return {
      length: { epochs: 1, maxTokens },
      reason: { reason: 'part-of-text', maxTokens, minutes: whole },
    };
  }
  const fit = Math.floor(capacity / tokens);
  if (fit < MAX_EPOCHS) {
    return { length: { epochs: fit }, reason: { reason: 'epochs-fit', epochs: fit, minutes } };
  }
  return {
    length: { epochs: MAX_EPOCHS },
    reason: { reason: 'epochs-enough', epochs: MAX_EPOCHS },
  };
}
