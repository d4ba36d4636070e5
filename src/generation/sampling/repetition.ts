import { UnrolledError } from '../../errors.ts';
import { checkNumbers, optionsOf } from '../../kinds.ts';
import { idsOf } from '../../tensor/table-ids.ts';
import type { VocabularyRow } from './softmax.ts';

/** The range of a penalty; far beyond it, logits would overflow float32. */
export const PENALTIES = { from: 0.01, to: 100 } as const;

/** Options of the repetition penalty. */
export interface RepetitionOptions {
  /** The penalty, from 0.01 to 100. Above 1, recent tokens become less likely. Default 1: no penalty. */
  repetitionPenalty?: number;
  /** The number of recent tokens that are penalised, including the prompt's. Default 64. */
  repetitionWindow?: number;
}

/** The repetition penalty of CTRL (Keskar et al. 2019) on recent tokens. Stores one window of ids. */
export class Repetition {
  readonly #penalty: number;
  readonly #window: Int32Array;
  /** The count of each token in the window. */
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

  /** Adds a token; the oldest leaves the window. */
  push(id: number): void {
    const size = this.#window.length;
    if (size === 0) return;
    const index = this.#length++ % size;
    if (this.#length > size) this.#count(this.#window[index], -1);
    this.#window[index] = id;
    this.#count(id, 1);
  }

  /**
   * Divides positive logits of the tokens in the window by the penalty, and multiplies negative ones by it.
   */
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

/**
 * Applies the repetition penalty to the logits (V) of the next token, as `generate` does before it draws: `probabilities` of the
 * result, with the same options, are those of the draw.
 *
 * @param text the ids of the text so far, including the prompt's; only the last `repetitionWindow` count
 * @returns a new row; without a penalty, a copy
 * @throws {UnrolledError} code `option-value` when an argument is not an array of numbers or an option is out of its range
 */
export function penalised<R extends VocabularyRow>(
  scores: R,
  text: Int32Array | readonly number[],
  options: RepetitionOptions = {},
): R {
  checkNumbers('penalised', 'the logits', scores);
  const repetition = new Repetition(optionsOf('penalised', options));
  for (const id of idsOf('penalised', 'the text', text)) repetition.push(id);
  const row = scores.slice() as R;
  repetition.penalise(row);
  return row;
}
