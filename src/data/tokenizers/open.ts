import { UnrolledError } from '../../errors.ts';
import { byteTokenizer } from './byte.ts';
import { charTokenizer } from './char.ts';
import type { Tokenizer } from './tokenizer.ts';
import { wordTokenizer } from './word.ts';

const TOKENIZERS: readonly Tokenizer[] = [wordTokenizer, charTokenizer, byteTokenizer];

/** Finds the tokenizer named `kind`; throws UnrolledError when there is none. */
export function openTokenizer(kind: string): Tokenizer {
  const found = TOKENIZERS.find((tokenizer) => tokenizer.kind === kind);
  if (found === undefined) {
    const kinds = TOKENIZERS.map((tokenizer) => tokenizer.kind).join(', ');
    throw new UnrolledError(
      'unknown-name',
      `Tokenizer: got the kind ${JSON.stringify(kind)}; there are ${kinds}. Choose one of these.`,
    );
  }
  return found;
}
