import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { readMerges } from '../bpe/parameters.ts';
import { checkTokenizer, type Tokenizer } from '../tokenizer.ts';
import { partOf } from './file-errors.ts';
import { bpeModel, byteLevel, normalizerOf, tokenizerText } from './file-parts.ts';

/**
 * Writes a byte-level BPE tokenizer as a tokenizer.json. Hugging Face's `tokenizers` reads it with the same ids and saves the same
 * bytes. No special tokens are added.
 * @throws {UnrolledError} code `option-value` for a tokenizer of another kind
 */
export function writeTokenizerJSON(tokenizer: Tokenizer): string {
  checkTokenizer('writeTokenizerJSON', tokenizer);
  const vocabulary = tokenizer.fixedVocabulary();
  if (tokenizer.kind !== 'bpe' || vocabulary === null) throw notBPE(tokenizer.kind);
  const { merges, prefixSpace = false, normalize } = partOf(tokenizer.toJSON()) ?? {};
  return tokenizerText({
    normalizer: normalizerOf(normalize),
    ...byteLevel(prefixSpace === true, true),
    model: bpeModel(readMerges('writeTokenizerJSON', merges)),
    tokens: vocabulary.tokens,
  });
}

function notBPE(kind: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `writeTokenizerJSON: the tokenizer is of the kind ${shown(kind)}; it must be byte-level BPE. Train one with BPETrainer.`,
  );
}
