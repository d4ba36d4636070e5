import { createParam, type Param } from '../layers/layer.ts';
import type { Arena } from '../tensor/arena.ts';
import type { Shape } from '../tensor/shape.ts';
import { cells } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';

/** The name and shape of every Param of a model, from bottom to top: the names of the model file. */
export function* parameterShapes(config: RecurrentConfig): Generator<readonly [name: string, shape: Shape]> {
  const { vocabSize: V, embeddingSize: D, layers } = config;
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

/** The parameters of a model by name, of zeros, in an arena. */
export class ModelParams {
  readonly all: readonly Param[];
  readonly #byName = new Map<string, Param>();
  readonly #layers: number;

  constructor(arena: Arena, config: RecurrentConfig) {
    for (const [name, shape] of parameterShapes(config)) {
      this.#byName.set(name, createParam(arena, name, shape));
    }
    this.all = [...this.#byName.values()];
    this.#layers = config.layers;
  }

  /** The one of a name that every model of its config has. */
  one(name: string): Param {
    return this.#byName.get(name) as Param;
  }

  /** `rnn.0.NAME`, `rnn.1.NAME` …, from the bottom; none where the config has none. */
  ofLayers(name: string): Param[] {
    const params = Array.from({ length: this.#layers }, (_, i) => this.#byName.get(`rnn.${i}.${name}`));
    return params.filter((param) => param !== undefined);
  }
}
