import { createParam, type Param } from '../layers/layer.ts';
import type { Arena } from '../tensor/arena.ts';
import type { Shape } from '../tensor/shape.ts';
import { cells } from './cells.ts';
import { modulationOf, type RecurrentConfig, widthOf } from './config.ts';

type NamedShape = readonly [name: string, shape: Shape];

/** The name and shape of each parameter of a model, from bottom to top. The names are those of the model file. */
export function* parameterShapes(config: RecurrentConfig): Generator<NamedShape> {
  const { vocabSize: V, embeddingSize: D, layers } = config;
  const { gates, recurrentWeight, modulated } = cells[config.cell];
  yield ['embedding.W', [V, D]];
  for (let i = 0; i < layers; i++) {
    const [below, H] = [i === 0 ? D : widthOf(config, i - 1), widthOf(config, i)];
    const columns = gates.length * H;
    yield [`rnn.${i}.Wx`, [below, columns]];
    if (recurrentWeight) yield [`rnn.${i}.Wh`, [H, columns]];
    yield [`rnn.${i}.b`, [columns]];
    if (config.resetAfter) yield [`rnn.${i}.bh`, [H]];
    if (modulated) yield* modulationShapes(config, `rnn.${i}`, below, H);
  }
  if (!config.tied) yield ['affine.W', [widthOf(config, layers - 1), V]];
  yield ['affine.b', [V]];
}

/** Q and R of a Mogrifier LSTM, a block of columns for each round. */
function* modulationShapes(
  config: RecurrentConfig,
  layer: string,
  D: number,
  H: number,
): Generator<NamedShape> {
  const { X, Y, K } = modulationOf(config);
  yield [`${layer}.Qdown`, [H, X * K]];
  yield [`${layer}.Qup`, [K, X * D]];
  yield [`${layer}.Rdown`, [D, Y * K]];
  yield [`${layer}.Rup`, [K, Y * H]];
}

/** The number of blocks of columns of a matrix of a recurrent layer: one for each gate, of Q and R one for each round. */
function blocksOf(config: RecurrentConfig, name: string): number | undefined {
  const { gates } = cells[config.cell];
  const { X, Y } = modulationOf(config);
  const blocks = { Wx: gates.length, Wh: gates.length, Qdown: X, Qup: X, Rdown: Y, Rup: Y };
  const weight = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(blocks, weight) ? blocks[weight as keyof typeof blocks] : undefined;
}

/** The parameters of a model by name, allocated in an arena and initialised to zeros. */
export class ModelParams {
  readonly all: readonly Param[];
  readonly #byName = new Map<string, Param>();
  readonly #layers: number;

  constructor(arena: Arena, config: RecurrentConfig) {
    for (const [name, shape] of parameterShapes(config)) {
      this.#byName.set(name, createParam(arena, name, shape, blocksOf(config, name)));
    }
    this.all = [...this.#byName.values()];
    this.#layers = config.layers;
  }

  /** A parameter that every model of the config has. */
  one(name: string): Param {
    return this.#byName.get(name) as Param;
  }

  /** `rnn.INDEX.NAME`; undefined if the config has none. */
  ofLayer(index: number, name: string): Param | undefined {
    return this.#byName.get(`rnn.${index}.${name}`);
  }

  /** `rnn.0.NAME`, `rnn.1.NAME` …, from bottom to top; empty if the config has none. */
  ofLayers(name: string): Param[] {
    const params = Array.from({ length: this.#layers }, (_, i) => this.ofLayer(i, name));
    return params.filter((param) => param !== undefined);
  }
}
