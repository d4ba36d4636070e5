import type { RecurrentConfig } from '../../models/config.ts';
import { flopsPerToken } from '../../models/flops.ts';
import type { Recipe } from '../recipe.ts';
import type { LengthReason, Reason, WidthReason } from './reasons.ts';

/** A candidate recipe and its model config. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
  /** Training length that this model needs, in tokens over all epochs: with fewer, a smaller one is better. */
  readonly neededTokens: number;
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
  /** The largest number that is chosen. */
  readonly mostEpochs: number;
}

export interface AutomaticChoice extends Pick<Candidate, 'recipe' | 'config'> {
  readonly reasons: readonly Reason[];
}

/** Measures the training speed of a candidate on this machine, in tokens per second. */
export type SpeedOf = (candidate: Pick<Candidate, 'recipe' | 'config'>) => Promise<number>;

/** Assumed speed in FLOP/s (two cores of an ordinary machine), until a speed is measured. */
const NOMINAL_FLOPS = 60e9;
/** Fraction of the time budget for training; the rest is for the evaluation after each epoch. */
const TRAINING_FRACTION = 0.9;

/** Chooses the largest model whose needed training length fits into the time budget, and the number of epochs that fit. */
export async function choose(budget: Budget, speedOf: SpeedOf): Promise<AutomaticChoice> {
  const { candidate, speed } = await chooseWidth(budget, speedOf);
  const { length, reason } = chooseLength(budget, speed);
  const { config, recipe } = candidate;
  const reasons = [widthReason(budget, candidate, speed), reason];
  return { config, recipe: { ...recipe, ...length }, reasons };
}

function widthReason(budget: Budget, candidate: Candidate, tokensPerSecond: number): WidthReason {
  const { candidates, minutes } = budget;
  const { layers, hiddenSize: hidden, cell } = candidate.config;
  const model = { layers, hidden, cell, tokensPerSecond };
  const wider = candidates[candidates.indexOf(candidate) + 1];
  if (!wider) return { reason: 'widest-for-text', ...model };
  const fits = requiredTokens(budget, candidate) <= TRAINING_FRACTION * 60 * minutes * tokensPerSecond;
  if (!fits) return { reason: 'narrowest', ...model, minutes };
  return { reason: 'wider-too-slow', ...model, tokens: requiredTokens(budget, wider), minutes };
}

/** Measures at most two models: the choice by the nominal speed, and the choice by the measured speed. */
async function chooseWidth(budget: Budget, speedOf: SpeedOf) {
  const { candidates, minutes } = budget;
  const secondsOf = (candidate: Candidate, operations: number) =>
    (requiredTokens(budget, candidate) * flopsOf(candidate)) / operations;
  const widest = (operations: number) =>
    candidates.findLast(
      (candidate) => secondsOf(candidate, operations) <= 60 * TRAINING_FRACTION * minutes,
    ) ?? candidates[0];
  const first = widest(NOMINAL_FLOPS);
  const speed = await speedOf(first);
  const candidate = widest(speed * flopsOf(first));
  return { candidate, speed: candidate === first ? speed : await speedOf(candidate) };
}

/** Training length that a candidate must be able to have, in tokens over all epochs. */
function requiredTokens({ tokens, epochs, mostEpochs }: Budget, { neededTokens }: Candidate): number {
  return epochs !== null ? epochs * tokens : Math.min(neededTokens, mostEpochs * tokens);
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
  { tokens, minutes, epochs, mostEpochs }: Budget,
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
  if (fit < mostEpochs) {
    return { length: { epochs: fit }, reason: { reason: 'epochs-fit', epochs: fit, minutes } };
  }
  return {
    length: { epochs: mostEpochs },
    reason: { reason: 'epochs-enough', epochs: mostEpochs },
  };
}
