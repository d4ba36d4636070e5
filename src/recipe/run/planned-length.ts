import type { TrainOptions } from '../../training/train.ts';
import { mostEpochs } from '../automatic/most-epochs.ts';
import type { Plan } from '../plan.ts';
import { lastChange, withEpochs, withLength } from '../settings/planned-lengths.ts';
import { inOrder } from '../settings/settings.ts';
import type { ReplanEvent, StepEvent } from './events.ts';
import { type BudgetState, type NewLength, TimeBudget } from './time-budget.ts';

/** Cost of evaluating a token relative to training on it: the forward pass alone. */
const EVALUATION_COST = 1 / 3;
/** Positions in an epoch are computed from fractions of it. */
const ROUNDING = 1e-6;

/** The length of a run. With a time budget it follows the measured speed, and the plan's recipe and schedule follow the length. */
export class PlannedLength {
  readonly #plan: Plan;
  readonly #budget: TimeBudget | null;

  /** @param now the clock, in milliseconds */
  constructor(plan: Plan, now: () => number) {
    const { budget, batches, trainingData } = plan;
    const { stepsPerEpoch } = batches;
    const { train, valid, tokenizer } = trainingData;
    const tokens = train.tokens.length;
    const evaluationFraction = (EVALUATION_COST * (valid?.ids.length ?? 0)) / tokens;
    const maxSteps = mostEpochs(tokenizer.granularity, tokens) * stepsPerEpoch;
    const limits = { stepsPerEpoch, maxSteps, evaluationFraction };
    this.#plan = plan;
    this.#budget = budget && new TimeBudget(budget, limits, now);
  }

  /** The options of `train`. With random block lengths, `maxSteps` may take more or fewer epochs than the recipe has. */
  get limits(): Pick<TrainOptions, 'epochs' | 'maxSteps'> {
    const { epochs, maxSteps } = this.#plan.recipe;
    return maxSteps === undefined ? { epochs } : { maxSteps };
  }

  /** Call it after each step; returns the event when the length changes. */
  stepped(at: Pick<StepEvent, 'epoch' | 'step' | 'share'>): ReplanEvent | null {
    const { pace, batches } = this.#plan;
    const before = pace.steps;
    const length = this.#budget?.stepped(at.step, before);
    // The position on the schedule, in blocks of T.
    const until = Math.ceil((at.epoch - 1 + at.share) * batches.stepsPerEpoch - ROUNDING);
    if (!length || until <= lastChange(this.#plan.recipe) || until >= before) return null;
    this.#change(length.steps, until);
    return this.#event(at, before, length);
  }

  /** Call it after each evaluation. */
  evaluated(): void {
    this.#budget?.evaluated();
  }

  /** The state of the time budget, for a checkpoint. */
  saveBudget(): BudgetState | null {
    return this.#budget?.save() ?? null;
  }

  #change(maxSteps: number, until: number): void {
    const { recipe, pace, batches } = this.#plan;
    const planned = withLength(recipe.planned, { steps: pace.steps, until });
    this.#plan.recipe = inOrder(withEpochs({ ...recipe, maxSteps, planned }, batches.stepsPerEpoch));
    pace.change(until, maxSteps);
  }

  #event(
    { epoch, step }: Pick<StepEvent, 'epoch' | 'step'>,
    before: number,
    { steps, seconds, secondsPerStep }: NewLength,
  ): ReplanEvent {
    const { batches, recipe } = this.#plan;
    const tokensPerSecond = (batches.N * batches.T) / secondsPerStep;
    return { event: 'replan', epoch, step, seconds, before, steps, tokensPerSecond, recipe };
  }
}
