import { UnrolledError } from '../errors.ts';

/** What a model file holds of a vocabulary. */
export interface VocabularyJSON {
  readonly tokens: readonly string[];
  readonly unknown: string | null;
  /** The id of the token that ends a line; null where there is none. Files before this key lack it. */
  readonly lineEnd?: number | null;
}

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
  // A Map, because an object would find "constructor" and "__proto__" in every vocabulary.
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[], unknown: string | null, lineEnd: number | null | undefined) {
    // Cloned, because a token cut out of a text keeps the whole text in memory.
    this.tokens = structuredClone(tokens);
    this.unknown = unknown;
    this.#ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.unknownId = unknown === null ? -1 : this.#ids.get(unknown)!;
    this.unknownIds = unknown === null ? [] : [this.unknownId];
    const spelled = LINE_ENDS.map((token) => this.#ids.get(token)).find((id) => id !== undefined);
    this.lineEndId = (lineEnd === undefined ? spelled : lineEnd) ?? -1;
    this.lineEndIds = this.lineEndId < 0 ? [] : [this.lineEndId];
  }

  /**
   * Gives ids in order of first appearance.
   *
   * With `maxSize` the most frequent tokens stay, of equally frequent ones the earlier; the unknown token is one of
   * `maxSize` and always stays. Its place is where it, or the first token that it stands for, first appears, else last.
   * Throws UnrolledError when tokens don't fit and `unknown` is null.
   */
  static build(
    tokens: Iterable<string>,
    { maxSize = Infinity, unknown = null, lineEnd }: VocabularyOptions = {},
  ): Vocabulary {
    if (maxSize !== Infinity && !(Number.isSafeInteger(maxSize) && maxSize > 0)) {
      throw new UnrolledError(
        'option-value',
        `Vocabulary.build: maxSize is ${maxSize}; it must be a positive integer. Leave it out for no limit.`,
      );
    }
    const counts = new Map<string, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    const kept = mostFrequent(counts, maxSize, unknown);
    const known = new Set<string>();
    for (const token of counts.keys()) {
      if (kept.has(token)) known.add(token);
      else if (unknown !== null) known.add(unknown);
      else throw tooSmall(counts.size, maxSize);
    }
    if (unknown !== null) known.add(unknown);
    const list = [...known];
    if (lineEnd === undefined) return Vocabulary.fromTokens(list, unknown);
    const end = lineEnd === null ? -1 : list.indexOf(lineEnd);
    return Vocabulary.fromTokens(list, unknown, end < 0 ? null : end);
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
    return new Vocabulary(tokens, unknown, lineEnd);
  }

  /** Reads what `toJSON` wrote; throws UnrolledError on anything else. */
  static fromJSON(value: unknown): Vocabulary {
    const { tokens, unknown, lineEnd } = Object(value) as Partial<Record<keyof VocabularyJSON, unknown>>;
    const isUnknown = unknown === null || typeof unknown === 'string';
    const isLineEnd = lineEnd === undefined || lineEnd === null || typeof lineEnd === 'number';
    if (!Array.isArray(tokens) || !isUnknown || !isLineEnd) {
      throw new UnrolledError(
        'file-damaged',
        'Vocabulary: got something else than {tokens: [...], unknown: a string or null, lineEnd: an id or null}; the ' +
          'model file is damaged or was not written by this program. Take another copy of it.',
      );
    }
    return Vocabulary.fromTokens(tokens, unknown, lineEnd);
  }

  toJSON(): VocabularyJSON {
    const { tokens, unknown, lineEndId } = this;
    return { tokens, unknown, lineEnd: lineEndId < 0 ? null : lineEndId };
  }

  /** Whether both give the same ids the same meaning. */
  equals(other: Vocabulary): boolean {
    return (
      this.size === other.size &&
      this.unknownId === other.unknownId &&
      this.lineEndId === other.lineEndId &&
      this.tokens.every((token, id) => token === other.tokens[id])
    );
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

  /** The id that stands for a token which is not known, number `at` of a text. Throws UnrolledError where none does. */
  unknownIdFor(token: string, at: number): number {
    if (this.unknown === null) throw notKnown(token, at);
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

/** The unknown token and the most frequent others, `maxSize` in all. Sorting is stable: the earlier wins a tie. */
function mostFrequent(
  counts: ReadonlyMap<string, number>,
  maxSize: number,
  unknown: string | null,
): Set<string> {
  const others = [...counts].filter(([token]) => token !== unknown);
  const room = unknown === null ? maxSize : maxSize - 1;
  if (others.length > room) others.sort((a, b) => b[1] - a[1]).length = room;
  const kept = new Set(others.map(([token]) => token));
  return unknown === null ? kept : kept.add(unknown);
}

function checkTokens(tokens: readonly string[], unknown: string | null): void {
  if (tokens.length === 0) {
    throw new UnrolledError(
      'text-empty',
      'Vocabulary: got no tokens; it needs at least one. Give a text that is not empty.',
    );
  }
  const seen = new Set<string>();
  for (const [id, token] of tokens.entries()) {
    if (typeof token !== 'string') {
      throw new UnrolledError(
        'vocabulary',
        `Vocabulary: token ${id} is no string; every token must be one. Mend the list.`,
      );
    }
    if (seen.has(token)) {
      throw new UnrolledError(
        'vocabulary',
        `Vocabulary: token ${id} is ${JSON.stringify(token)} once more; a token must have one id. Mend the list.`,
      );
    }
    seen.add(token);
  }
  if (unknown !== null && !seen.has(unknown)) {
    throw new UnrolledError(
      'vocabulary',
      `Vocabulary: the unknown token ${JSON.stringify(unknown)} is not in the list; add it, or give null.`,
    );
  }
}

function tooSmall(size: number, maxSize: number): UnrolledError {
  return new UnrolledError(
    'option-conflict',
    `Vocabulary.build: the text has ${size} different tokens, maxSize is ${maxSize}; the others need an unknown ` +
      "token to stand for them. Give unknown: '<unk>', or a larger maxSize.",
  );
}

function notKnown(token: string, at: number): UnrolledError {
  const shown = JSON.stringify(token.length > 60 ? `${token.slice(0, 60)}…` : token);
  return new UnrolledError(
    'token-unknown',
    `Vocabulary: token ${at} of the text is ${shown}; the vocabulary has neither it nor an unknown token to stand for ` +
      "it. Take it out of the text, or build the vocabulary with unknown: '<unk>'.",
  );
}
