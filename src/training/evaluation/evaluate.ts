import type { Corpus } from '../../data/corpus.ts';
import type { Group } from '../../distributed/group.ts';
import { single } from '../../distributed/single.ts';
import { UnrolledError } from '../../errors.ts';
import { checkCount, checkObject, wrongKind } from '../../kinds.ts';
import { checkModel } from '../../models/check-model.ts';
import { exp } from '../../tensor/portable-math.ts';
import { type CacheOptions, ContinuousCache } from '../adaptation/continuous-cache.ts';
import { DynamicEvaluation, type DynamicOptions, dynamicDefaults } from '../adaptation/dynamic-evaluation.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { type Bits, bitsOf } from './bits.ts';
import { itemLosses } from './item-losses.ts';
import { sharedLosses } from './shared-losses.ts';
import { checkFinite, NO_END, textLosses } from './text-losses.ts';
import { windowLosses } from './window-losses.ts';

/** The result of `evaluate`. */
export interface Evaluation extends Bits {
  /** exp of the mean loss over all targets. */
  readonly perplexity: number;
  /** Perplexity over the targets in the vocabulary only. */
  readonly knownPerplexity: number;
  /** Mean loss per target, in nats. */
  readonly loss: number;
  /** The number of predicted tokens: all but the first one. */
  readonly targets: number;
  /** The number of targets outside the vocabulary, scored as the unknown token. */
  readonly unknownTargets: number;
}

/** The default block length, in tokens. */
export const EVALUATION_T = 128;

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /**
   * Block length in tokens. It affects the result only with `dynamic`, which takes a step after each block.
   * Default 128; 5 with `dynamic`.
   */
  T?: number;
  /** Dynamic evaluation: train on each block after scoring it. The weights are restored at the end. Default: off. */
  dynamic?: DynamicOptions;
  /** Continuous cache: raise the probability of tokens that followed similar recent states. Default: off. */
  cache?: CacheOptions;
  /**
   * Evaluates consecutive windows of this many targets, each from the zero state, instead of one stream: how models with a
   * limited context are evaluated. Only for continuous text without adaptation. Default: one stream.
   */
  window?: number;
  /** Aborts the evaluation. Default: none. */
  signal?: AbortSignal;
  /**
   * The processes that evaluate together; all make the same call and get the same result. Each reads some items, or computes the
   * softmax of a part of a continuous text. Adaptation and windows are not shared. Default: this process alone.
   */
  group?: Group;
}

/**
 * Computes the loss and perplexity of a model on a text.
 *
 * Reads the text once, as one stream whose state is carried from block to block; each item, and each window of `window`, starts
 * from the zero state. Every target counts once, including those of a shorter last block or window, and its probability depends
 * only on earlier tokens. The state that the model carried before is restored.
 * @throws {UnrolledError} `text-short` when the text has fewer than two tokens, `option-value` when an option is out of
 * range, `option-conflict` for `window` with items or adaptation, `not-finite` when a loss or the perplexity is not finite,
 * `diverged` when dynamic evaluation diverges
 * @throws the signal's reason when it is aborted
 */
export async function evaluate(
  model: TrainableModel,
  corpus: Corpus,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkModel('evaluate', model);
  if (!(corpus?.ids instanceof Int32Array)) {
    throw wrongKind('evaluate', 'the corpus', corpus, 'a Corpus', 'Pass Corpus.encode(text, saved).');
  }
  checkObject('evaluate', 'the options', options, 'Leave them out, or pass { T, dynamic, cache }.');
  return summarise(await corpusLosses(model, corpus, options), corpus);
}

/**
 * Computes the loss of every token but the first, in nats, as `evaluate` does.
 * @throws {UnrolledError} `text-short` for fewer than two ids, `option-value` for arguments of the wrong kind and when an option is
 * out of range, `option-conflict` for `window` with adaptation, `not-finite` when a loss is not finite, `diverged` when dynamic
 * evaluation diverges
 * @throws the signal's reason when it is aborted
 */
