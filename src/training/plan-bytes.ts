import type { Backend } from '../backends/backend.ts';
import type { Batches } from '../data/batches/batches.ts';
import { ItemBatches } from '../data/batches/item-batches.ts';
import { StreamBatches } from '../data/batches/stream-batches.ts';
import { Corpus } from '../data/corpus.ts';
import { openTokenizer } from '../data/tokenizers/open.ts';
import { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
import { checkCount, optionsOf } from '../kinds.ts';
import type { OrEarlierName, RecurrentConfig } from '../models/config.ts';
import type { ModelOptions } from '../models/model-options.ts';
import { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Arena } from '../tensor/arena.ts';
import { arenaOf } from '../tensor/memory-checks.ts';
import { PlanningArena } from '../tensor/planning-arena.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { WeightAverage } from './averages/weight-average.ts';
import { EVALUATION_T, evaluate } from './evaluation/evaluate.ts';
import { ITEMS_N } from './evaluation/item-losses.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { SGD } from './optimizers/sgd.ts';
import { train } from './train.ts';

/** Maximum N·T: the dry run allocates an object per stream and step. */
const MAX_BLOCK_TOKENS = 2 ** 24;

/** The options that determine the memory of training, besides the model's sizes. */
export interface PlanBytesOptions {
  /** Batch size: streams read in parallel. */
  readonly N: number;
  /** Block length, in steps. */
  readonly T: number;
  /** Maximum global gradient norm. Default: no clipping. */
  readonly clip?: number;
  /** Options of the model. Default: none. */
  readonly model?: ModelOptions;
  /** Creates the optimizer on the given backend, which computes nothing. Default: SGD. */
  readonly optimizer?: (backend: Backend) => Optimizer;
  /** Creates the weight average on the given backend. Default: none. */
  readonly average?: (backend: Backend) => WeightAverage;
  /** Lengths of the texts to evaluate, in order: in tokens, or in items when `items` is true. Default: none. */
  readonly texts?: readonly number[];
  /** Whether the texts are items, so that blocks reset states. Default false. */
  readonly items?: boolean;
}

/**
 * Peak memory of a backend, in bytes, when a model of this config is created and trained, the texts are evaluated, and
 * tokens are generated: weights, gradients, moments, work space, and the memory already in use. Pass the result to
 * `backend.arena.reserve()` to grow the memory once.
 *
 * Found by a dry run: the same calls on a backend that allocates but computes nothing.
 * @throws {UnrolledError} `memory` when N·T is too large, `option-value` for an invalid option, and as `RecurrentLM`,
 * `StreamBatches`, `train` and `evaluate` do
 */
export async function planBytes(
  given: Backend,
  config: OrEarlierName<RecurrentConfig>,
  planned: PlanBytesOptions,
): Promise<number> {
  const arena = arenaOf('planBytes', given);
  const advice = 'Pass { N, T }.';
  const {
    N,
    T,
    clip,
    model: options,
    optimizer,
    average,
    texts = [],
    items = false,
  } = optionsOf('planBytes', planned, advice);
  checkBlock(N, T);
  const backend = idleBackend(new PlanningArena(arena.floatType, arena.bytesSpanned));
  const model = new RecurrentLM(backend, config, undefined, withEarlySwitch(options));
  const epochs = options?.sampledSoftmax?.steps === undefined ? 1 : 2;
  const batches = placeholderBatches(N, T, items);
  const steps = train(model, {
    batches,
    optimizer: optimizer?.(backend) ?? new SGD(backend, { lr: 1 }),
    epochs,
    ...(clip !== undefined && { clip }),
  });
  // The memory of the training run is still in use while it evaluates.
  for await (const { event, epoch } of steps) {
    if (event !== 'epoch' || epoch < epochs) continue;
    average?.(backend).update(model.params);
    for (const text of texts) await evaluate(model, placeholderText(text, items));
    model.draw(model.step(new Int32Array(1), [model.state()]), [{ scale: 1, uniform: 0 }]);
  }
  return backend.arena.bytesSpanned;
}

/** The dry run has a step with the sample and, if later ones have none, a step without it. */
function withEarlySwitch(options: ModelOptions | undefined): ModelOptions | undefined {
  const { sampledSoftmax } = options ?? {};
  if (sampledSoftmax?.steps === undefined) return options;
  return { ...options, sampledSoftmax: { ...sampledSoftmax, steps: 1 } };
}

/** Throws for a block that is too large for the dry run. */
function checkBlock(N: number, T: number): void {
  checkCount('planBytes', { N, T }, 1);
  if (N * T <= MAX_BLOCK_TOKENS) return;
  throw new UnrolledError(
    'memory',
    `planBytes: N is ${N}, T is ${T}; a block of ${N * T} tokens exceeds the maximum of ${MAX_BLOCK_TOKENS}. Use a smaller N or T.`,
  );
}

/** A backend that computes nothing. Layers never read results, so their calls are the same as in training. */
function idleBackend(arena: Arena): Backend {
  const readSync = (x: Tensor) => x.view(); // zeros
  const own: Partial<Backend> = {
    name: 'idle',
    description: 'computes nothing',
    arena,
    threads: 1,
    readSync,
    read: async (x) => readSync(x),
  };
  return new Proxy(own, { get: (target, name) => Reflect.get(target, name) ?? (() => {}) }) as Backend;
}

/** Batches of one block; with items, the state is reset before each step. */
function placeholderBatches(N: number, T: number, items: boolean): Batches {
  const ids = new Int32Array(N * T + 1);
  return items
    ? new ItemBatches({ ids, items: N * T }, { N, T })
    : new StreamBatches(ids, { N, T, end: 'cut' });
}

/** A text that needs as much memory as one of this length. */
function placeholderText(length: number, ofItems: boolean): Corpus {
  const tokenizer = openTokenizer('char');
  const vocabulary = Vocabulary.fromTokens(['a'], null);
  if (!ofItems) return Corpus.encode('a'.repeat(Math.min(length, EVALUATION_T + 1)), tokenizer, vocabulary);
  const items = Array.from({ length: Math.min(length, ITEMS_N) }, () => 'a');
  return Corpus.encodeItems(items, { tokenizer, vocabulary: vocabulary.withEnd() });
}
