import { BatchPart } from '../../data/batches/batch-part.ts';
import type { Batch } from '../../data/batches/batches.ts';
import { type Group, shardOf } from '../../distributed/group.ts';
import type { Reads } from '../../tensor/reads.ts';
import type { StreamPart } from '../../tensor/stream-part.ts';
import type { GradientClipper } from '../clip.ts';
import type { Run } from '../run.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { GradientSums } from './gradient-sums.ts';
import type { Step } from './meter.ts';
import { gatherNotes, type Note } from './notes.ts';
import { beginStep, finishStep, type StepOptions, type StepTaker } from './step-taker.ts';

/**
 * The steps of several processes, each of which computes some streams of every block. The gradients are summed, weighted by the
 * number of targets, and every process then clips the sum and takes the same optimizer step. What depends on the clock
 * or a signal is agreed in each step: it stops if any process was asked to, and saves if rank 0 finds that due.
 */
export class ParallelSteps implements StepTaker {
  readonly #model: TrainableModel;
  readonly #options: StepOptions;
  readonly #clipper: GradientClipper | null;
  readonly #group: Group;
  /** The streams of each process, and of this one. */
  readonly #shards: readonly StreamPart[];
  readonly #part: BatchPart;
  readonly #sums: GradientSums;
  /** In all steps, and of these waiting for others. */
  #seconds = 0;
  #secondsWaited = 0;
  #isStopped = false;
  #isCheckpointDue = false;

  constructor(model: TrainableModel, options: StepOptions, clipper: GradientClipper | null, group: Group) {
    this.#model = model;
    this.#options = options;
    this.#clipper = clipper;
    this.#group = group;
    const { size } = group;
    this.#shards = Array.from({ length: size }, (_, rank) => shardOf(options.batches.N, { rank, size }));
    this.#part = new BatchPart(this.#shards[group.rank]);
    this.#sums = new GradientSums(model, group);
  }

  get communicationShare(): number {
    return this.#secondsWaited / this.#seconds;
  }

  async take(run: Run): Promise<Step> {
    const began = performance.now();
    const step = await this.#take(run);
    this.#seconds += (performance.now() - began) / 1000;
    return step;
  }

  async #take(run: Run): Promise<Step> {
    const batch = this.#options.batches.next();
    const own = await this.#model.run(this.#compute(run, batch));
    const notes = await this.#wait(gatherNotes(this.#group, own));
    this.#agree(notes);
    const rows = notes.map((note) => note.rows);
    await this.#model.run(this.#sums.addRows(rows));
    await this.#wait(this.#sums.completed());
    const losses = notes.reduce((sum, note) => sum + note.losses, 0);
    const targets = notes.reduce((sum, note) => sum + note.targets, 0);
    return await this.#model.run(this.#update(run, batch.T, losses / targets));
  }

  isStopped(): boolean {
    return this.#isStopped;
  }

  isCheckpointDue(): boolean {
    const isDue = this.#isCheckpointDue;
    this.#isCheckpointDue = false;
    return isDue;
  }

  /** Forward and backward pass of the own streams. Gradients are on their way as soon as they are final. */
  *#compute(run: Run, batch: Batch): Reads<Note> {
    beginStep(run, this.#model, this.#options);
    const { xs, ts, resets } = this.#model.place(batch, this.#part);
    const { total } = this.#model.forward(xs, ts, true, true, resets);
    this.#sums.begin(targetShares(batch, this.#shards));
    for (const params of this.#model.backwardInSteps()) yield* this.#sums.add(params);
    const rows = yield* this.#sums.finish();
    const [[, losses, targets]] = yield [total];
    const stop = this.#options.signal?.aborted === true;
    return { losses, targets, stop, checkpoint: run.isCheckpointDue(), rows };
  }

  *#update(run: Run, T: number, loss: number): Reads<Step> {
    this.#sums.write();
    const squares = this.#clipper?.apply(this.#model.params);
    const [square] = squares ? yield [squares] : [];
    return finishStep(run, this.#model, this.#options, { loss, T, square: square?.[0] });
  }

  #agree(notes: readonly Note[]): void {
    this.#isStopped = notes.some(({ stop }) => stop);
    this.#isCheckpointDue = notes[0].checkpoint;
  }

  async #wait<T>(answer: Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await answer;
    this.#secondsWaited += (performance.now() - began) / 1000;
    return result;
  }
}

/** The share of each part in the targets that are not ignored. */
function targetShares(batch: Batch, parts: readonly StreamPart[]): readonly number[] {
  const counts = parts.map((part) => countTargets(batch, part));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all);
}

/** The number of targets of some streams that are not ignored. */
function countTargets({ ts, N, T }: Batch, { first, count }: StreamPart): number {
  let targets = 0;
  for (let t = 0; t < T; t++) {
    for (let n = first; n < first + count; n++) if (ts[t * N + n] >= 0) targets++;
  }
  return targets;
}
