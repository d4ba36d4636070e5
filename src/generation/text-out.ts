import { readableDecoder } from '../data/tokenizers/readable.ts';
import type { TokenDecoder } from '../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../data/vocabulary.ts';
import type { SavedModel } from '../models/model-file.ts';
import { StopText } from './stop-text.ts';

/** Ids become a text that reads well, let out as it comes, up to the first stop string. */
export class TextOut {
  readonly #vocabulary: Vocabulary;
  readonly #decoder: TokenDecoder;
  readonly #stop: StopText;
  #length = 0;

  /** @param stops none may be empty */
  constructor(
    { tokenizer, vocabulary }: Pick<SavedModel, 'tokenizer' | 'vocabulary'>,
    stops?: readonly string[],
  ) {
    this.#vocabulary = vocabulary;
    this.#decoder = readableDecoder(tokenizer);
    this.#stop = new StopText(stops);
  }

  /** Whether a stop string came. */
  get stopped(): boolean {
    return this.#stop.stopped;
  }

  /** UTF-16 units of all text so far, the prompt's and what is held back counted. */
  get length(): number {
    return this.#length;
  }

  /** The text of a prompt, in which nothing stops. */
  prompt(ids: Int32Array): string {
    return Array.from(ids, (id) => this.#decode(id)).join('');
  }

  /** The text that this id completes; it may be empty. */
  push(id: number): string {
    return this.#stop.push(this.#decode(id));
  }

  /** What was held back. */
  end(): string {
    return this.#stop.push(this.#decoder.end()) + this.#stop.end();
  }

  #decode(id: number): string {
    const piece = this.#decoder.push(this.#vocabulary.tokenOf(id));
    this.#length += piece.length;
    return piece;
  }
}
