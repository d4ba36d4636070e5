import type { TextCodec } from '../../text-codec.ts';
import { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { EOS, wordTokenizer } from '../word.ts';
import { type Part, partOf, unsupported } from './file-errors.ts';
import { tokensOf } from './token-ids.ts';

/**
 * Reads a word-level model with words split at white space. A newline is the token `<eos>`, which `tokenizers` does not have; if the
 * file lacks it, newlines are out of vocabulary.
 */
export function readWordLevel(where: string, file: Part, model: Part): TextCodec {
  const { pre_tokenizer: cut, decoder = null, post_processor: post = null } = file;
  if (partOf(cut)?.type !== 'WhitespaceSplit') {
    throw unsupported(
      where,
      'pre-tokenizer',
      cut,
      'WhitespaceSplit for words, which keeps punctuation attached',
    );
  }
  if (post !== null) throw unsupported(where, 'post-processor', post, 'null for words');
  if (decoder !== null) throw unsupported(where, 'decoder', decoder, 'null for words');
  const tokens = tokensOf(where, file, model);
  const { unk_token: unknown } = model;
  const [unk, eos] = [tokens.indexOf(String(unknown)), tokens.indexOf(EOS)];
  const vocabulary = Vocabulary.fromTokens(tokens, unk < 0 ? null : tokens[unk], eos < 0 ? null : eos);
  return { tokenizer: wordTokenizer, vocabulary };
}
