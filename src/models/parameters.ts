import { createParam, type Param } from '../layers/layer.ts';
import type { Arena } from '../tensor/arena.ts';
import type { Shape } from '../tensor/shape.ts';
import { cells } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';

/** The name and shape of each parameter of a model, from bottom to top. The names are those of the model file. */
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

/** The parameters of a model by name, allocated in an arena and initialised to zeros. */
export class ModelParams {
  readonly all: readonly Param[];
  readonly #byName = new Map<string, Param>();
  readonly #layers: number;

  constructor(arena: Arena, config: RecurrentConfig) {
    const { length: gates } = cells[config.cell].gates;
    for (const [name, shape] of parameterShapes(config)) {
      const isOfGates = name.startsWith('rnn.') && shape.length === 2;
      this.#byName.set(name, createParam(arena, name, shape, isOfGates ? gates : undefined));
    }
    this.all = [...this.#byName.values()];
    this.#layers = config.layers;
  }

  /** A parameter that every model of the config has. */
  one(name: string): Param {
    return this.#byName.get(name) as Param;
  }

  /** `rnn.0.NAME`, `rnn.1.NAME` …, from bottom to top; empty if the config has none. */
  ofLayers(name: string): Param[] {
    const params = Array.from({ length: this.#layers }, (_, i) => this.#byName.get(`rnn.${i}.${name}`));
    return params.filter((param) => param !== undefined);
  }
}
