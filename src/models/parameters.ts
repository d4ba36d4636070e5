import type { Shape } from '../tensor/shape.ts';
import type { RecurrentConfig } from './config.ts';

/** The name and shape of every Param of a model, from bottom to top: the names of the model file. */
export function* parameterShapes(config: RecurrentConfig): Generator<readonly [name: string, shape: Shape]> {
  const { vocabSize: V, wordvecSize: D, hiddenSize: H, layers } = config;
  yield ['embedding.W', [V, D]];
  for (let i = 0; i < layers; i++) {
    yield [`rnn.${i}.Wx`, [i === 0 ? D : H, H]];
    yield [`rnn.${i}.Wh`, [H, H]];
    yield [`rnn.${i}.b`, [H]];
  }
  yield ['affine.W', [H, V]];
  yield ['affine.b', [V]];
}
