import { BLOCK_BYTES, encodeHead, HEAD_BYTES, TokenDigest, type TokenFileInfo, widthFor } from './layout.ts';

/** A file that is written sequentially. */
export interface ByteSink {
  /** Appends bytes. */
  write(bytes: Uint8Array): void;
  /** Overwrites existing bytes at a position in bytes. */
  writeAt(position: number, bytes: Uint8Array): void;
}

/** Writes a token file incrementally, in constant memory. */
export class TokenWriter {
  readonly #sink: ByteSink;
  readonly #vocabSize: number;
  readonly #digest = new TokenDigest();
  readonly #block: Uint16Array | Uint32Array;
  #filled = 0;
  #count = 0;
  #unknownCount = 0;

  constructor(sink: ByteSink, vocabSize: number) {
    this.#sink = sink;
    this.#vocabSize = vocabSize;
    this.#block =
      widthFor(vocabSize) === 2 ? new Uint16Array(BLOCK_BYTES / 2) : new Uint32Array(BLOCK_BYTES / 4);
    sink.write(new Uint8Array(HEAD_BYTES));
  }

  /** Number of ids written. */
  get count(): number {
    return this.#count;
  }

  /** @param unknownAt the indices in `ids` of out-of-vocabulary tokens, ascending */
  push(ids: Int32Array, unknownAt: Int32Array): void {
    let next = 0;
    for (let i = 0; i < ids.length; i++) {
      const isUnknown = next < unknownAt.length && unknownAt[next] === i;
      if (isUnknown) next++;
      this.#block[this.#filled++] = isUnknown ? this.#vocabSize : ids[i];
      if (this.#filled === this.#block.length) this.#flush();
    }
    this.#count += ids.length;
    this.#unknownCount += unknownAt.length;
  }

  /** Finishes the file. The head is written last, so an incomplete file is never valid. */
  end(info: Omit<TokenFileInfo, 'unknownCount' | 'vocabSize'>): void {
    this.#flush();
    const whole: TokenFileInfo = { ...info, vocabSize: this.#vocabSize, unknownCount: this.#unknownCount };
    const json = new TextEncoder().encode(JSON.stringify(whole));
    this.#digest.add(json);
    const width = widthFor(this.#vocabSize);
    const head = encodeHead({ width, count: this.#count, jsonBytes: json.length });
    this.#sink.write(json);
    this.#sink.write(this.#digest.end(head));
    this.#sink.writeAt(0, head);
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const { buffer, BYTES_PER_ELEMENT } = this.#block;
    const bytes = new Uint8Array(buffer, 0, this.#filled * BYTES_PER_ELEMENT);
    this.#digest.add(bytes);
    this.#sink.write(bytes);
    this.#filled = 0;
  }
}
