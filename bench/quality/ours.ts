// Our contender of a quality race: a run of the built library that pauses between epochs. Its protocol: epochs.ts.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Corpus, openBackend, UnrolledError } from 'unrolled';
import {
  type Plan,
  planTraining,
  type RunEvent,
  readResumed,
  runTraining,
  sourceFile,
  trainRequest,
} from 'unrolled/recipe';
import { FileStore } from '../../src/cli/files/run/file-store.ts';
import { unlockRelaxedSimd } from '../../src/cli/machine/fast-backend.ts';
import { readJob, refuse, say } from '../child.ts';
import type { EpochResult, RaceJob, Ready } from './epochs.ts';
import type { TrainFlags } from './train-flags.ts';
import { windowLosses } from './window-losses.ts';

/** The job of our contender. */
export interface OurJob extends RaceJob {
  readonly flags: TrainFlags;
  readonly threads: number;
}

async function planOf(job: OurJob): Promise<Plan> {
  const { flags, seed, threads, folder, from } = job;
  const out = join(folder, `${job.name}.safetensors`);
  const store = new FileStore(out);
  const resumed = from === null ? null : await readResumed(store, out, join(folder, from));
  // A resumed run has the recipe of its checkpoint.
  const request = resumed ? trainRequest({}) : trainRequest({ ...flags.given, seed }, flags);
  const [train, valid] = await Promise.all(
    [job.train, job.valid].map((path) => sourceFile(readFileSync(path), path)),
  );
  const options = { out, resumed, openBackend: (name: string) => openBackend(name, { threads }) };
  const plan = await planTraining(request, { train: [train], valid, test: null }, options);
  // The length stays as chosen: a time budget would count the turns of the others, and PyTorch takes the recipe as it is now.
  return { ...plan, budget: null };
}

/** A run, epoch by epoch. */
class EpochRun {
  readonly #plan: Plan;
  readonly #windows: readonly number[];
  readonly #events: AsyncIterator<RunEvent>;
  /** Read by the run before each checkpoint: never due within an epoch, always after it. */
  readonly #times = { seconds: Number.POSITIVE_INFINITY };

  constructor(plan: Plan, { windows }: RaceJob) {
    this.#plan = plan;
    this.#windows = windows;
    const store = new FileStore(plan.out);
    this.#events = runTraining(plan, { store, checkpoint: this.#times, overwrite: true })[
      Symbol.asyncIterator
    ]();
  }

  async start(): Promise<Ready> {
    const event = await this.#next();
    if (event.event !== 'start') throw new Error(`the run began with ${event.event}`);
    const { backend, parameters, recipe, trainTokens } = event;
    const { valid } = this.#plan.trainingData;
    const validTargets = (valid as Corpus).ids.length - 1;
    return { ready: backend, parameters, epochs: recipe.epochs, trainTokens, validTargets, recipe };
  }

  /** Trains until the checkpoint after the next epoch. */
  async epoch(): Promise<EpochResult> {
    const began = performance.now();
    let trained = began;
    let ended: Extract<RunEvent, { event: 'epoch' }> | null = null;
    let evaluated = began;
    for (;;) {
      const event = await this.#next();
      if (event.event === 'step') trained = performance.now();
      if (event.event === 'epoch') {
        evaluated = performance.now();
        ended = event;
        this.#times.seconds = 0;
      }
      if (event.event === 'checkpoint' && ended) {
        this.#times.seconds = Number.POSITIVE_INFINITY;
        const seconds = { train: trained - began, valid: evaluated - trained };
        return await this.#result(ended, seconds, event.file);
      }
    }
  }

  async #result(
    { epoch, trainPerplexity, validPerplexity }: Extract<RunEvent, { event: 'epoch' }>,
    milliseconds: { readonly train: number; readonly valid: number },
    file: string,
  ): Promise<EpochResult> {
    return {
      epoch,
      trainSeconds: milliseconds.train / 1000,
      validSeconds: milliseconds.valid / 1000,
      trainLoss: Math.log(trainPerplexity),
      loss: Math.log(validPerplexity ?? Number.NaN),
      windows: await this.#windowLosses(),
      state: basename(file),
      done: epoch >= this.#plan.recipe.epochs,
    };
  }

  async #windowLosses(): Promise<Record<string, number>> {
    const { model, average, trainingData } = this.#plan;
    const measure = () => windowLosses(model, trainingData.valid as Corpus, this.#windows);
    return await (average ? average.during(model.params, measure) : measure());
  }

  async #next(): Promise<RunEvent> {
    const { value, done } = await this.#events.next();
    if (done) throw new Error('the run has ended');
    if (value.event === 'warning' && 'message' in value) throw new Error(value.message);
    return value;
  }
}

try {
  unlockRelaxedSimd();
  const job = readJob<OurJob>();
  const run = new EpochRun(await planOf(job), job);
  say(await run.start());
  const lines = createInterface({ input: process.stdin });
  // At once, within an epoch too: the runner is gone.
  lines.once('close', () => process.exit());
  for await (const _ of lines) say(await run.epoch());
} catch (error) {
  if (!(error instanceof UnrolledError)) throw error;
  refuse(error.message);
}
