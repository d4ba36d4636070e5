import { UnrolledError } from '../errors.ts';

/** What a model file holds of a vocabulary. */
export interface VocabularyJSON {
  readonly tokens: readonly string[];
  readonly unknown: string | null;
}

/**
 * The tokens that a model knows; a token's id is its place in `tokens`.
 *
 * One of them may be the unknown token, which stands for every token that is not in the list.
 */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly unknown: string | null;
  /** The id of the unknown token, -1 when there is none. */
  readonly unknownId: number;
  /** The same as a list, which is empty when there is none: what is seldom wanted in a text. */
  readonly unknownIds: readonly number[];
  // A Map, because an object would find "constructor" and "__proto__" in every vocabulary.
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(tokens: readonly string[], unknown: string | null) {
    // Cloned, because a token cut out of a text keeps the whole text in memory.
    this.tokens = structuredClone(tokens);
    this.unknown = unknown;
    this.#ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.unknownId = unknown === null ? -1 : this.#ids.get(unknown)!;
    this.unknownIds = unknown === null ? [] : [this.unknownId];
  }

  /**
   * Gives ids in order of first appearance.
   *
   * `unknown` (default null: none) makes sure that this token is known. With `maxSize` (default: no
   * limit) the most frequent tokens stay, of equally frequent ones the earlier; the unknown token is
   * one of `maxSize` and always stays. Its place is where it, or the first token that it stands for,
   * first appears, else last. Throws UnrolledError when tokens don't fit and `unknown` is null.
   */
  static build(
    tokens: Iterable<string>,
    { maxSize = Infinity, unknown = null }: { maxSize?: number; unknown?: string | null } = {},
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
    return Vocabulary.fromTokens([...known], unknown);
  }

  /** The 256 bytes; the id of a byte is its value. */
  static bytes(): Vocabulary {
    return new Vocabulary(
      Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
      null,
    );
  }

  /** Takes a list as it is; throws UnrolledError when it is empty, repeats a token, or lacks `unknown`. */
  static fromTokens(tokens: readonly string[], unknown: string | null): Vocabulary {
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
    return new Vocabulary(tokens, unknown);
  }

  /** Reads what `toJSON` wrote; throws UnrolledError on anything else. */
  static fromJSON(value: unknown): Vocabulary {
    const { tokens, unknown } = Object(value) as Partial<Record<keyof VocabularyJSON, unknown>>;
    if (!Array.isArray(tokens) || !(unknown === null || typeof unknown === 'string')) {
      throw new UnrolledError(
        'file-damaged',
        'Vocabulary: got something else than {tokens: [...], unknown: a string or null}; the model file is ' +
          'damaged or was not written by this program. Take another copy of it.',
      );
    }
    return Vocabulary.fromTokens(tokens, unknown);
  }

  toJSON(): VocabularyJSON {
    return { tokens: this.tokens, unknown: this.unknown };
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

function tooSmall(size: number, maxSize: number): UnrolledError {
  return new UnrolledError(
    'option-conflict',
    `Vocabulary.build: the text has ${size} different tokens, maxSize is ${maxSize}; the others need an unknown ` +
      "token to stand for them. Give unknown: '<unk>', or a larger maxSize.",
  );
}
