import type { StreamBatches } from '../../data/stream-batches.ts';
import { UnrolledError } from '../../errors.ts';
import { SGD } from '../../training/optimizers.ts';
import { type TrainEvent, type TrainOptions, train } from '../../training/train.ts';
import { learningRate, type Recipe } from '../recipe.ts';
import { INTERRUPTED } from '../terminal/interrupt.ts';
import type { Listener } from './events.ts';
import { finish } from './finish.ts';
import { Keeper } from './keeper.ts';
import type { Plan } from './plan.ts';

export interface Listening {
  readonly tell: Listener;
  /** Told what went wrong without ending the run. */
  readonly warn: (message: string) => void;
  /** Stops the run after the step under way. */
  readonly signal: AbortSignal;
}

type EpochOf<Event> = Extract<Event, { event: 'epoch' }>;

/** Trains, keeps the best weights in the model file, measures them. Returns the exit status. */
export async function run(plan: Plan, listening: Listening): Promise<number> {
  const { tell, signal } = listening;
  const keeper = new Keeper(plan.out, plan);
  try {
    const interrupted = await follow(plan, keeper, listening);
    if (interrupted) return stop(interrupted, keeper, listening);
    tell(await finish(plan, keeper, signal));
    return 0;
  } catch (error) {
    // While the result is measured, the signal's reason is thrown.
    if (signal.aborted && error === signal.reason) return stop(keeper.kept!, keeper, listening);
    if (!(error instanceof UnrolledError)) throw error;
    const failure = withKept(error, keeper);
    tell({ event: 'failed', message: failure.message });
    throw failure;
  }
}

/** Trains to the end, or to an interruption, which is returned. */
async function follow(
  plan: Plan,
  keeper: Keeper,
  { tell, warn, signal }: Listening,
): Promise<{ epoch: number; step: number } | null> {
  const { recipe, model } = plan;
  const optimizer = new SGD(model.backend, { lr: learningRate(recipe, 1) });
  const valid = plan.material.valid ?? undefined;
  const options = { ...stepOptions(recipe, plan.batches), optimizer, signal, ...(valid && { valid }) };
  for await (const event of train(model, options)) {
    if (event.event === 'interrupted') return event;
    if (event.event === 'step') tell(event);
    else {
      checkFinite(event);
      const saved = keeper.offer(progressOf(event), warn);
      tell({ ...event, saved, bestEpoch: keeper.kept?.epoch ?? event.epoch });
      optimizer.lr = learningRate(recipe, event.epoch + 1);
    }
  }
  return null;
}

function stepOptions(
  { epochs, stateful, clip }: Recipe,
  batches: StreamBatches,
): Omit<TrainOptions, 'optimizer'> {
  return { batches, epochs, stateful, ...(clip !== null && { clip }) };
}

function progressOf(event: EpochOf<TrainEvent>): NonNullable<Keeper['kept']> {
  const { epoch, step, trainPerplexity, validPerplexity } = event;
  return { epoch, step, trainPerplexity, validPerplexity };
}

/** Bounded gradients let the losses grow without ever reaching infinity; such weights are not worth keeping. */
function checkFinite({ epoch, trainPerplexity, validPerplexity }: EpochOf<TrainEvent>): void {
  for (const [name, value] of Object.entries({ train: trainPerplexity, validation: validPerplexity })) {
    if (value !== null && !Number.isFinite(value)) {
      throw new UnrolledError(
        `train: the ${name} perplexity of epoch ${epoch} is ${value}; it must stay finite. ` +
          'Lower the learning rate (--lr) or clip the gradients (--clip).',
      );
    }
  }
}

/** Saves what would be lost: the weights of now, unless better ones are kept. */
function stop(
  { epoch, step }: { epoch: number; step: number },
  keeper: Keeper,
  { tell, warn }: Listening,
): number {
  const judged = keeper.kept?.validPerplexity ?? null;
  if (step > 0 && judged === null && keeper.written?.step !== step) {
    keeper.offer({ epoch, step, trainPerplexity: null, validPerplexity: null }, warn);
  }
  tell({ event: 'interrupted', epoch, step, out: keeper.out, savedStep: keeper.written?.step ?? null });
  return INTERRUPTED;
}

/** A user's error says which file the run leaves. */
function withKept(error: UnrolledError, { written, out }: Keeper): UnrolledError {
  const kept = written
    ? `${out} keeps the weights of epoch ${written.epoch}.`
    : 'No model file was written by this run.';
  return new UnrolledError(`${error.message} ${kept}`, { cause: error });
}
