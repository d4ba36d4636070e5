import type { TokenDecoder } from './tokenizer.ts';

/** Decodes tokens that are bytes: it holds those of an unfinished character back, and bytes that are no UTF-8 become U+FFFD. */
export class Utf8Decoder implements TokenDecoder {
  readonly #bytesOf: (token: string) => Uint8Array;
  // Without ignoreBOM a byte order mark at the start of the text would vanish.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(bytesOf: (token: string) => Uint8Array) {
    this.#bytesOf = bytesOf;
  }

  push(token: string): string {
    return this.#utf8.decode(this.#bytesOf(token), { stream: true });
  }

  end(): string {
    return this.#utf8.decode();
  }
}
