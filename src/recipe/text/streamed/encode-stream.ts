import { Corpus } from '../../../data/corpus.ts';
import { firstTokensOf, type TextCodec } from '../../../data/text-codec.ts';
import { TokenWriter } from '../../../formats/text/token-file/write-tokens.ts';
import type { TextStream } from '../training-data.ts';
import { piecesOf, type StreamReadOptions } from './pieces.ts';
import type { NewFile } from './token-store.ts';

/** Encodes the first `maxTokens` tokens of a text into a new file, in constant memory. On failure, no file is left. */
export async function encodeInto(
  file: NewFile,
  text: TextStream,
  codec: TextCodec,
  { maxTokens, about }: { readonly maxTokens: number | null; readonly about: unknown },
  reading: StreamReadOptions,
): Promise<void> {
  try {
    const { vocabulary, tokenizer } = codec;
    const writer = new TokenWriter(file, vocabulary.size);
    let [characters, bytes] = [0, 0];
    for await (const piece of piecesOf(text, tokenizer, reading)) {
      const left = (maxTokens ?? Number.POSITIVE_INFINITY) - writer.count;
      const whole = Corpus.encode(piece, codec);
      const isCut = whole.ids.length > left;
      const corpus = isCut ? Corpus.encode(firstTokensOf(piece, tokenizer, left), codec) : whole;
      writer.push(corpus.ids, corpus.unknownAt);
      characters += corpus.characters;
      bytes += corpus.bytes;
      if (whole.ids.length >= left) break;
    }
    writer.end({ unknownId: vocabulary.unknownId, characters, bytes, about });
    file.keep();
  } catch (error) {
    file.discard();
    throw error;
  }
}
