import { wrongKind } from '../kinds.ts';
import { IntList } from './int-list.ts';
import { checkText, type TextCodec } from './text-codec.ts';
import { countBytes, countCodePoints } from './texts/code-points.ts';
import type { Tokenizer } from './tokenizers/tokenizer.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** A text as token ids, with what an honest report about it needs. */
export class Corpus {
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
  readonly items: number | null = null;

  private constructor(ids: Int32Array, unknownAt: Int32Array, characters: number, bytes: number) {
    this.ids = ids;
    this.unknownAt = unknownAt;
    this.characters = characters;
    this.bytes = bytes;
  }

  /**
   * The tokens of a text by a saved model, or by a tokenizer and a vocabulary. Throws UnrolledError at a token that the
   * vocabulary lacks, when it has no unknown token either.
   */
  static encode(text: string, codec: TextCodec): Corpus;
  static encode(text: string, tokenizer: Pick<Tokenizer, 'tokenize'>, vocabulary: Vocabulary): Corpus;
  static encode(
    text: string,
    given: TextCodec | Pick<Tokenizer, 'tokenize'>,
    withVocabulary?: Vocabulary,
  ): Corpus {
    const { tokenizer, vocabulary } =
      withVocabulary === undefined
        ? (Object(given) as TextCodec)
        : { tokenizer: given as Pick<Tokenizer, 'tokenize'>, vocabulary: withVocabulary };
    checkText('Corpus', text);
    if (typeof tokenizer?.tokenize !== 'function' || typeof vocabulary?.idInText !== 'function') {
      const advice = 'Give a saved model, or a tokenizer and a vocabulary.';
      throw wrongKind('Corpus', 'the codec', given, '{ tokenizer, vocabulary }', advice);
    }
    const ids = new IntList();
    const unknownAt = new IntList();
    for (const token of tokenizer.tokenize(text)) {
      const id = vocabulary.idInText(token);
      if (id === undefined) unknownAt.push(ids.length);
      ids.push(id ?? vocabulary.unknownIdFor(token, ids.length));
    }
    return new Corpus(ids.toArray(), unknownAt.toArray(), countCodePoints(text), countBytes(text));
  }

  /** How many tokens became the unknown token. */
  get unknownCount(): number {
    return this.unknownAt.length;
  }
}
