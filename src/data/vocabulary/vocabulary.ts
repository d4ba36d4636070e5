import { UnrolledError } from '../../errors.ts';
import { optionsOf, wrongKind } from '../../kinds.ts';
import { countTokens, keptTokens } from './count-tokens.ts';
import { checkSize, checkTokens, unknownTokenError, vocabularyTooSmall } from './vocabulary-checks.ts';

/** A vocabulary as stored in a model file. */
export interface VocabularyJSON {
  /** The tokens in order of their ids. */
  readonly tokens: readonly string[];
  /** The unknown token; null for none. */
  readonly unknown: string | null;
  /** The id of the line-end token; null for none. Absent in older files. */
  readonly lineEnd?: number | null;
  /**
   * Whether the text that the vocabulary was built from contains the unknown token. If absent, as in older files, any text may
   * spell the unknown token and the line end.
   */
  readonly unknownInText?: boolean;
  /** The id of the end token of items, always the last id; absent for continuous text. */
  readonly end?: number;
}

/** The end token of items in a list of tokens. It is empty, so no text can contain it. */
export const END_TOKEN = '';

/** Options of `Vocabulary.build` and `Vocabulary.fromCounts`. */
export interface VocabularyOptions {
  /** Maximum number of tokens; the most frequent ones are kept. Default: no limit. */
  readonly maxSize?: number;
  /** The token that replaces tokens outside the vocabulary. Default null: none. */
  readonly unknown?: string | null;
  /** The line-end token, as the tokenizer names it; null for none. Default: `<eos>` if present, otherwise a newline. */
  readonly lineEnd?: string | null;
}

/** The default line-end tokens. */
const LINE_ENDS = ['<eos>', '\n'];

/**
 * The tokens that a model knows; a token's id is its index in `tokens`.
 *
 * One of them may be the unknown token, which replaces every token outside the vocabulary, and one may end lines.
 */
export class Vocabulary {
  /** The tokens in order of their ids. */
  readonly tokens: readonly string[];
  /** The unknown token; null if there is none. */
  readonly unknown: string | null;
  /** The id of the unknown token; −1 if there is none. */
  readonly unknownId: number;
  /** The id of the unknown token as a list, for `banned`; empty if there is none. */
  readonly unknownIds: readonly number[];
  /** The id of the line-end token; −1 if there is none. */
  readonly lineEndId: number;
  /** The id of the line-end token as a list, for `ends`; empty if there is none. */
  readonly lineEndIds: readonly number[];
  /** The id of the end token of items; −1 for continuous text. */
  readonly endId: number;
  /**
   * Whether the text that it was built from contains the unknown token. If true, the unknown token in a text is that token; if
   * false, it is an out-of-vocabulary word. Null if not recorded: a text may then spell both the unknown token and the line
   * end.
   */
  readonly unknownInText: boolean | null;
  /** The word tokenizer's token for a word spelled like the line end: with a space before it. */
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
    // Cloned, because a substring keeps its whole text in memory.
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
   * Builds a vocabulary from the tokens of a text. Ids are assigned in order of first appearance.
   *
   * `maxSize` keeps the most frequent tokens, ties by first appearance. The unknown token counts towards `maxSize` and is always
   * kept; its id is that of its own first appearance or of the first token that it replaces, otherwise the last id.
   * @throws {UnrolledError} code `option-conflict` if there are more than `maxSize` tokens and `unknown` is null, `text-empty`
   * without tokens, `file-large` for too many, `vocabulary` or `option-value` for invalid arguments
   */
  static build(tokens: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    if (typeof Object(tokens)[Symbol.iterator] !== 'function') {
      throw wrongKind(
        'Vocabulary',
        'the tokens',
        tokens,
        'a list of strings',
        'Pass tokenizer.tokenize(text).',
      );
    }
    checkSize(optionsOf('Vocabulary', options).maxSize);
    return Vocabulary.fromCounts(countTokens(tokens), options);
  }

  /**
   * Builds a vocabulary as `build` does, from token counts in order of first appearance.
   * @throws {UnrolledError} as `build`
   */
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

