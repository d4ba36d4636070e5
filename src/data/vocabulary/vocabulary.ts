import { UnrolledError } from '../../errors.ts';
import { optionsOf, wrongKind } from '../../kinds.ts';
import { countTokens, keptTokens } from './count-tokens.ts';
import { checkSize, checkTokens, unknownTokenError, vocabularyTooSmall } from './vocabulary-checks.ts';

/** What a model file holds of a vocabulary. */
export interface VocabularyJSON {
  readonly tokens: readonly string[];
  readonly unknown: string | null;
  /** The id of the token that ends a line; null where there is none. Files before this key lack it. */
  readonly lineEnd?: number | null;
  /**
   * Whether the text that it was built from spells the unknown token. Files before this key lack it: there a text's
   * spelling of the unknown token, or of the line end, is that token.
   */
  readonly unknownInText?: boolean;
  /** The id of the token that ends an item, the last one; files of endless text lack it. */
  readonly end?: number;
}

/** How the token that ends an item stands in a list of tokens. It has no spelling: no text can contain it. */
export const END_TOKEN = '';

export interface VocabularyOptions {
  /** How many tokens stay, the most frequent ones. Default: all. */
  readonly maxSize?: number;
  /** The token that stands for those that are not in the list. Default null: none. */
  readonly unknown?: string | null;
  /** The token that ends a line, as the tokenizer names it; null for none. Default: `<eos>`, else a newline. */
  readonly lineEnd?: string | null;
}

/** How a token that ends a line is spelled, where nothing says which one it is. */
const LINE_ENDS = ['<eos>', '\n'];

