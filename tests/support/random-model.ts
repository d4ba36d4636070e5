import type { Backend } from '../../src/backends/backend.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';

/** A model whose weights are all normal with this deviation, so that its probabilities differ as those of a trained one do. */
export function randomModel(
  backend: Backend,
  config: RecurrentConfig,
  { seed, deviation }: { readonly seed: number; readonly deviation: number },
): RecurrentLM {
  const model = new RecurrentLM(backend, config, new Random(1));
  const random = new Random(seed);
  for (const { value } of model.params) {
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => deviation * random.normal()),
    );
  }
  return model;
}
