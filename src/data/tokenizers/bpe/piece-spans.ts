import { writeBytes } from '../../texts/write-bytes.ts';
import type { TokenSpan } from '../tokenizer.ts';
import { bytesOfPiece } from './alphabet.ts';

/**
 * The span of each piece: the characters whose first byte it contains. A piece without one, a later part of a character, has the
 * span of the piece before it.
 * @param added number of bytes that the pieces have before the text, such as a prefix space. A piece of these bytes only has the
 * span of the first character, as in Python's `tokenizers`
 */
export function* pieceSpans(text: string, pieces: Iterable<string>, added: number): Iterable<TokenSpan> {
  const character = new Uint8Array(4);
  const lengthAt = (at: number) => (text.codePointAt(at)! > 0xffff ? 2 : 1);
  let [start, end] = [0, 0];
  /** Bytes of the next pieces that belong to no new character: the rest of the last one, or those added. */
  let left = added;
  for (const token of pieces) {
    let bytes = bytesOfPiece(token).length - left;
    if (bytes > 0) start = end;
    while (bytes > 0) {
      const from = end;
      end += lengthAt(from);
      bytes -= writeBytes(text, from, end, character, 0);
    }
    left = -bytes;
    yield { token, start, end: end || lengthAt(0) };
  }
}
