import type { TokenDecoder } from '../tokenizer.ts';
import { spelledBytes } from './alphabet.ts';

/** The bytes of a piece. One that is none of bytes, an added token of a file, is its own spelling. */
export function bytesOfPiece(piece: string): Uint8Array {
  return spelledBytes(piece) ?? new TextEncoder().encode(piece);
}

/** Holds the bytes of an unfinished character back; bytes that are no UTF-8 become U+FFFD. */
export class PieceDecoder implements TokenDecoder {
  // Without ignoreBOM a byte order mark at the start of the text would vanish.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  push(token: string): string {
    return this.#utf8.decode(bytesOfPiece(token), { stream: true });
  }

  end(): string {
    return this.#utf8.decode();
  }
}