/**
 * The tokens that a model knows; a token's id is its place in `tokens`.
 *
 * One of them may be the unknown token, which stands for every token that is not in the list, and one ends a line.
 */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly unknown: string | null;
  /** The id of the unknown token, -1 when there is none. */
  readonly unknownId: number;
  /** The same as a list, which is empty when there is none: what is seldom wanted in a text. */
  readonly unknownIds: readonly number[];
  /** The id of the token that ends a line, -1 when there is none. */
  readonly lineEndId: number;
  /** The same as a list, which is empty when there is none. */
  readonly lineEndIds: readonly number[];
  /** The id of the token that ends an item, -1 when there is none: of a model of endless text. */
  readonly endId: number;
  /**
   * Whether the text that it was built from spells the unknown token, so that in a text its spelling is that token and
   * not a word which isn't known. Null for a list that says nothing about it: there a text may spell both the unknown
   * token and the line end.
   */
  readonly unknownInText: boolean | null;
  /** How the tokenizer of words writes a word that is spelled as the line end: apart, by a space. */
  readonly #spelledLineEnd: string | null;
  // A Map, because an object would find "constructor" and "__proto__" in every vocabulary.
  readonly #ids: Map<string, number> = new Map();

  private constructor(
    tokens: readonly string[],
    unknown: string | null,
    lineEnd: number | null | undefined,
    unknownInText: boolean | null = null,
    hasEnd: boolean = false,
  ) {
    // Cloned, because a token cut out of a text keeps the whole text in memory.
    this.tokens = structuredClone(tokens);
    this.unknown = unknown;
    for (const [id, token] of this.tokens.entries()) this.#ids.set(token, id);
    this.unknownId = unknown === null ? -1 : this.#ids.get(unknown)!;
    this.unknownIds = unknown === null ? [] : [this.unknownId];
    const spelled = LINE_ENDS.map((token) => this.#ids.get(token)).find((id) => id !== undefined);
    this.lineEndId = (lineEnd === undefined ? spelled : lineEnd) ?? -1;
    this.lineEndIds = this.lineEndId < 0 ? [] : [this.lineEndId];
    this.endId = hasEnd ? this.size - 1 : -1;
    if (hasEnd) this.#ids.delete(END_TOKEN);
    this.unknownInText = unknownInText;
    this.#spelledLineEnd = this.lineEndId < 0 ? null : ` ${this.tokens[this.lineEndId]}`;
  }

  /**
   * Gives ids in order of first appearance.
   *
   * With `maxSize` the most frequent tokens stay, of equally frequent ones the earlier; the unknown token is one of
   * `maxSize` and always stays. Its place is where it, or the first token that it stands for, first appears, else last.
   * Throws UnrolledError when tokens don't fit and `unknown` is null.
   */
  static build(tokens: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    if (typeof Object(tokens)[Symbol.iterator] !== 'function') {
      throw wrongKind(
        'Vocabulary',
        'the tokens',
        tokens,
        'a list of strings',
        'Give tokenizer.tokenize(text).',
      );
    }
    checkSize(optionsOf('Vocabulary', options).maxSize);
    return Vocabulary.fromCounts(countTokens(tokens), options);
  }

  /** The same from the number of times that each token occurs, in order of first appearance. */
  static fromCounts(
    counts: ReadonlyMap<string, number>,
    { maxSize = Infinity, unknown = null, lineEnd }: VocabularyOptions = {},
  ): Vocabulary {
    checkSize(maxSize);
    const tokens = keptTokens(counts, maxSize, unknown);
    if (tokens === null) throw vocabularyTooSmall(counts.size, maxSize);
    checkTokens(tokens, unknown);
    const end = typeof lineEnd === 'string' ? tokens.indexOf(lineEnd) : -1;
    const lineEndId = lineEnd === undefined ? undefined : end < 0 ? null : end;
    return new Vocabulary(tokens, unknown, lineEndId, unknown !== null && counts.has(unknown));
  }

  /** The 256 bytes; the id of a byte is its value. */
  static bytes(): Vocabulary {
    return new Vocabulary(
      Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
      null,
      '\n'.charCodeAt(0),
    );
  }

  /**
   * Takes a list as it is. `lineEnd` is the id of the token that ends a line, null for none; by default that of `<eos>`,
   * else of a newline. Throws UnrolledError when the list is empty, repeats a token, or lacks `unknown` or `lineEnd`.
   */
  static fromTokens(tokens: readonly string[], unknown: string | null, lineEnd?: number | null): Vocabulary {
    return Vocabulary.#checked(tokens, unknown, lineEnd, null);
  }

  static #checked(
    tokens: readonly string[],
    unknown: string | null,
    lineEnd: number | null | undefined,
    unknownInText: boolean | null,
    hasEnd: boolean = false,
  ): Vocabulary {
    checkTokens(tokens, unknown);
    if (
      typeof lineEnd === 'number' &&
      !(Number.isInteger(lineEnd) && lineEnd >= 0 && lineEnd < tokens.length)
    ) {
      throw new UnrolledError(
        'vocabulary',
        `Vocabulary: the id of the line end is ${lineEnd}; ids are the integers from 0 to ${tokens.length - 1}. Give ` +
          'one of them, or null.',
      );
    }
    return new Vocabulary(tokens, unknown, lineEnd, unknownInText, hasEnd);
  }

  /** The same tokens and behind them the one that ends an item, which has no spelling. */
  withEnd(): Vocabulary {
    if (this.endId >= 0) return this;
    const { tokens, unknown, lineEndId, unknownInText } = this;
    const lineEnd = lineEndId < 0 ? null : lineEndId;
    return Vocabulary.#checked([...tokens, END_TOKEN], unknown, lineEnd, unknownInText, true);
  }

  /** The same tokens without that one. */
  withoutEnd(): Vocabulary {
    if (this.endId < 0) return this;
    const { tokens, unknown, lineEndId, unknownInText } = this;
    return Vocabulary.#checked(tokens.slice(0, -1), unknown, lineEndId < 0 ? null : lineEndId, unknownInText);
  }

  /** Reads what `toJSON` wrote; throws UnrolledError on anything else. */
  static fromJSON(value: unknown): Vocabulary {
    const { tokens, unknown, lineEnd, unknownInText, end } = Object(value) as Partial<
      Record<keyof VocabularyJSON, unknown>
    >;
    const isUnknown = unknown === null || typeof unknown === 'string';
    const isLineEnd = lineEnd === undefined || lineEnd === null || typeof lineEnd === 'number';
    const isSpelled = unknownInText === undefined || typeof unknownInText === 'boolean';
    const isEnd =
      end === undefined ||
      (Array.isArray(tokens) && end === tokens.lastIndexOf(END_TOKEN) && end === tokens.length - 1);
    if (!Array.isArray(tokens) || !isUnknown || !isLineEnd || !isSpelled || !isEnd) {
      throw new UnrolledError(
        'file-damaged',
        'Vocabulary: got something else than {tokens: [...], unknown: a string or null, lineEnd: an id or null, ' +
          'unknownInText: true or false, end: the last id}; the model file is damaged or was not written by this program. Take another ' +
          'copy of it.',
      );
    }
    return Vocabulary.#checked(tokens, unknown, lineEnd, unknownInText ?? null, end !== undefined);
  }

  toJSON(): VocabularyJSON {
    const { tokens, unknown, lineEndId, unknownInText } = this;
    const lineEnd = lineEndId < 0 ? null : lineEndId;
    const end = this.endId < 0 ? {} : { end: this.endId };
    return { tokens, unknown, lineEnd, ...(unknownInText !== null && { unknownInText }), ...end };
  }

  /** Whether both give the same ids the same meaning. */
  equals(other: Vocabulary): boolean {
    return (
      this.size === other.size &&
      this.unknownId === other.unknownId &&
      this.lineEndId === other.lineEndId &&
      this.endId === other.endId &&
      this.tokens.every((token, id) => token === other.tokens[id])
    );
  }

  /** Whether all tokens of another one have the same ids here: it is that one, with an end token behind it perhaps. */
  beginsWith(other: Vocabulary | null): boolean {
    if (other === null || other === this) return other === this;
    return other.tokens.every((token, id) => token === this.tokens[id]);
  }

  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** The token's own id; undefined when it is not known, whether or not there is an unknown token. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * The id of a token of a text; undefined when it is not known. A text that spells the unknown token has a word there,
   * which is not known, unless the text that the vocabulary was built from spells it too.
   */
  idInText(token: string): number | undefined {
    if (this.unknownInText === false && token === this.unknown) return undefined;
    const id = this.#ids.get(token);
    const isLineEnd = this.unknownInText === null && token === this.#spelledLineEnd;
    return id ?? (isLineEnd ? this.lineEndId : undefined);
  }

  /** The ids of the tokens that a half-typed word may become: a text spells them with these first letters. */
  idsBeginning(half: string): Int32Array {
    const ids: number[] = [];
    const ofOlder = this.unknownInText === null;
    for (const [id, token] of this.tokens.entries()) {
      const isWord = ofOlder || id !== this.lineEndId;
      const word = token === this.#spelledLineEnd ? token.slice(1) : token;
      if (isWord && word.startsWith(half)) ids.push(id);
    }
    return Int32Array.from(ids);
  }

  /** The id that stands for a token which is not known, number `at` of a text. Throws UnrolledError where none does. */
  unknownIdFor(token: string, at: number): number {
    if (this.unknown === null) throw unknownTokenError(token, at);
    return this.unknownId;
  }

  /** Throws UnrolledError when no token has this id. */
  tokenOf(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) {
      throw new UnrolledError(
        'id-range',
        `Vocabulary: got the id ${id}; ids are the integers from 0 to ${this.size - 1}. ` +
          'Use ids made with this vocabulary.',
      );
    }
    return token;
  }
}
