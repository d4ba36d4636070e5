import type { TokenDecoder } from './tokenizer.ts';

/** Decodes tokens that represent bytes. Bytes of an incomplete character are held back; invalid bytes become U+FFFD. */
export class Utf8Decoder implements TokenDecoder {
  readonly #bytesOf: (token: string) => Uint8Array;
  // Without ignoreBOM, a byte order mark at the start would be removed.
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
