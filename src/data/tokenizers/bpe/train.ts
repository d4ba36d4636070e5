import { checkFunction, checkValue, integer, optionsOf } from '../../../kinds.ts';
import { checkText } from '../../text-codec.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { bpeTokenizer } from './bpe.ts';
import { MAX_MERGES } from './merging/merge-long.ts';
import { MergeTrainer } from './training/merge-trainer.ts';
import { PreTokenCounts } from './training/pre-token-counts.ts';

/** Options of `BPETrainer`. */
export interface BPETrainerOptions {
  /** Vocabulary size in tokens, at least 256 (the bytes). The result is smaller if the text runs out of pairs to merge. */
  readonly vocabSize: number;
  /** Minimum number of occurrences for a pair to be merged. Default 2. */
  readonly minFrequency?: number;
  /**
   * Maximum number of distinct pre-tokens to count. Beyond it the rarest quarter is pruned and the merges become
   * approximate. Default 2,000,000, which takes about 150 MB.
   */
  readonly maxPreTokens?: number;
  /**
   * Earlier name of `maxPreTokens`.
   * @deprecated Use `maxPreTokens`.
   */
  readonly mostPreTokens?: number;
}

/**
 * Trains a byte-level BPE tokenizer on texts of any size, chunk by chunk. The merges equal those of `ByteLevelBPETokenizer` in
 * Python's `tokenizers`, trained on the same files.
 */
export class BPETrainer {
  readonly #vocabSize: number;
  readonly #minFrequency: number;
  readonly #counts: PreTokenCounts;

  /** @throws {UnrolledError} code `option-value` when an option is out of range */
  constructor(options: BPETrainerOptions) {
    const {
      vocabSize,
      minFrequency = 2,
      mostPreTokens = 2_000_000,
      maxPreTokens = mostPreTokens,
    } = optionsOf('BPETrainer', options);
    checkValue('BPETrainer', 'vocabSize', vocabSize, integer({ from: 256, to: MAX_MERGES }));
    checkValue('BPETrainer', 'minFrequency', minFrequency, integer({ from: 1 }));
    checkValue('BPETrainer', 'maxPreTokens', maxPreTokens, integer({ from: 1000, to: 10_000_000 }));
    this.#vocabSize = vocabSize;
    this.#minFrequency = minFrequency;
    this.#counts = new PreTokenCounts(maxPreTokens);
  }

  /**
   * Adds the next chunk of the current text. The text may be split into chunks at any position.
   * @throws {UnrolledError} code `option-value` when `text` is not a string
   */
  push(text: string): void {
    checkText('BPETrainer', text);
    this.#counts.push(text);
  }

  /** Ends the current text; the next chunk starts a new one. */
  end(): void {
    this.#counts.end();
  }

  /** Number of distinct pre-tokens counted so far. */
  get preTokens(): number {
    return this.#counts.size;
  }

  /** Number of rare pre-tokens pruned because there were more than `maxPreTokens`. 0 means the merges are exact. */
  get pruned(): number {
    return this.#counts.pruned;
  }

  /**
   * Learns the merges from all texts so far and returns the tokenizer.
   * @param onProgress called every 100 merges with the completed fraction, and with 1 at the end
   * @throws {UnrolledError} code `option-value` when `onProgress` is not a function
   */
  train(onProgress: (share: number) => void = () => {}): Tokenizer {
    checkFunction('BPETrainer', 'onProgress', onProgress);
    this.end();
    const vocabSize = this.#vocabSize;
    const trainer = new MergeTrainer(this.#counts.entries());
    for (let step = 1; trainer.pieces.length < vocabSize && trainer.step(this.#minFrequency); step++) {
      if (step % 100 === 0) onProgress((trainer.pieces.length - 256) / (vocabSize - 256));
    }
    onProgress(1);
    return bpeTokenizer('BPETrainer', { merges: trainer.merges, pieces: trainer.pieces });
  }
}
