import { UnrolledError } from '../../errors.ts';
import type { VocabularyRow } from './softmax.ts';

/** What a penalty may be; far beyond, it would take scores out of the numbers of float32. */
export const PENALTIES = { from: 0.01, to: 100 } as const;

export interface RepetitionOptions {
  /** From 0.01 to 100. Above 1, what came lately is less likely to come again. Default 1: nothing changes. */
  repetitionPenalty?: number;
  /** How many of the last tokens count, those of the prompt among them. Default 64. */
  repetitionWindow?: number;
}

/** The penalty of CTRL (Keskar et al. 2019) on the tokens among the last ones. Memory: one window. */
export class Repetition {
  readonly #penalty: number;
  readonly #window: Int32Array;
  /** How often each token stands in the window. */
  readonly #counts: Map<number, number> = new Map();
  #length = 0;

  /** @throws when an option is out of its range */
  constructor({ repetitionPenalty = 1, repetitionWindow = 64 }: RepetitionOptions) {
    const { from, to } = PENALTIES;
    if (!(repetitionPenalty >= from && repetitionPenalty <= to)) {
      throw new UnrolledError(
        'option-value',
        `sample: repetitionPenalty is ${repetitionPenalty}; it must be a number from ${from} to ${to}, for example 1.2.`,
      );
    }
    if (!(Number.isInteger(repetitionWindow) && repetitionWindow > 0 && repetitionWindow < 2 ** 31)) {
      throw new UnrolledError(
        'option-value',
        `sample: repetitionWindow is ${repetitionWindow}; it must be a positive integer.`,
      );
    }
    this.#penalty = repetitionPenalty;
    this.#window = new Int32Array(repetitionPenalty === 1 ? 0 : repetitionWindow);
  }

  /** Whether `penalise` changes anything now. */
  get isActive(): boolean {
    return this.#counts.size > 0;
  }

  /** A token that came; the oldest leaves the window. */
  push(id: number): void {
    const size = this.#window.length;
    if (size === 0) return;
    const place = this.#length++ % size;
    if (this.#length > size) this.#count(this.#window[place], -1);
    this.#window[place] = id;
    this.#count(id, 1);
  }

  /** Divides the scores above 0 of the tokens in the window by the penalty, and multiplies the others by it. */
  penalise(scores: VocabularyRow): void {
    for (const id of this.#counts.keys()) {
      scores[id] = scores[id] > 0 ? scores[id] / this.#penalty : scores[id] * this.#penalty;
    }
  }

  #count(id: number, change: number): void {
    const count = (this.#counts.get(id) ?? 0) + change;
    if (count > 0) this.#counts.set(id, count);
    else this.#counts.delete(id);
  }
}
