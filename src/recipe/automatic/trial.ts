import type { Backend } from '../../backends/backend.ts';
import { StreamBatches } from '../../data/batches/stream-batches.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { RecurrentLM } from '../../models/recurrent-lm.ts';
import { Random } from '../../tensor/random.ts';
import { train } from '../../training/train.ts';
import { optimizerOf } from '../learning.ts';
import { trainingOf } from '../model-of-recipe.ts';
import type { Recipe } from '../recipe.ts';
import { nominalStepSeconds } from './choose.ts';

/** The speed rises while the engine optimises the code: it is measured in windows of this length until it stops rising. */
const WINDOW_MS = 250;
const MAX_MS = 4000;
/** The speed has stopped rising when this many windows exceed the best earlier one by less than `RISE`. */
const STEADY_WINDOWS = 2;
const RISE = 1.03;
/** Length of the random text, in blocks; it is read again and again. */
const MAX_STEPS = 200;
/** Blocks that would take longer at the nominal speed are measured at a smaller size, with about the same speed per token. */
const BLOCK_SECONDS = 5;
/** The trial's learning rate, as a share of the recipe's. */
const TRIAL_RATE = 1e-3;
/** Maximum length of the random text, in tokens. */
const MAX_TOKENS = 4e6;

/** The recipe and the model to measure. */
export interface Trial {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
}

/**
 * Measures the training speed on a backend in tokens per second, in one to four seconds, and frees the model.
 * The text is random with a Zipf distribution, like natural text.
 * @param now the clock, in milliseconds. Default: performance.now
 */
export async function trialSpeed(
  { recipe, config }: Trial,
  backend: Backend,
  now: () => number = () => performance.now(),
): Promise<number> {
  const block = blockOf({ recipe, config });
  const speeds: number[] = [];
  const start = now();
  let [began, steps] = [start, 0];
  for await (const { event } of trialSteps({ recipe, config }, block, backend)) {
    if (event !== 'step') continue;
    steps += 1;
    const time = now();
    if (time - began < WINDOW_MS) continue;
    speeds.push((steps * block.N * block.T * 1000) / (time - began));
    if (isSteady(speeds) || time - start > MAX_MS) break;
    [began, steps] = [time, 0];
  }
  return mean(speeds.slice(-STEADY_WINDOWS - 1));
}

/** Whether the last windows are hardly faster than the best one before them. */
function isSteady(speeds: readonly number[]): boolean {
  const earlier = speeds.slice(0, -STEADY_WINDOWS);
  const best = Math.max(...earlier);
  return earlier.length > 0 && speeds.slice(-STEADY_WINDOWS).every((speed) => speed < RISE * best);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Block {
  readonly N: number;
  readonly T: number;
  /** Number of blocks in the random text. */
  readonly steps: number;
}

/** The block to measure: that of the recipe, or a smaller one when a step would take too long. */
function blockOf({ recipe, config }: Trial): Block {
  const seconds = nominalStepSeconds({ recipe, config });
  const size = Math.min(1, BLOCK_SECONDS / seconds);
  const N = Math.max(1, Math.floor(recipe.batch * size));
  const T = Math.max(1, Math.floor(recipe.time * Math.min(1, (size * recipe.batch) / N)));
  return { N, T, steps: Math.min(MAX_STEPS, Math.max(2, Math.floor(MAX_TOKENS / (N * T)))) };
}

function trialSteps(
  { recipe, config }: Trial,
  { N, T, steps }: Block,
  backend: Backend,
): ReturnType<typeof train> {
  const { clip } = recipe;
  const random = new Random(1);
  const ids = Int32Array.from(
    { length: N * T * steps + 1 },
    () => Math.floor((config.vocabSize + 1) ** random.uniform()) - 1,
  );
  const batches = new StreamBatches(ids, { N, T, end: 'cut' });
  const model = new RecurrentLM(backend, config, random, trainingOf(recipe));
  const optimizer = optimizerOf(recipe, backend);
  // A step costs the same at any rate; at a low one, training without clipping stays finite on a random text.
  optimizer.lr *= TRIAL_RATE;
  // Without the schedule, which costs no time and may need a validation text.
  return train(model, {
    batches,
    optimizer,
    epochs: Number.MAX_SAFE_INTEGER,
    ...(clip !== null && { clip }),
  });
}
