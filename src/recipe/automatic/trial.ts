import { openBackend } from '../../backends/open.ts';
import { unlockRelaxedSimd } from '../../cli/machine/fast-backend.ts';
import { StreamBatches } from '../../data/stream-batches.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { RecurrentLM } from '../../models/recurrent-lm.ts';
import { Random } from '../../tensor/random.ts';
import { train } from '../../training/train.ts';
import { optimizerOf, scheduleOf } from '../learning.ts';
import { trainingOf } from '../model-of-recipe.ts';
import type { Recipe } from '../recipe.ts';

/** At first the kernels are not yet optimised and the memory is untouched. */
const WARM_UP_SECONDS = 0.4;
const SECONDS = 0.6;
const MOST_STEPS = 1000;

/**
 * Tokens a second of training as the recipe says: a moment's work, of which nothing stays. The text is random, with few
 * tokens that occur often and many that are rare, as in any (Zipf's law).
 */
export async function trialSpeed(
  recipe: Recipe,
  config: RecurrentConfig,
  threads: number | undefined,
): Promise<number> {
  unlockRelaxedSimd();
  const backend = await openBackend(recipe.backend, threads === undefined ? {} : { threads });
  try {
    const { batch: N, time: T, clip } = recipe;
    const random = new Random(1);
    const ids = Int32Array.from(
      { length: N * T * MOST_STEPS + 1 },
      () => Math.floor((config.vocabSize + 1) ** random.uniform()) - 1,
    );
    const batches = new StreamBatches(ids, { N, T, end: 'cut' });
    const model = new RecurrentLM(backend, config, random, trainingOf(recipe));
    const optimizer = optimizerOf(recipe, backend);
    const schedule = scheduleOf(recipe, batches.stepsPerEpoch);
    const options = { batches, optimizer, schedule, epochs: 1, ...(clip !== null && { clip }) };
    const start = performance.now();
    let [began, before] = [start, 0];
    const speed = (steps: number) => (steps * N * T * 1000) / (performance.now() - began);
    for await (const event of train(model, options)) {
      if (event.event !== 'step') break;
      const { step } = event;
      // On a slow backend a single step has to do.
      if (performance.now() - began > 1000 * SECONDS) return speed(step - before);
      const now = performance.now();
      const warm = now - start > 1000 * WARM_UP_SECONDS || step > MOST_STEPS / 2;
      if (!warm) [began, before] = [now, step];
    }
    return speed(MOST_STEPS - before);
  } finally {
    backend.close();
  }
}
