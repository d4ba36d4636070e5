import { Admission } from './admission.ts';
import type { Limits } from './limits.ts';
import { Metrics } from './metrics.ts';
import type { ServedModel } from './served-model.ts';

/** What all routes work with. */
export interface Service {
  readonly models: readonly ServedModel[];
  readonly limits: Limits;
  readonly admission: Admission;
  readonly metrics: Metrics;
}

export function openService(models: readonly ServedModel[], limits: Limits): Service {
  const admission = new Admission(limits);
  return { models, limits, admission, metrics: new Metrics(models, admission) };
}
