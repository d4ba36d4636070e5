import type { Backend } from '../../backends/backend.ts';
import { StreamBatches } from '../../data/stream-batches.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { RecurrentLM } from '../../models/recurrent-lm.ts';
import { Random } from '../../tensor/random.ts';
import { train } from '../../training/train.ts';
import { optimizerOf } from '../learning.ts';
import { trainingOf } from '../model-of-recipe.ts';
import type { Recipe } from '../recipe.ts';

/** At first the kernels are not yet optimised and the memory is untouched. */
const WARM_UP_MS = 400;
const MEASURED_MS = 600;
const MOST_STEPS = 1000;

export interface Trial {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
}

/**
 * Measures for about a second how many tokens a second training takes on a backend, which it leaves without the model.
 * The text is random, with a few frequent tokens and many rare ones, as in any text (Zipf's law).
 * @param now milliseconds. Default: the clock
 */
export async function trialSpeed(
  { recipe, config }: Trial,
  backend: Backend,
  now: () => number = () => performance.now(),
): Promise<number> {
  const { batch: N, time: T } = recipe;
  const start = now();
  let [began, before] = [start, 0];
  const speed = (steps: number) => (steps * N * T * 1000) / (now() - began);
  for await (const event of trialSteps({ recipe, config }, backend)) {
    if (event.event !== 'step') break;
    const { step } = event;
    // On a slow backend a single step has to do.
    if (now() - began > MEASURED_MS) return speed(step - before);
    const time = now();
    const warm = time - start > WARM_UP_MS || step > MOST_STEPS / 2;
    if (!warm) [began, before] = [time, step];
  }
  return speed(MOST_STEPS - before);
}

function trialSteps({ recipe, config }: Trial, backend: Backend): ReturnType<typeof train> {
  const { batch: N, time: T, clip } = recipe;
  const random = new Random(1);
  const ids = Int32Array.from(
    { length: N * T * MOST_STEPS + 1 },
    () => Math.floor((config.vocabSize + 1) ** random.uniform()) - 1,
  );
  const batches = new StreamBatches(ids, { N, T, end: 'cut' });
  const model = new RecurrentLM(backend, config, random, trainingOf(recipe));
  const optimizer = optimizerOf(recipe, backend);
  // Without the schedule: the rate costs no time, and some schedules wait for a validation text.
  return train(model, { batches, optimizer, epochs: 1, ...(clip !== null && { clip }) });
}
