import type { Shape } from '../tensor/shape.ts';
import { cells } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';

/** The name and shape of every Param of a model, from bottom to top: the names of the model file. */
export function* parameterShapes(config: RecurrentConfig): Generator<readonly [name: string, shape: Shape]> {
  const { vocabSize: V, wordvecSize: D, layers } = config;
  const { gates, recurrentWeight } = cells[config.cell];
  yield ['embedding.W', [V, D]];
  for (let i = 0; i < layers; i++) {
    const [below, H] = [i === 0 ? D : widthOf(config, i - 1), widthOf(config, i)];
    const columns = gates.length * H;
    yield [`rnn.${i}.Wx`, [below, columns]];
    if (recurrentWeight) yield [`rnn.${i}.Wh`, [H, columns]];
    yield [`rnn.${i}.b`, [columns]];
    if (config.resetAfter) yield [`rnn.${i}.bh`, [H]];
  }
  if (!config.tied) yield ['affine.W', [widthOf(config, layers - 1), V]];
  yield ['affine.b', [V]];
}
