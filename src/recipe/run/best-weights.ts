import { writeFileAtomically } from '../../cli/files/write.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { type ModelContents, writeModelFile } from '../../models/model-file.ts';
import { checkWeights, readWeights, writeWeights } from '../../models/weights.ts';
import type { Score } from '../../training/assess.ts';

/** How far the weights had come. */
export type Progress = {
  readonly epoch: number;
  readonly step: number;
  /** null in the middle of an epoch. */
  readonly trainPerplexity: number | null;
  readonly validPerplexity: number | null;
};

/** Weights and how far they had come. */
export interface Kept {
  readonly progress: Progress;
  readonly weights: ReadonlyMap<string, NamedArray>;
}

/** Keeps the best weights of a run, in memory and in the model file. */
export class BestWeights {
  readonly out: string;
  readonly #saved: Omit<ModelContents, 'results'>;
  #kept: Kept | null = null;
  #written: Progress | null = null;

  /** @param kept what a resumed run had kept before */
  constructor(out: string, saved: Omit<ModelContents, 'results'>, kept: Kept | null = null) {
    this.out = out;
    this.#saved = saved;
    this.#kept = kept;
  }

  /** The best weights so far. */
  get best(): Kept | null {
    return this.#kept;
  }

  /** What the best weights so far are. */
  get kept(): Progress | null {
    return this.#kept?.progress ?? null;
  }

  /** What this run last wrote to `out`. */
  get written(): Progress | null {
    return this.#written;
  }

  /**
   * Saves the model's weights when they are better than those kept: with a lower validation
   * perplexity, or later ones where there is none. Returns whether they were saved.
   * @throws when weights are not finite; when only the writing fails, `warn` is called instead
   */
  offer(progress: Progress, warn: (message: string) => void): boolean {
    const best = this.#kept?.progress.validPerplexity;
    const { validPerplexity } = progress;
    if (typeof best === 'number' && !(validPerplexity !== null && validPerplexity < best)) return false;
    const weights = readWeights(this.#saved.model);
    checkWeights(this.#saved.model.config, weights, 'train');
    this.#kept = { progress, weights };
    try {
      this.#write({ ...progress, valid: null, test: null });
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      warn(`${error.message} Training goes on, and the end tries again.`);
    }
    return this.#written === progress;
  }

  /** Puts the best weights back into the model. */
  restore(): void {
    if (this.#kept) writeWeights(this.#saved.model, this.#kept.weights);
  }

  /** Writes the model, which `restore` was called on, with what was measured. Returns the file's length. */
  finish(valid: Score | null, test: Score | null): number {
    return this.#write({ ...this.#kept!.progress, valid, test });
  }

  #write(results: Progress & { valid: Score | null; test: Score | null }): number {
    const bytes = writeModelFile({ ...this.#saved, results });
    writeFileAtomically(this.out, bytes);
    this.#written = this.kept;
    return bytes.length;
  }
}
