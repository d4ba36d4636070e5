import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';

/** More epochs hardly help with the dropout of the candidate sizes. Measured in docs/recipe-notes.md. */
const MOST = 32;
/** Words of a text below this length are overfitted earlier, and read in fewer epochs. */
const FEW_WORDS = 100_000;

/**
 * The largest number of epochs that is chosen for a text.
 * @param granularity `word` for words and pieces, otherwise characters or bytes
 * @param tokens length of the text, in tokens
 */
export function mostEpochs(granularity: Tokenizer['granularity'], tokens: number): number {
  return granularity === 'word' && tokens < FEW_WORDS ? MOST / 2 : MOST;
}
