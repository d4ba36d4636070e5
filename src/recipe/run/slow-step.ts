import { nominalStepSeconds } from '../automatic/choose.ts';
import type { Plan } from '../plan.ts';
import type { SlowStepWarning } from './events.ts';

/** Threshold of the warning, in seconds: within a step, nothing can be shown, saved or stopped. */
const SLOW_SECONDS = 30;

/** Warns of a long step, by the measured speed or, without a trial, by the nominal speed. */
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
