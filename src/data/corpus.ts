import { UnrolledError } from '../errors.ts';
import { inMemory, type TokenIds } from './batches/token-ids.ts';
import { IdEncoder, type TextCutter } from './id-encoder.ts';
import type { IntList } from './int-list.ts';
import { checkText, type TextCodec } from './text-codec.ts';
import { countBytes, countCodePoints } from './texts/code-points.ts';
import type { TokenCorpus } from './token-corpus.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** A tokenizer and a vocabulary, to encode items. */
export interface ItemCodec {
  /** Splits a text into tokens. */
  readonly tokenizer: TextCutter;
  /** Maps tokens to ids. */
  readonly vocabulary: Vocabulary;
}

/** A text encoded as token ids, with the counts needed to report losses per character and byte. */
export class Corpus implements TokenCorpus {
  /** One id per token. */
  readonly ids: Int32Array;
  /**
   * Indices in `ids` of out-of-vocabulary tokens, ascending. An unknown token that the text itself contains is an ordinary
   * token and not included.
   */
  readonly unknownAt: Int32Array;
  /** Number of Unicode code points of the text: the denominator of bits per character. */
  readonly characters: number;

  /** Number of UTF-8 bytes of the text: the denominator of bits per byte. */
  readonly bytes: number;
  /**
   * Number of items; null for continuous text. The end token precedes the first item and follows each item: it is the input for
   * an item's first prediction, and its last target.
   */
  readonly items: number | null;
  /** Number of items skipped because they have no token. */
  readonly emptyItems: number;

  private constructor(encoder: Encoder, items: number | null = null, emptyItems: number = 0) {
    this.ids = encoder.ids.toArray();
    this.unknownAt = encoder.unknownAt.toArray();
    this.characters = encoder.characters;
    this.bytes = encoder.bytes;
    this.items = items;
    this.emptyItems = emptyItems;
  }

  /**
   * Encodes a text with a saved model, or with a tokenizer and a vocabulary.
   * @throws {UnrolledError} code `token-unknown` at an out-of-vocabulary token if the vocabulary has no unknown token;
   * `option-value` for arguments of the wrong kind
   */
  static encode(text: string, codec: TextCodec): Corpus;
  /**
   * Encodes a text with a tokenizer and a vocabulary.
   * @throws {UnrolledError} as above
   */
  static encode(text: string, tokenizer: TextCutter, vocabulary: Vocabulary): Corpus;
  static encode(text: string, given: TextCodec | TextCutter, withVocabulary?: Vocabulary): Corpus {
    const { tokenizer, vocabulary } =
      withVocabulary === undefined
        ? (Object(given) as TextCodec)
        : { tokenizer: given as TextCutter, vocabulary: withVocabulary };
    checkText('Corpus', text);
    const encoder = new Encoder(tokenizer, vocabulary, given);
    encoder.push(text);
    return new Corpus(encoder);
  }

  /**
   * Encodes items in order, with the end token before the first item and after each. Items without tokens are skipped and
   * counted.
   * @param maxTokens no item starts after this many tokens, end tokens included. Default: no limit
   * @throws {UnrolledError} as `encode`; code `vocabulary` if the vocabulary has no end token
   */
  static encodeItems(
    items: Iterable<string>,
    { tokenizer, vocabulary }: ItemCodec,
    maxTokens: number = Number.POSITIVE_INFINITY,
  ): Corpus {
    const encoder = new Encoder(tokenizer, vocabulary, { tokenizer, vocabulary });
    const { ids } = encoder;
    if (vocabulary.endId < 0) throw noEnd();
    ids.push(vocabulary.endId);
    let [count, empty] = [0, 0];
    for (const item of items) {
      if (ids.length > maxTokens) break;
      checkText('Corpus', item);
      const before = ids.length;
      encoder.push(item);
      if (ids.length === before) empty += 1;
      else {
        ids.push(vocabulary.endId);
        count += 1;
      }
    }
    return new Corpus(encoder, count, empty);
  }

  /** The ids as `TokenIds`. */
  get tokens(): TokenIds {
    return inMemory(this.ids);
  }

  /** Number of out-of-vocabulary tokens, which became the unknown token. */
  get unknownCount(): number {
    return this.unknownAt.length;
  }
}

/** Encodes texts one after another and counts their characters and bytes. */
class Encoder {
  characters = 0;
  bytes = 0;
  readonly #encoder: IdEncoder;

  constructor(tokenizer: TextCutter, vocabulary: Vocabulary, given: unknown) {
    this.#encoder = new IdEncoder(tokenizer, vocabulary, given);
  }

  get ids(): IntList {
    return this.#encoder.ids;
  }

  get unknownAt(): IntList {
    return this.#encoder.unknownAt;
  }

  /** A text without tokens adds nothing. */
  push(text: string): void {
    const before = this.ids.length;
    this.#encoder.push(text);
    if (this.ids.length === before) return;
    this.characters += countCodePoints(text);
    this.bytes += countBytes(text);
  }
}

function noEnd(): UnrolledError {
  return new UnrolledError(
    'vocabulary',
    'Corpus: the vocabulary has no end token; items need one. Pass vocabulary.withEnd(), or the vocabulary of a model of items.',
  );
}
