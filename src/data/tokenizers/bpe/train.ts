import { checkFunction, checkValue, integer, optionsOf } from '../../../kinds.ts';
import { checkText } from '../../text-codec.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { bpeTokenizer } from './bpe.ts';
import { MOST_RULES } from './merging/merge-long.ts';
import { MergeTrainer } from './training/merge-trainer.ts';
import { PreTokenCounts } from './training/pre-token-counts.ts';

export interface BPETrainerOptions {
  /** Tokens, the 256 bytes among them; fewer where the text has no more pairs. */
  readonly vocabSize: number;
  /** How often a pair must occur to become a token. Default 2. */
  readonly minFrequency?: number;
  /** Different pre-tokens that are counted exactly; above, the rarest are taken out. Default 2,000,000: about 150 MB. */
  readonly mostPreTokens?: number;
}

/**
 * Learns a byte-level BPE tokenizer from texts of any size, chunk by chunk. Its tokens are those of `ByteLevelBPETokenizer` of Python's
 * `tokenizers`, trained on the same files.
 */
export class BPETrainer {
  readonly #options: Required<BPETrainerOptions>;
  readonly #counts: PreTokenCounts;

  /** @throws UnrolledError for a size below 256, or other options out of their range */
  constructor(options: BPETrainerOptions) {
    const { vocabSize, minFrequency = 2, mostPreTokens = 2_000_000 } = optionsOf('BPETrainer', options);
    checkValue('BPETrainer', 'vocabSize', vocabSize, integer({ from: 256, to: MOST_RULES }));
    checkValue('BPETrainer', 'minFrequency', minFrequency, integer({ from: 1 }));
    checkValue('BPETrainer', 'mostPreTokens', mostPreTokens, integer({ from: 1000, to: 10_000_000 }));
    this.#options = { vocabSize, minFrequency, mostPreTokens };
    this.#counts = new PreTokenCounts(mostPreTokens);
  }

  /** Counts the next chunk of a text; where it is cut changes nothing. */
  push(text: string): void {
    checkText('BPETrainer', text);
    this.#counts.push(text);
  }

  /** Ends a text: the next chunk begins another one. */
  end(): void {
    this.#counts.end();
  }

  /** Different pre-tokens so far. */
  get preTokens(): number {
    return this.#counts.size;
  }

  /** How many rare pre-tokens were taken out because there were more than `mostPreTokens`; 0: the merges are exact. */
  get pruned(): number {
    return this.#counts.pruned;
  }

  /**
   * Learns from all texts so far.
   * @param onProgress called from time to time with the share of the merges that are made, and at the end with 1
   */
  train(onProgress: (share: number) => void = () => {}): Tokenizer {
    checkFunction('BPETrainer', 'onProgress', onProgress);
    this.end();
    const { vocabSize, minFrequency } = this.#options;
    const trainer = new MergeTrainer(this.#counts.entries());
    for (let step = 1; trainer.pieces.length < vocabSize && trainer.step(minFrequency); step++) {
      if (step % 100 === 0) onProgress((trainer.pieces.length - 256) / (vocabSize - 256));
    }
    onProgress(1);
    return bpeTokenizer('BPETrainer', { merges: trainer.merges, pieces: trainer.pieces });
  }
}
