import type { VocabularyRow } from '../../generation/sampling/softmax.ts';
import { Writer, type WriterOptions } from '../../generation/writing/writer.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Changes of the logits that only requests have, made before a token is sampled. */
export interface Adjustments {
  /** Added to the logits of tokens, by id. */
  readonly bias: ReadonlyMap<number, number>;
  /** The only ids that may be sampled; empty for no restriction. */
  readonly only: readonly number[];
  /** Subtracted from the logits of generated tokens. */
  readonly presencePenalty: number;
  /** Subtracted from the logit of a generated token, once per occurrence. */
  readonly frequencyPenalty: number;
  /** The end token of an item isn't sampled before this number of tokens. */
  readonly minTokens: number;
  /** The id of this end token; negative if there is none. */
  readonly endId: number;
}

/** A writer with `logit_bias`, `presence_penalty`, `frequency_penalty` and `min_tokens`. */
export class AdjustedWriter extends Writer {
  readonly #adjustments: Adjustments;
  readonly #isIdle: boolean;
  /** The count of each generated token. */
  readonly #counts: Map<number, number> = new Map();
  #written = 0;

  /** @throws {UnrolledError} code `text-empty` for an empty prompt, `option-value` when an option is out of range */
  constructor(model: RecurrentLM, options: WriterOptions, adjustments: Adjustments) {
    super(model, options);
    const { bias, only, presencePenalty, frequencyPenalty } = adjustments;
    this.#adjustments = adjustments;
    this.#isIdle = bias.size + only.length === 0 && presencePenalty === 0 && frequencyPenalty === 0;
  }

  override *prepare(model: RecurrentLM, scores: Tensor, n: number): Reads<void> {
    yield* super.prepare(model, scores, n);
    if (this.#isIdle) return;
    const V = model.config.vocabSize;
    const logits = scores.part([1, V], n * V);
    const row = (yield* numbersOf(logits)) as VocabularyRow;
    this.#adjust(row);
    model.backend.write(logits, row);
  }

  override bannedIn(model: RecurrentLM): readonly number[] {
    const { minTokens, endId } = this.#adjustments;
    const banned = super.bannedIn(model);
    return endId >= 0 && this.#written < minTokens ? [...banned, endId] : banned;
  }

  override accept(id: number): void {
    super.accept(id);
    this.#written++;
    if (!this.#isIdle) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  #adjust(row: VocabularyRow): void {
    const { bias, only, presencePenalty, frequencyPenalty } = this.#adjustments;
    for (const [id, by] of bias) row[id] += by;
    // https://platform.openai.com/docs/advanced-usage#frequency-and-presence-penalties
    for (const [id, count] of this.#counts) row[id] -= presencePenalty + count * frequencyPenalty;
    if (only.length === 0) return;
    const kept = only.map((id) => row[id]);
    row.fill(Number.NEGATIVE_INFINITY);
    for (const [i, id] of only.entries()) row[id] = kept[i];
  }
}
