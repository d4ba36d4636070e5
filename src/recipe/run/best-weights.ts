import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { type ModelContents, saveModelFile } from '../../models/model-file.ts';
import { checkWeights, saveWeights, writeWeights } from '../../models/weights.ts';
import type { Score } from '../../training/evaluation/assess.ts';
import type { Store } from '../store.ts';
import type { BitsOfRun } from './perplexity-bits.ts';

/** When weights were saved, and their perplexities. */
export type Progress = {
  readonly epoch: number;
  readonly step: number;
  /** null in the middle of an epoch. */
  readonly trainPerplexity: number | null;
  readonly validPerplexity: number | null;
};

/** A copy of the weights, with when it was made. */
export interface WeightsSnapshot {
  readonly progress: Progress;
  readonly weights: ReadonlyMap<string, NamedArray>;
}

/** The outcome of saving weights. */
export interface SaveOutcome {
  /** Whether the model file now holds these weights. */
  readonly saved: boolean;
  /** Why the model file could not be written; the weights are kept in memory. */
  readonly error: UnrolledError | null;
}

/** The model file's contents besides the weights. */
type FileContents = Omit<ModelContents, 'results'>;

/** Keeps the best weights of a run in memory and in the model file. */
export class BestWeights {
  readonly out: string;
  /** Read at each write: a run may change its recipe. */
  readonly #saved: FileContents;
  readonly #bitsOf: BitsOfRun | null;
  readonly #store: Store;
  #kept: WeightsSnapshot | null = null;
  #written: Progress | null = null;

  /**
   * @param bitsOf measures bits per byte and character for the file; null for a file without them
   * @param kept the best weights in the checkpoint that the run resumes from
   */
  constructor(
    out: string,
    saved: FileContents,
    store: Store,
    bitsOf: BitsOfRun | null = null,
    kept: WeightsSnapshot | null = null,
  ) {
    this.out = out;
    this.#saved = saved;
    this.#bitsOf = bitsOf;
    this.#store = store;
    this.#kept = kept;
  }

  /** The best weights so far. */
  get best(): WeightsSnapshot | null {
    return this.#kept;
  }

  /** When the best weights so far were saved. */
  get bestProgress(): Progress | null {
    return this.#kept?.progress ?? null;
  }

  /** When the weights that this run last wrote to `out` were saved; null before the first write. */
  get written(): Progress | null {
    return this.#written;
  }

  /**
   * Saves the model's weights if they are the best so far: those with the lowest validation perplexity, or the latest ones
   * without a validation text. A store error is returned.
   * @throws UnrolledError when weights are not finite
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

  /** Restores the best weights and writes them; null when this run has already written them. A store error is returned. */
  async saveBest(): Promise<SaveOutcome | null> {
    if (!this.#kept || this.#written === this.bestProgress) return null;
    this.restore();
    return await this.#tryWrite(this.#kept.progress);
  }

  /** Copies the best weights back into the model. */
  restore(): void {
    if (this.#kept) writeWeights(this.#saved.model, this.#kept.weights);
  }

  /** Writes the model file with its final scores; call `restore` first. @returns the file's length in bytes */
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
    const measured = this.#bitsOf ? { ...results, ...this.#bitsOf(results) } : results;
    const bytes = await saveModelFile({ ...this.#saved, results: measured });
    await this.#store.write(this.out, bytes);
    this.#written = this.bestProgress;
    return bytes.length;
  }
}