  /** The vocabulary of the 256 bytes; the id of a byte is its value. */
  static bytes(): Vocabulary {
    return new Vocabulary(
      Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
      null,
      '\n'.charCodeAt(0),
    );
  }

  /**
   * Creates a vocabulary from a list of tokens in order of their ids.
   * @param unknown the unknown token, which must be in the list; null for none
   * @param lineEnd the id of the line-end token; null for none. Default: that of `<eos>`, otherwise of a newline
   * @throws {UnrolledError} code `text-empty` for an empty list; `vocabulary` for a repeated token, or if the unknown token or
   * the line end is not in the list; `option-value` for arguments of the wrong kind
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
        `Vocabulary: the id of the line end is ${lineEnd}; it must be an integer from 0 to ${tokens.length - 1}. Pass ` +
          'one of these, or null.',
      );
    }
    return new Vocabulary(tokens, unknown, lineEnd, unknownInText, hasEnd);
  }

  /**
   * Returns this vocabulary with the end token of items as last token. It has no spelling.
   * @throws {UnrolledError} code `vocabulary` if a token is empty already
   */
  withEnd(): Vocabulary {
    if (this.endId >= 0) return this;
    const { tokens, unknown, lineEndId, unknownInText } = this;
    const lineEnd = lineEndId < 0 ? null : lineEndId;
    return Vocabulary.#checked([...tokens, END_TOKEN], unknown, lineEnd, unknownInText, true);
  }

  /**
   * Returns this vocabulary without the end token of items.
   * @throws {UnrolledError} code `text-empty` if no token is left
   */
  withoutEnd(): Vocabulary {
    if (this.endId < 0) return this;
    const { tokens, unknown, lineEndId, unknownInText } = this;
    return Vocabulary.#checked(tokens.slice(0, -1), unknown, lineEndId < 0 ? null : lineEndId, unknownInText);
  }

  /**
   * Creates a vocabulary from what `toJSON` returned.
   * @throws {UnrolledError} code `file-damaged`, `vocabulary` or `text-empty` for anything else
   */
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
        'Vocabulary: the value is not of the form {tokens: [...], unknown: a string or null, lineEnd: an id or null, ' +
          'unknownInText: true or false, end: the last id}; the model file is damaged or was not written by this program. Use another ' +
          'copy of it.',
      );
    }
    return Vocabulary.#checked(tokens, unknown, lineEnd, unknownInText ?? null, end !== undefined);
  }

  /** Returns the value stored in a model file, for `fromJSON`. */
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

  /** Whether all tokens of another vocabulary have the same ids here; this one may have further tokens after them. */
  beginsWith(other: Vocabulary | null): boolean {
    if (other === null || other === this) return other === this;
    return other.tokens.every((token, id) => token === this.tokens[id]);
  }

  /** Number of tokens, V. */
  get size(): number {
    return this.tokens.length;
  }

  /** Whether the vocabulary contains a token. */
  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** The id of a token; undefined if it is not in the vocabulary, even if there is an unknown token. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * The id of a token of a text; undefined if it is not in the vocabulary. The unknown token in a text counts as
   * out-of-vocabulary, unless the text that the vocabulary was built from contains it too.
   */
  idInText(token: string): number | undefined {
    if (this.unknownInText === false && token === this.unknown) return undefined;
    const id = this.#ids.get(token);
    const isLineEnd = this.unknownInText === null && token === this.#spelledLineEnd;
    return id ?? (isLineEnd ? this.lineEndId : undefined);
  }

  /** The ids of the tokens that begin with a half-typed word. */
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

  /**
   * The unknown token's id, for an out-of-vocabulary token at index `at` of a text.
   * @throws {UnrolledError} code `token-unknown` if there is no unknown token
   */
  unknownIdFor(token: string, at: number): number {
    if (this.unknown === null) throw unknownTokenError(token, at);
    return this.unknownId;
  }

  /**
   * The token of an id.
   * @throws {UnrolledError} code `id-range` if there is none
   */
  tokenOf(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) {
      throw new UnrolledError(
        'id-range',
        `Vocabulary: the id is ${id}; it must be an integer from 0 to ${this.size - 1}. ` +
          'Use ids made with this vocabulary.',
      );
    }
    return token;
  }
}
