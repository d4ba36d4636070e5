import type { Reads } from '../../tensor/reads.ts';
import type { GradientClipper } from '../clip.ts';
import type { Run } from '../run.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { SlowStep, type Step } from './meter.ts';
import { beginStep, finishStep, type StepOptions, type StepTaker } from './step-taker.ts';

/** The steps of one process. */
export class OwnSteps implements StepTaker {
  readonly communicationShare = null;
  readonly #model: TrainableModel;
  readonly #options: StepOptions;
  readonly #clipper: GradientClipper | null;
  readonly #slowStep: SlowStep;

  constructor(model: TrainableModel, options: StepOptions, clipper: GradientClipper | null) {
    this.#model = model;
    this.#options = options;
    this.#clipper = clipper;
    this.#slowStep = new SlowStep(options.notice);
  }

  take(run: Run): Promise<Step> {
    return this.#slowStep.watch(() => this.#model.run(this.#step(run)));
  }

  isStopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  isCheckpointDue(run: Run): boolean {
    return run.isCheckpointDue();
  }

  /** One read for loss and norm. */
  *#step(run: Run): Reads<Step> {
    const model = this.#model;
    beginStep(run, model, this.#options);
    const batch = this.#options.batches.next();
    const { xs, ts, resets } = model.place(batch);
    const { total } = model.forward(xs, ts, true, true, resets);
    model.backward();
    const squares = this.#clipper?.apply(model.params);
    const [[loss], square] = yield squares ? [total, squares] : [total];
    return finishStep(run, model, this.#options, { loss, T: batch.T, square: square?.[0] });
  }
}
