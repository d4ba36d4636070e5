import { StoppedElsewhere } from '../../distributed/together.ts';
import { UnrolledError } from '../../errors.ts';
import { checkCount, checkFunction, checkObject, checkSignal, wrongKind } from '../../kinds.ts';
import { type CheckpointTimes, type TrainEvent, type TrainOptions, train } from '../../training/train.ts';
import type { Plan } from '../plan.ts';
import { optionsFor } from '../settings/settings.ts';
import { checkStore, type Store } from '../store.ts';
import { BestWeights, type Progress } from './best-weights.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import type { EpochEvent, RunEvent, StartEvent, StepEvent, UnsavedWarning } from './events.ts';
import { finish } from './finish.ts';
import { SharedClock } from './parallel/shared-clock.ts';
import { type BitsOfRun, bitsOfRun } from './perplexity-bits.ts';
import { PlannedLength } from './planned-length.ts';
import { resumeWarnings } from './resume.ts';
import { slowStepWarning } from './slow-step.ts';
import { startEvent } from './start-event.ts';
import { type Claim, claimRun } from './unfinished/claim.ts';

/** Default checkpoint interval: 300 seconds. Checkpoints are also written after each best epoch. */
export const CHECKPOINT_TIMES: CheckpointTimes = { seconds: 300 };
/** Default number of checkpoints to keep. */
export const KEEP = 2;

/** Options of `runTraining`. */
export interface RunOptions {
  /** Where the model file and the checkpoints are written. */
  readonly store: Store;
  /** Checkpoint interval; null for no checkpoints. Default: every 300 seconds, and after each best epoch. */
  readonly checkpoint?: CheckpointTimes | null | undefined;
  /** Number of checkpoints to keep, at least 1, until the run completes. Default 2. */
  readonly keep?: number | undefined;
  /** Whether checkpoints of other unfinished runs with the same output name may be replaced. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Stops the run after the current step, with an `interrupted` event. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** The clock of the time budget, in milliseconds. Default: performance.now. */
  readonly now?: (() => number) | undefined;
}

/**
 * Runs a plan: trains, keeps the best weights in the model file, evaluates them at the end, and yields events.
 * Afterwards the model has the best weights. A run that fails yields `failed` and throws.
 * If the store has locks, the output name is locked during the run.
 * @throws {UnrolledError} `diverged` when training diverges, `file-in-use` when another run uses the output name or its
 * checkpoints would be replaced, `option-value` for invalid options
 */
export async function* runTraining(plan: Plan, options: RunOptions): AsyncGenerator<RunEvent, void> {
  checkPlan(plan);
  checkObject('runTraining', 'the options', options, 'Pass { store }.');
  checkStore('runTraining', options.store);
  if (options.signal !== undefined) checkSignal('runTraining', options.signal);
  if (options.now !== undefined) checkFunction('runTraining', 'now', options.now);
  const claim = await claimRun(options.store, plan.out, options.overwrite);
  try {
    const run = new PlannedRun(plan, options, claim);
    yield startEvent(plan, run.unfinished);
    yield* slowStepWarning(plan);
    if (plan.resumed) yield* resumeWarnings(plan.resumed, plan.model.backend);
    yield* run.events();
  } finally {
    await claim.release();
  }
}

/** Throws for values that `planTraining` can't have returned, such as its promise. */
function checkPlan(plan: Plan): void {
  if (plan?.model && plan.batches && plan.trainingData && plan.recipe && typeof plan.out === 'string') return;
  throw wrongKind(
    'runTraining',
    'the plan',
    plan,
    'a Plan',
    'Pass await planTraining(request, texts, options).',
  );
}

interface Position {
  readonly epoch: number;
  readonly step: number;
}

class PlannedRun {
  readonly #plan: Plan;
  readonly #signal: AbortSignal;
  readonly #times: CheckpointTimes | null;
  readonly #bitsOf: BitsOfRun;
  readonly #bestWeights: BestWeights;
  readonly #checkpoints: CheckpointWriter;
  readonly #length: PlannedLength;
  /** The clock of the time budget of several processes. */
  readonly #clock: SharedClock | null;

  constructor(
    plan: Plan,
    { store, checkpoint = CHECKPOINT_TIMES, keep = KEEP, signal, now = () => performance.now() }: RunOptions,
    claim: Claim,
  ) {
    checkCount('recipe', { keep }, 1);
    this.#plan = plan;
    this.#signal = signal ?? new AbortController().signal;
    this.#times = checkpoint;
    this.#bitsOf = bitsOfRun(plan.trainingData, plan.recipe);
    this.#bestWeights = new BestWeights(plan.out, plan, store, this.#bitsOf, plan.resumed?.best ?? null);
    this.#checkpoints = new CheckpointWriter(plan, this.#bestWeights, store, claim, keep);
    const isShared = plan.group.size > 1 && plan.budget !== null;
    this.#clock = isShared ? new SharedClock(plan.group, now) : null;
    this.#length = new PlannedLength(plan, this.#clock?.now ?? now);
  }

  get unfinished(): StartEvent['unfinished'] {
    return this.#checkpoints.unfinished;
  }

