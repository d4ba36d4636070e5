import { nominalStepSeconds } from '../automatic/choose.ts';
import type { Plan } from '../plan.ts';
import type { SlowStepWarning } from './events.ts';

/** A step that takes longer is worth a word before it begins: nothing is shown, saved or stopped within one. */
const SLOW_SECONDS = 30;

/** The warning for a step that is expected to take long, by the trial's speed or, without a trial, by that of a plain machine. */
export function* slowStepWarning({
  recipe,
  model,
  reasons,
}: Pick<Plan, 'recipe' | 'model' | 'reasons'>): Generator<SlowStepWarning, void> {
  const { batch, time } = recipe;
  const speeds = reasons.flatMap((reason) => ('tokensPerSecond' in reason ? [reason.tokensPerSecond] : []));
  const seconds =
    speeds.length > 0 ? (batch * time) / speeds[0] : nominalStepSeconds({ recipe, config: model.config });
  if (seconds > SLOW_SECONDS) yield { event: 'warning', reason: 'slow-step', seconds, batch, time };
}
