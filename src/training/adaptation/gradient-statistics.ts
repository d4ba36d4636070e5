import type { Corpus } from '../../data/corpus.ts';
import { UnrolledError } from '../../errors.ts';
import { checkCount } from '../../kinds.ts';
import { checkModel } from '../../models/check-model.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { NO_END, readBlock } from '../evaluation/text-losses.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** Options of `gradientStatistics`. */
export interface StatisticsOptions {
  /** Block length in tokens; it should be that of the evaluation. Default 5. */
  T?: number;
  /** The number of blocks, evenly spaced over the text; no more than it has. Default 1000. */
  blocks?: number;
  /** Aborts the computation. Default: none. */
  signal?: AbortSignal;
}

/** blocks: docs/evaluation.md. */
export const statisticsDefaults: { readonly T: number; readonly blocks: number } = { T: 5, blocks: 1000 };

/** Tokens read before each block, from the zero state, so that its state is a typical one. */
const CONTEXT = 20;

/**
 * MS, the mean squares of a model's gradients on a text: how strongly each weight depends on the tokens (Krause et al. 2018).
 * `gradientStatistics` computes it; release it when it is no longer needed.
 */
export class GradientStatistics {
  /** The model whose gradients these are. */
  readonly model: TrainableModel;
  /** The number of blocks that the means are taken over. */
  readonly blocks: number;
  /** MS of each parameter, in the order and the shapes of `model.params`. */
  readonly squares: readonly Tensor[];
  /** The mean of √MS over all weights, the unit of rates and terms that should not depend on the size of gradients. */
  readonly meanRoot: number;

  constructor(model: TrainableModel, found: Pick<GradientStatistics, 'blocks' | 'squares' | 'meanRoot'>) {
    this.model = model;
    this.blocks = found.blocks;
    this.squares = found.squares;
    this.meanRoot = found.meanRoot;
  }

  /** Frees the memory, as much as the weights take. @throws {UnrolledError} code `call-order` when it was freed before */
  release(): void {
    for (const tensor of this.squares) this.model.backend.arena.release(tensor);
  }
}

/**
 * Computes gradient statistics for dynamic evaluation, usually on the training text: the gradients of the mean loss of blocks of T
 * tokens, squared and averaged. Weights and state of the model stay as they are.
 * @throws {UnrolledError} `option-value` for a T or a number of blocks that is not a positive integer, `text-short` for a text without
 * a whole block, `not-finite` when a gradient is not finite or all are 0
 * @throws the signal's reason when it is aborted
 */
export async function gradientStatistics(
  model: TrainableModel,
  { ids, items }: Pick<Corpus, 'ids' | 'items'>,
  options: StatisticsOptions = {},
): Promise<GradientStatistics> {
  checkModel('gradientStatistics', model);
  const { T, blocks, signal } = { ...statisticsDefaults, ...options };
  checkCount('gradientStatistics', { T, blocks }, 1);
  const starts = blockStarts(ids.length - 1, T, blocks);
  const before = await model.call(() => model.carried());
  const squares = model.params.map(({ value }) => model.backend.arena.tensor(value.shape));
  let found: GradientStatistics | null = null;
  try {
    const collector = new Collector(model, squares);
    const reading = { end: items === null ? NO_END : ids[0], stateCache: null };
    const yieldTimer = new YieldTimer();
    for (const start of starts) {
      await yieldTimer.yieldIfDue();
      signal?.throwIfAborted();
      const context = Math.min(CONTEXT, start);
      await model.call(() => model.resetState());
      const read = (at: number, length: number, learner: Collector | null) =>
        model.run(readBlock(model, ids, at, new Float64Array(length), { ...reading, learner }));
      if (context > 0) await read(start - context, context, null);
      await read(start, T, collector);
    }
    const meanRoot = await model.run(meanRootOf(squares));
    found = new GradientStatistics(model, { blocks: starts.length, squares, meanRoot });
    return found;
  } finally {
    await model.call(() => {
      if (found === null) for (const tensor of squares) model.backend.arena.release(tensor);
      model.carry(before);
      before?.release();
    });
  }
}

/** Where blocks of T targets begin: at most `most`, evenly spaced over the targets. */
function blockStarts(targets: number, T: number, most: number): number[] {
  const count = Math.min(most, Math.floor(targets / T));
  if (count < 1) {
    throw new UnrolledError(
      'text-short',
      `gradientStatistics: the text has ${targets + 1} tokens; it needs at least ${T + 1}. Use a longer text.`,
    );
  }
  return Array.from({ length: count }, (_, i) => Math.floor((i * targets) / count));
}

/** Averages the squared gradients of the blocks that a model reads. */
class Collector {
  readonly #model: TrainableModel;
  readonly #squares: readonly Tensor[];
  #blocks = 0;

  constructor(model: TrainableModel, squares: readonly Tensor[]) {
    this.#model = model;
    this.#squares = squares;
  }

  /** Adds the gradients of the block that `model.forward` has just read. */
  learn(): void {
    const { backend, params } = this.#model;
    this.#model.backward();
    this.#blocks += 1;
    const share = 1 / this.#blocks;
    const numbers = { decay: 0, keep: 1 - share, share, rate: 0, epsilon: 1 };
    // With a rate of 0 it only averages. The gradients stand in for the weights, so that an infinite gradient can't reach those.
    params.forEach(({ grad }, i) => backend.squaresStep(grad, this.#squares[i], grad, numbers));
  }
}

function* meanRootOf(squares: readonly Tensor[]): Reads<number> {
  let [sum, count] = [0, 0];
  for (const tensor of squares) {
    const numbers = yield* numbersOf(tensor);
    for (const number of numbers) sum += Math.sqrt(number);
    count += numbers.length;
  }
  const mean = sum / count;
  if (mean > 0 && Number.isFinite(mean)) return mean;
  throw new UnrolledError(
    'not-finite',
    `gradientStatistics: the mean root of the squared gradients is ${mean}; it must be positive and finite. Use another model.`,
  );
}
