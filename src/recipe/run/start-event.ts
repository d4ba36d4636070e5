import type { Plan } from '../plan.ts';
import type { StartEvent } from './events.ts';

/** The first event of a run. */
export function startEvent(plan: Plan, unfinished: StartEvent['unfinished']): StartEvent {
  const { recipe, trainingData, batches, model, out, plannedBytes, resumed, reasons, group, scaled } = plan;
  const { info, train, valid, test } = trainingData;
  const unknownRate = (part: typeof valid) => part && part.unknownCount / part.ids.length;
  return {
    event: 'start',
    recipe,
    chosen: reasons,
    corpus: info,
    notes: trainingData.notes ?? [],
    config: model.config,
    parameters: model.parameterCount,
    backend: model.backend.description,
    ...(group.size > 1 && { ranks: group.names }),
    ...(scaled && { scaled }),
    plannedBytes,
    trainTokens: train.tokens.length,
    validUnknownRate: unknownRate(valid),
    testUnknownRate: unknownRate(test),
    stepsPerEpoch: batches.stepsPerEpoch,
    resumed: resumed && {
      file: resumed.file,
      epoch: resumed.state.epoch,
      step: resumed.state.step,
      share: resumed.state.meter.time / (batches.stepsPerEpoch * batches.T),
    },
    unfinished,
    out,
  };
}
