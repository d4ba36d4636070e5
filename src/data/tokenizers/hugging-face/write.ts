import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { readMerges } from '../bpe/parameters.ts';
import { checkTokenizer, type Tokenizer } from '../tokenizer.ts';
import { partOf } from './file-errors.ts';

/**
 * Writes a byte-level BPE tokenizer as a tokenizer.json. Hugging Face's `tokenizers` reads it with the same ids and saves the same
 * bytes. No special tokens are added.
 * @throws {UnrolledError} code `option-value` for a tokenizer of another kind
 */
export function writeTokenizerJSON(tokenizer: Tokenizer): string {
  checkTokenizer('writeTokenizerJSON', tokenizer);
  const { kind, merges, prefixSpace = false, normalize } = partOf(tokenizer.toJSON()) ?? {};
  const vocabulary = tokenizer.fixedVocabulary();
  if (kind !== 'bpe' || vocabulary === null) throw notBPE(tokenizer.kind);
  const byteLevel = (prefix: unknown, trim: boolean) => {
    return { type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: trim, use_regex: true };
  };
  const file = {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: [] },
    normalizer: typeof normalize === 'string' ? { type: normalize.toUpperCase() } : null,
    pre_tokenizer: byteLevel(prefixSpace, true),
    post_processor: byteLevel(true, false),
    decoder: byteLevel(true, true),
    model: {
      ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null },
      ...{ end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false },
      vocab: {},
      merges: readMerges('writeTokenizerJSON', merges),
    },
  };
  // Written by hand, because an object would list the piece "2024" first.
  const ids = vocabulary.tokens.map((piece, id) => `      ${JSON.stringify(piece)}: ${id}`).join(',\n');
  return JSON.stringify(file, null, 2).replace('"vocab": {}', () => `"vocab": {\n${ids}\n    }`);
}

function notBPE(kind: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `writeTokenizerJSON: the tokenizer is of the kind ${shown(kind)}; it must be byte-level BPE. Train one with BPETrainer.`,
  );
}
