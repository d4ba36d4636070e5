import type { SavedModel } from 'unrolled';
import type { InitialWh } from './calls.ts';
import { comparedCells, SmallModel, smallConfig } from './small-model.ts';

/** The three small models beside one model. They are made when they are first needed. */
export class SmallModels {
  readonly #saved: SavedModel;
  readonly #initial: InitialWh;
  readonly all: readonly SmallModel[];

  constructor(saved: SavedModel, initial: InitialWh) {
    const { backend, config } = saved.model;
    this.#saved = saved;
    this.#initial = initial;
    this.all = comparedCells.map((cell) => new SmallModel(backend, smallConfig(config, cell), initial));
  }

  /** Whether they belong to an open model and began in this way. */
  fit(saved: SavedModel, initial: InitialWh): boolean {
    return this.#saved === saved && this.#initial === initial;
  }

  dispose(): void {
    for (const { model } of this.all) model.dispose();
  }
}