export async function tokenLosses(
  model: TrainableModel,
  ids: Int32Array,
  options: EvaluateOptions = {},
): Promise<Float64Array> {
  checkModel('tokenLosses', model);
  if (!(ids instanceof Int32Array)) {
    throw wrongKind('tokenLosses', 'the ids', ids, 'an Int32Array', 'Pass saved.encode(text).ids.');
  }
  checkObject('tokenLosses', 'the options', options, 'Leave them out, or pass { T, dynamic, cache }.');
  return await corpusLosses(model, { ids, items: null }, options);
}

/** The losses of all tokens of a corpus but the first, in nats. Each item starts from the zero state; adaptation continues across items. */
export async function corpusLosses(
  model: TrainableModel,
  { ids, items }: Pick<Corpus, 'ids' | 'items'>,
  {
    dynamic,
    cache,
    window,
    T = dynamic ? dynamicDefaults.T : EVALUATION_T,
    signal,
    group = single,
  }: EvaluateOptions,
): Promise<Float64Array> {
  check({ ids, items }, T);
  if (window !== undefined)
    checkWindow(window, items !== null ? 'items' : dynamic ? 'dynamic' : cache && 'cache');
  const before = await model.call(() => model.carried());
  let learner: DynamicEvaluation | null = null;
  let stateCache: ContinuousCache | null = null;
  try {
    if (dynamic) learner = new DynamicEvaluation(model, dynamic);
    if (cache) stateCache = new ContinuousCache(model, T, cache);
    await model.call(() => model.resetState());
    if (window !== undefined) return checkedFinite(await windowLosses(model, ids, window, signal));
    if (group.size > 1 && !learner && !stateCache) {
      return await sharedLosses(model, { ids, items }, { T, signal, group });
    }
    if (items !== null && !learner && !stateCache) {
      return checkedFinite(await itemLosses(model, { ids, items }, signal));
    }
    const end = items === null ? NO_END : ids[0];
    return await textLosses(model, ids, { T, end, learner, stateCache, signal });
  } finally {
    await model.call(() => {
      learner?.restore();
      stateCache?.release();
      model.carry(before);
      before?.release();
    });
  }
}

function check({ ids, items }: Pick<Corpus, 'ids' | 'items'>, T: number): void {
  checkCount('evaluate', { T }, 1);
  if (items === 0) {
    throw new UnrolledError(
      'text-short',
      'evaluate: the text has no non-empty item; it needs at least one. Use another text, or another way to split it.',
    );
  }
  if (ids.length < 2) {
    throw new UnrolledError(
      'text-short',
      `evaluate: the text has ${ids.length === 1 ? '1 token' : 'no tokens'}; it needs at least 2. Use a longer text.`,
    );
  }
}

/** @param other what excludes windows, if there is any */
function checkWindow(window: number, other: string | undefined): void {
  checkCount('evaluate', { window }, 1);
  if (other === undefined) return;
  throw new UnrolledError(
    'option-conflict',
    `evaluate: got window with ${other}; windows are for continuous text without adaptation. Leave one out.`,
  );
}

function checkedFinite(losses: Float64Array): Float64Array {
  checkFinite(losses, 0);
  return losses;
}

function summarise(losses: Float64Array, corpus: Corpus): Evaluation {
  const targets = losses.length;
  const sum = losses.reduce((a, b) => a + b, 0);
  const unknown = corpus.unknownAt.filter((position) => position > 0);
  const unknownSum = unknown.reduce((a, position) => a + losses[position - 1], 0);
  const perplexity = exp(sum / targets);
  if (perplexity === Number.POSITIVE_INFINITY) {
    throw new UnrolledError(
      'not-finite',
      `evaluate: the mean loss is ${sum / targets} nats, so the perplexity overflows; it must be finite. ` +
        'The weights are too large: use another model.',
    );
  }
  return {
    perplexity,
    knownPerplexity: exp((sum - unknownSum) / (targets - unknown.length)),
    loss: sum / targets,
    ...bitsOf(sum / targets, corpus),
    targets,
    unknownTargets: unknown.length,
  };
}
