import type { TextCodec } from '../../data/text-codec.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';
import type { TokenDecoder } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { checkCodec } from '../../models/check-model.ts';
import { StopStrings } from './stop-strings.ts';

/** Decodes ids to readable text incrementally, up to the first stop string or the end of an item. */
export class TextStreamer {
  readonly #vocabulary: Vocabulary;
  readonly #decoder: TokenDecoder;
  readonly #stop: StopStrings;
  #length = 0;
  #characters = 0;
  /** Whether the text already ends in the space before the next token. */
  #spaced = false;
  #ended = false;

  /**
   * @param stops the stop strings, none of them empty. Default: none
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

  /** Length of all text so far in UTF-16 units, including the prompt and text held back. */
  get length(): number {
    return this.#length;
  }

  /** The same in Unicode code points. */
  get characters(): number {
    return this.#characters;
  }

  /**
   * Decodes the ids of a prompt; stop strings in it are ignored.
   * @param spaced whether the prompt already ends in the space before the next token. Default false
   * @throws {UnrolledError} code `id-range` for an id outside the vocabulary
   */
  prompt(ids: Int32Array, spaced: boolean = false): string {
    const { endId } = this.#vocabulary;
    const text = Array.from(ids, (id) => (id === endId ? '' : this.#decode(id))).join('');
    this.#spaced = spaced;
    return text;
  }

  /** Adds the text that the last token of a healed prompt has after the prompt. */
  begin(begun: string): string {
    return this.#stop.push(begun);
  }

  /**
   * Adds an id; returns the text completed by it, which may be empty. The end token of an item releases all text held back.
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

  /** Ends the text; returns the text held back. */
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
