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

/** Warm-up time: at first the kernels are not optimised and the memory pages are not mapped. */
const WARM_UP_MS = 400;
const MEASURED_MS = 600;
const MAX_STEPS = 1000;
/** Blocks that would take longer at the nominal speed are measured at a smaller size, with about the same speed per token. */
const BLOCK_SECONDS = 5;
/** Maximum length of the random text, in tokens. */
const MAX_TOKENS = 4e6;

/** The recipe and the model to measure. */
export interface Trial {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
}

/**
 * Measures the training speed on a backend for about a second, in tokens per second, and frees the model.
 * The text is random with a Zipf distribution, like natural text.
 * @param now the clock, in milliseconds. Default: performance.now
 */
export async function trialSpeed(
  { recipe, config }: Trial,
  backend: Backend,
  now: () => number = () => performance.now(),
): Promise<number> {
  const block = blockOf({ recipe, config });
  const { N, T, steps } = block;
  const start = now();
  let [began, before] = [start, 0];
  const speed = (taken: number) => (taken * N * T * 1000) / (now() - began);
  for await (const event of trialSteps({ recipe, config }, block, backend)) {
    if (event.event !== 'step') break;
    const { step } = event;
    // On a slow backend, a single step is enough.
    if (now() - began > MEASURED_MS) return speed(step - before);
    const time = now();
    const warm = time - start > WARM_UP_MS || step > steps / 2;
    if (!warm) [began, before] = [time, step];
  }
  return speed(steps - before);
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
  // Without the schedule, which costs no time and may need a validation text.
  return train(model, { batches, optimizer, epochs: 1, ...(clip !== null && { clip }) });
}
