import { UnrolledError } from '../errors.ts';
import { inMemory, type TokenIds } from './batches/token-ids.ts';
import { IdEncoder, type TextCutter } from './id-encoder.ts';
import type { IntList } from './int-list.ts';
import { checkText, type TextCodec } from './text-codec.ts';
import { countBytes, countCodePoints } from './texts/code-points.ts';
import type { TokenCorpus } from './token-corpus.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** What turns items into ids. */
export interface ItemCodec {
  readonly tokenizer: TextCutter;
  readonly vocabulary: Vocabulary;
}

/** A text as token ids, with what an honest report about it needs. */
export class Corpus implements TokenCorpus {
  /** One id a token. */
  readonly ids: Int32Array;
  /**
   * The places in `ids`, rising, of tokens that the vocabulary lacks. An unknown token that the text
   * spells out is a token like any other and not among them.
   */
  readonly unknownAt: Int32Array;
  /** Unicode code points of the text: the denominator of bits per character. */
  readonly characters: number;

  /** Bytes of the text as UTF-8: the denominator of bits per byte. */
  readonly bytes: number;
  /**
   * How many items it is; null for endless text. Before the first item and behind each stands the end token: the input from
   * which an item's first token is predicted, and its last target.
   */
  readonly items: number | null;
  /** How many items were left out because they have no token. */
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
   * The tokens of a text by a saved model, or by a tokenizer and a vocabulary. Throws UnrolledError at a token that the
   * vocabulary lacks, when it has no unknown token either.
   */
  static encode(text: string, codec: TextCodec): Corpus;
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
   * The tokens of items, one item after the other, with the end token before the first and behind each. An item without
   * tokens is left out and counted. Throws UnrolledError as `encode` does, and for a vocabulary without an end token.
   * @param maxTokens no item begins behind this many tokens, ends among them. Default: none
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

  /** The ids as those of any corpus. */
  get tokens(): TokenIds {
    return inMemory(this.ids);
  }

  /** How many tokens became the unknown token. */
  get unknownCount(): number {
    return this.unknownAt.length;
  }
}

/** Turns one text after another into ids, and counts them. */
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
    'Corpus: the vocabulary has no end token; items need one. Give vocabulary.withEnd(), or that of a model of items.',
  );
}