  async *events(): AsyncGenerator<RunEvent, void> {
    try {
      const interrupted = yield* this.#train();
      if (interrupted) yield* this.#stop(interrupted);
      else yield* this.#finish();
    } catch (error) {
      // Stopped during the final evaluation.
      const isStop =
        error instanceof StoppedElsewhere || (this.#signal.aborted && error === this.#signal.reason);
      if (isStop) {
        yield* this.#stop(this.#bestWeights.bestProgress!);
        return;
      }
      if (error instanceof UnrolledError) {
        const { written, out } = this.#bestWeights;
        const { code, message } = error;
        yield { event: 'failed', code, message, out, savedEpoch: written?.epoch ?? null };
      }
      throw error;
    }
  }

  /** Trains to the end, or to an interruption, which is returned. */
  async *#train(): AsyncGenerator<RunEvent, Position | null> {
    for await (const event of train(this.#plan.model, this.#trainOptions())) {
      if (event.event === 'interrupted') return event;
      if (event.event === 'epoch') yield* this.#epoch(event);
      else if (event.event === 'checkpoint') yield* this.#checkpoint(event);
      else if (event.event === 'step') yield* this.#step(event);
      else yield event;
    }
    return null;
  }

  #trainOptions(): TrainOptions {
    const { recipe, batches, optimizer, schedule, average, trainingData, resumed, group } = this.#plan;
    const { epochs: _, maxSteps: __, ...others } = optionsFor('train', recipe) as Partial<TrainOptions>;
    return {
      ...others,
      length: () => this.#length.limits,
      ...{ batches, optimizer, schedule, group, signal: this.#signal },
      ...(average && { average }),
      ...(this.#times && { checkpoints: this.#times }),
      ...(resumed && { from: resumed.state }),
      ...(trainingData.valid && { valid: trainingData.valid }),
    };
  }

  async *#step(event: Extract<TrainEvent, { event: 'step' }>): AsyncGenerator<RunEvent, void> {
    const { trainBitsPerByte, trainBitsPerCharacter } = this.#bitsOf({ ...event, validPerplexity: null });
    yield { ...event, trainBitsPerByte, trainBitsPerCharacter } satisfies StepEvent;
    await this.#clock?.synchronise();
    const replan = this.#length.stepped(event);
    if (replan) yield replan;
  }

  async *#epoch(event: Extract<TrainEvent, { event: 'epoch' }>): AsyncGenerator<RunEvent, void> {
    const { epoch, step, trainPerplexity, validPerplexity } = event;
    const saved = yield* this.#offer({ epoch, step, trainPerplexity, validPerplexity });
    const bestEpoch = this.#bestWeights.bestProgress?.epoch ?? epoch;
    yield { ...event, ...this.#bitsOf(event), saved, bestEpoch } satisfies EpochEvent;
    await this.#clock?.synchronise();
    this.#length.evaluated();
  }

  async *#checkpoint({
    epoch,
    step,
    state,
  }: Extract<TrainEvent, { event: 'checkpoint' }>): AsyncGenerator<RunEvent, void> {
    const file = await this.#checkpoints.write(state, this.#length.saveBudget());
    if (typeof file === 'string') yield { event: 'checkpoint', epoch, step, file };
    else yield this.#unsaved('checkpoint-not-saved', file);
  }

  /** Saves the weights, or their average once it has started, if they are the best. @returns whether they were saved */
  async *#offer(progress: Progress): AsyncGenerator<RunEvent, boolean> {
    const { model, average } = this.#plan;
    const offer = () => this.#bestWeights.saveIfBetter(progress);
    const { saved, error } = await (average ? average.during(model.params, offer) : offer());
    if (error) yield this.#unsaved('model-not-saved', error);
    return saved;
  }

  async *#finish(): AsyncGenerator<RunEvent, void> {
    const result = await finish(this.#plan, this.#bestWeights, this.#bitsOf, this.#signal);
    try {
      yield result;
    } finally {
      // Also when the caller stops after the result.
      await this.#checkpoints.removeAll();
    }
  }

  /** Saves the current weights, unless better ones are kept, and otherwise the best ones if they are not written yet. */
  async *#stop({ epoch, step }: Position): AsyncGenerator<RunEvent, void> {
    const { bestProgress, written, out } = this.#bestWeights;
    const judged = bestProgress?.validPerplexity ?? null;
    if (step > 0 && judged === null && written?.step !== step) {
      yield* this.#offer({ epoch, step, trainPerplexity: null, validPerplexity: null });
    } else {
      const { error = null } = (await this.#bestWeights.saveBest()) ?? {};
      if (error) yield this.#unsaved('model-not-saved', error);
    }
    const savedStep = this.#bestWeights.written?.step ?? null;
    const checkpoint = this.#checkpoints.newest;
    yield { event: 'interrupted', epoch, step, out, savedStep, checkpoint };
  }

  /** The warning about a file that could not be written. @throws the error if other processes would compute in vain */
  #unsaved(reason: UnsavedWarning['reason'], error: UnrolledError): UnsavedWarning {
    if (this.#plan.group.size > 1) throw error;
    return { event: 'warning', reason, code: error.code, message: error.message };
  }
}
