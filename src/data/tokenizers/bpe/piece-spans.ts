import { writeBytes } from '../../texts/write-bytes.ts';
import type { TokenSpan } from '../tokenizer.ts';
import { bytesOfPiece } from './alphabet.ts';

/**
 * The characters that begin in each piece of a text. One in which none begins, a later part of a character, has the span of the
 * piece before it.
 * @param added bytes before the text that are none of its own; they count to its first character
 */
export function* pieceSpans(text: string, pieces: Iterable<string>, added: number): Iterable<TokenSpan> {
  const character = new Uint8Array(4);
  let [start, end, extra] = [0, 0, added];
  /** Bytes of the last character that are in later pieces. */
  let left = 0;
  for (const token of pieces) {
    let bytes = bytesOfPiece(token).length - left;
    if (bytes > 0) start = end;
    while (bytes > 0) {
      const from = end;
      end += text.codePointAt(from)! > 0xffff ? 2 : 1;
      bytes -= extra + writeBytes(text, from, end, character, 0);
      extra = 0;
    }
    left = -bytes;
    yield { token, start, end };
  }
}
