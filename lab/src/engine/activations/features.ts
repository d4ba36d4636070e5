/** What a unit may follow in a text, in the order of the page. */
export const features = [
  'quotes',
  'brackets',
  'linePosition',
  'sentencePosition',
  'wordPosition',
  'wordStart',
  'capital',
  'digit',
  'sentenceEnd',
  'lineEnd',
] as const;

export type Feature = (typeof features)[number];

/** A quotation or bracket ends after this many characters at the latest, so that a mark without its partner does no lasting harm. */
const LONGEST = 600;

const OPENS = new Set('“„«「『');
const CLOSES = new Set('”»」』');

/**
 * Reads a text piece by piece, and measures each feature after each piece: 0 or 1, or log₂(1 + a number of characters), because
 * an activation is bounded and a line is not.
 */
export class FeatureReader {
  #quoted: number | null = null;
  #brackets = 0;
  #bracketed = 0;
  #line = 0;
  #sentence = 0;
  #word = 0;
  #previous = '';

  /** The features after the next piece. */
  read(piece: string): Readonly<Record<Feature, number>> {
    const startsWord = /^\s/.test(piece) || this.#word === 0;
    let endsSentence = false;
    for (const character of piece) {
      endsSentence = /[.!?。…]/u.test(character) || (endsSentence && !/\p{L}|\p{N}/u.test(character));
      this.#readMark(character);
      this.#readPosition(character, endsSentence);
      this.#previous = character;
    }
    return {
      quotes: Number(this.#quoted !== null),
      brackets: Number(this.#brackets > 0),
      linePosition: Math.log2(1 + this.#line),
      sentencePosition: Math.log2(1 + this.#sentence),
      wordPosition: Math.log2(1 + this.#word),
      wordStart: Number(startsWord && this.#word > 0),
      capital: Number(/\p{Lu}/u.test(piece)),
      digit: Number(/\p{Nd}/u.test(piece)),
      sentenceEnd: Number(endsSentence),
      lineEnd: Number(piece.includes('\n')),
    };
  }

  #readMark(character: string): void {
    const isParagraph = character === '\n' && this.#previous === '\n';
    if (this.#quoted !== null && ++this.#quoted > LONGEST) this.#quoted = null;
    if (this.#brackets > 0 && ++this.#bracketed > LONGEST) this.#brackets = 0;
    if (isParagraph) [this.#quoted, this.#brackets] = [null, 0];
    if (character === '"') this.#quoted = this.#quoted === null ? 0 : null;
    if (OPENS.has(character)) this.#quoted ??= 0;
    if (CLOSES.has(character)) this.#quoted = null;
    if ('([{'.includes(character)) [this.#brackets, this.#bracketed] = [this.#brackets + 1, 0];
    if (')]}'.includes(character)) this.#brackets = Math.max(0, this.#brackets - 1);
  }

  #readPosition(character: string, endsSentence: boolean): void {
    this.#line = character === '\n' ? 0 : this.#line + 1;
    this.#sentence = endsSentence || character === '\n' ? 0 : this.#sentence + 1;
    this.#word = /\s/.test(character) ? 0 : this.#word + 1;
  }
}
