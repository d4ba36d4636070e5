import type { TextCodec } from '../../data/text-codec.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';
import type { TokenDecoder } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { checkCodec } from '../../models/check-model.ts';
import { StopStrings } from './stop-strings.ts';

/** Decodes ids into readable text as they come, up to the first stop string or the end of an item. */
export class TextStreamer {
  readonly #vocabulary: Vocabulary;
  readonly #decoder: TokenDecoder;
  readonly #stop: StopStrings;
  #length = 0;
  #characters = 0;
  /** Whether the space before the next token is written already. */
  #spaced = false;
  #ended = false;

  /**
   * @param stops none may be empty
   * @throws {UnrolledError} code `option-value` when `codec` has no tokenizer or vocabulary, or a stop string is empty
   */
  constructor(codec: TextCodec, stops?: readonly string[]) {
    checkCodec('TextStreamer', codec);
    const { tokenizer, vocabulary } = codec;
    this.#vocabulary = vocabulary;
    this.#decoder = tokenizer.readableDecoder();
    this.#stop = new StopStrings(stops);
  }

  /** Whether a stop string was found or the item has ended. */
  get stopped(): boolean {
    return this.#ended || this.#stop.stopped;
  }

  /** UTF-16 units of all text so far, the prompt's and what is held back counted. */
  get length(): number {
    return this.#length;
  }

  /** The same in Unicode code points, as other languages count. */
  get characters(): number {
    return this.#characters;
  }

  /**
   * The text of a prompt, in which nothing stops.
   * @param spaced whether a space stands behind it already, so that no other follows. Default: false
   * @throws {UnrolledError} code `id-range` for an id outside the vocabulary
   */
  prompt(ids: Int32Array, spaced: boolean = false): string {
    const { endId } = this.#vocabulary;
    const text = Array.from(ids, (id) => (id === endId ? '' : this.#decode(id))).join('');
    this.#spaced = spaced;
    return text;
  }

  /** Of the text of a prompt's ids, what stands behind the prompt. */
  begin(begun: string): string {
    return this.#stop.push(begun);
  }

  /**
   * The text that this id completes; it may be empty. The end of an item completes what was held back.
   * @throws {UnrolledError} code `id-range` for an id outside the vocabulary
   */
  push(id: number): string {
    if (id === this.#vocabulary.endId) {
      const text = this.end();
      this.#ended = true;
      return text;
    }
    return this.#stop.push(this.#decode(id));
  }

  /** What was held back. */
  end(): string {
    return this.#stop.push(this.#decoder.end()) + this.#stop.end();
  }

  #decode(id: number): string {
    const decoded = this.#decoder.push(this.#vocabulary.tokenOf(id));
    const piece = this.#spaced ? decoded.replace(/^ /, '') : decoded;
    this.#spaced = false;
    this.#length += piece.length;
    this.#characters += countCodePoints(piece);
    return piece;
  }
}
