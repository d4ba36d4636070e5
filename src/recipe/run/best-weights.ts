import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { type ModelContents, saveModelFile } from '../../models/model-file.ts';
import { checkWeights, saveWeights, writeWeights } from '../../models/weights.ts';
import type { Score } from '../../training/evaluation/assess.ts';
import type { Store } from '../store.ts';
import type { BitsOfRun } from './perplexity-bits.ts';

/** When weights were taken, and what was measured. */
export type Progress = {
  readonly epoch: number;
  readonly step: number;
  /** null in the middle of an epoch. */
  readonly trainPerplexity: number | null;
  readonly validPerplexity: number | null;
};

/** Weights and when they were taken. */
export interface WeightsSnapshot {
  readonly progress: Progress;
  readonly weights: ReadonlyMap<string, NamedArray>;
}

/** What became of weights that were offered. */
export interface SaveOutcome {
  /** Whether the model file now holds them. */
  readonly saved: boolean;
  /** Why better weights could not be written; they are kept in memory. */
  readonly error: UnrolledError | null;
}

/** What the model file holds beside the weights; with `bitsOf` also what the perplexities are in bits. */
type FileContents = Omit<ModelContents, 'results'> & { readonly bitsOf?: BitsOfRun };

/** Keeps the best weights of a run, in memory and in the model file. */
export class BestWeights {
  readonly out: string;
  readonly #saved: FileContents;
  readonly #store: Store;
  #kept: WeightsSnapshot | null = null;
  #written: Progress | null = null;

  /** @param kept what a resumed run had kept before */
  constructor(out: string, saved: FileContents, store: Store, kept: WeightsSnapshot | null = null) {
    this.out = out;
    this.#saved = saved;
    this.#store = store;
    this.#kept = kept;
  }

  /** The best weights so far. */
  get best(): WeightsSnapshot | null {
    return this.#kept;
  }

  /** When the best weights so far were taken. */
  get bestProgress(): Progress | null {
    return this.#kept?.progress ?? null;
  }

  /** What this run last wrote to `out`. */
  get written(): Progress | null {
    return this.#written;
  }

  /**
   * Saves the model's weights when they are better than those kept: with a lower validation
   * perplexity, or later ones where there is none.
   * @throws when weights are not finite; an error of the store is returned
   */
  async saveIfBetter(progress: Progress): Promise<SaveOutcome> {
    const best = this.#kept?.progress.validPerplexity;
    const { validPerplexity } = progress;
    if (typeof best === 'number' && !(validPerplexity !== null && validPerplexity < best)) {
      return { saved: false, error: null };
    }
    const weights = await saveWeights(this.#saved.model);
    checkWeights(this.#saved.model.config, weights, 'train');
    this.#kept = { progress, weights };
    return await this.#tryWrite(progress);
  }

  /** Writes the best weights, which the model then has, unless this run has written them: null. An error of the store is returned. */
  async saveBest(): Promise<SaveOutcome | null> {
    if (!this.#kept || this.#written === this.bestProgress) return null;
    this.restore();
    return await this.#tryWrite(this.#kept.progress);
  }

  /** Puts the best weights back into the model. */
  restore(): void {
    if (this.#kept) writeWeights(this.#saved.model, this.#kept.weights);
  }

  /** Writes the model, which `restore` was called on, with what was measured. Returns the file's length. */
  writeFinal(valid: Score | null, test: Score | null): Promise<number> {
    return this.#write({ ...this.#kept!.progress, valid, test });
  }

  async #tryWrite(progress: Progress): Promise<SaveOutcome> {
    try {
      await this.#write({ ...progress, valid: null, test: null });
      return { saved: true, error: null };
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      return { saved: false, error: error };
    }
  }

  async #write(results: Progress & { valid: Score | null; test: Score | null }): Promise<number> {
    const { bitsOf } = this.#saved;
    const measured = bitsOf ? { ...results, ...bitsOf(results) } : results;
    const bytes = await saveModelFile({ ...this.#saved, results: measured });
    await this.#store.write(this.out, bytes);
    this.#written = this.bestProgress;
    return bytes.length;
  }
}
