import { INTERRUPTED } from '../../cli/terminal/interrupt.ts';
import type { StreamBatches } from '../../data/stream-batches.ts';
import { UnrolledError } from '../../errors.ts';
import { type TrainEvent, type TrainOptions, train } from '../../training/train.ts';
import type { Plan } from '../plan.ts';
import type { Recipe } from '../recipe.ts';
import { BestWeights, type Progress } from './best-weights.ts';
import { Checkpoints, type Saving } from './checkpoints.ts';
import type { Listener } from './events.ts';
import { finish } from './finish.ts';

export interface Listening {
  readonly tell: Listener;
  /** Told what went wrong without ending the run. */
  readonly warn: (message: string) => void;
  /** Stops the run after the step under way. */
  readonly signal: AbortSignal;
}

type EpochOf<Event> = Extract<Event, { event: 'epoch' }>;

/** Trains, keeps the best weights in the model file, measures them. Returns the exit status. */
export async function run(plan: Plan, saving: Saving, listening: Listening): Promise<number> {
  const { tell, signal } = listening;
  const bestWeights = new BestWeights(plan.out, plan, plan.resumed?.best ?? null);
  const checkpoints = new Checkpoints(plan, bestWeights, saving);
  const stopped = (at: { epoch: number; step: number }) =>
    stop(at, plan, bestWeights, checkpoints.newest, listening);
  try {
    const interrupted = await follow(plan, bestWeights, checkpoints, listening);
    if (interrupted) return await stopped(interrupted);
    tell(await finish(plan, bestWeights, signal));
    checkpoints.removeAll();
    return 0;
  } catch (error) {
    // While the result is measured, the signal's reason is thrown.
    if (signal.aborted && error === signal.reason) return await stopped(bestWeights.kept!);
    if (!(error instanceof UnrolledError)) throw error;
    const failure = withKept(error, bestWeights);
    tell({ event: 'failed', message: failure.message });
    throw failure;
  }
}

/** Trains to the end, or to an interruption, which is returned. */
async function follow(
  plan: Plan,
  bestWeights: BestWeights,
  checkpoints: Checkpoints,
  { tell, warn, signal }: Listening,
): Promise<{ epoch: number; step: number } | null> {
  const { recipe, model, batches, optimizer, schedule, average } = plan;
  const valid = plan.trainingData.valid ?? undefined;
  const how = { optimizer, schedule, ...(average && { average }) };
  const places = {
    ...(checkpoints.times && { checkpoints: checkpoints.times }),
    ...(plan.resumed && { from: plan.resumed.state }),
  };
  const options = { ...stepOptions(recipe, batches), ...how, ...places, signal, ...(valid && { valid }) };
  for await (const event of train(model, options)) {
    if (event.event === 'interrupted') return event;
    if (event.event === 'step' || event.event === 'rollback') tell(event);
    else if (event.event === 'checkpoint') {
      const { epoch, step, state } = event;
      const file = checkpoints.write(state, warn);
      if (file !== null) tell({ event: 'checkpoint', epoch, step, file });
    } else {
      const saved = await offer(plan, bestWeights, progressOf(event), warn);
      tell({ ...event, saved, bestEpoch: bestWeights.kept?.epoch ?? event.epoch });
    }
  }
  return null;
}

function stepOptions(
  { epochs, stateful, clip, patience, onDivergence = 'stop' }: Recipe,
  batches: StreamBatches,
): Omit<TrainOptions, 'optimizer'> {
  const limits = { ...(clip !== null && { clip }), ...(patience !== undefined && { patience }) };
  return { batches, epochs, stateful, onDivergence, ...limits };
}

/** Offers the weights, or their average where one has begun. */
async function offer(
  { model, average }: Plan,
  bestWeights: BestWeights,
  progress: Progress,
  warn: Listening['warn'],
): Promise<boolean> {
  const offered = () => bestWeights.offer(progress, warn);
  return average ? await average.during(model.params, offered) : offered();
}

function progressOf(event: EpochOf<TrainEvent>): Progress {
  const { epoch, step, trainPerplexity, validPerplexity } = event;
  return { epoch, step, trainPerplexity, validPerplexity };
}

/** Saves what would be lost: the weights of now, unless better ones are kept. */
async function stop(
  { epoch, step }: { epoch: number; step: number },
  plan: Plan,
  bestWeights: BestWeights,
  checkpoint: string | null,
  { tell, warn }: Listening,
): Promise<number> {
  const judged = bestWeights.kept?.validPerplexity ?? null;
  if (step > 0 && judged === null && bestWeights.written?.step !== step) {
    await offer(plan, bestWeights, { epoch, step, trainPerplexity: null, validPerplexity: null }, warn);
  }
  const savedStep = bestWeights.written?.step ?? null;
  tell({ event: 'interrupted', epoch, step, out: bestWeights.out, savedStep, checkpoint });
  return INTERRUPTED;
}

/** A user's error says which file the run leaves. */
function withKept(error: UnrolledError, { written, out }: BestWeights): UnrolledError {
  const kept = written
    ? `${out} keeps the weights of epoch ${written.epoch}.`
    : 'No model file was written by this run.';
  return new UnrolledError(error.code, `${error.message} ${kept}`, { cause: error });
}
