import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { readMerges } from '../bpe/parameters.ts';
import { checkTokenizer, type Tokenizer } from '../tokenizer.ts';
import { partOf } from './file-errors.ts';

/**
 * A tokenizer of byte-level BPE as a tokenizer.json, which Hugging Face's `tokenizers` read to the same ids; their `save` writes the same
 * bytes. No token is added.
 * @throws UnrolledError for a tokenizer of another kind
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
  // An object would list the piece "2024" before all others.
  const ids = vocabulary.tokens.map((piece, id) => `      ${JSON.stringify(piece)}: ${id}`).join(',\n');
  return JSON.stringify(file, null, 2).replace('"vocab": {}', () => `"vocab": {\n${ids}\n    }`);
}

function notBPE(kind: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `writeTokenizerJSON: the tokenizer is ${shown(kind)}; a tokenizer.json needs byte-level BPE. Train one: BPETrainer.`,
  );
}
