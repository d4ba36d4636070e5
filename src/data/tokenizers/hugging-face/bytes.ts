import type { TextCodec } from '../../text-codec.ts';
import { spellByte } from '../bpe/alphabet.ts';
import { byteTokenizer } from '../byte.ts';
import { END } from './cuts.ts';
import { inconsistent, isSame, type Part } from './file-errors.ts';
import { bpeModel, byteLevel } from './file-parts.ts';
import { tokensOf } from './token-ids.ts';

/** Whether a file is BPE without merges, as `tokenizerJSON` writes bytes. */
export function isBytes(
  { pre_tokenizer, post_processor, decoder }: Part,
  { vocab: _, ...model }: Part,
): boolean {
  return (
    isSame({ pre_tokenizer, post_processor, decoder }, byteLevel(false, false)) && isSame(model, bpeModel([]))
  );
}

/** Reads a vocabulary of the 256 bytes, whose ids are their values. */
export function readBytes(where: string, file: Part, model: Part): TextCodec {
  const tokens = tokensOf(where, file, model);
  const hasEnd = tokens.length === 257 && tokens[256] === END;
  const isInOrder = tokens.slice(0, 256).every((token, byte) => token === spellByte(byte));
  const vocabulary = byteTokenizer.fixedVocabulary()!;
  if (isInOrder && (hasEnd || tokens.length === 256)) {
    return { tokenizer: byteTokenizer, vocabulary: hasEnd ? vocabulary.withEnd() : vocabulary };
  }
  throw inconsistent(where, 'its tokens without merges must be the 256 bytes, each with its value as id');
}
