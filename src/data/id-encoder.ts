import { wrongKind } from '../kinds.ts';
import { IntList } from './int-list.ts';
import { checkText, type TextCodec } from './text-codec.ts';
import type { Tokenizer } from './tokenizers/tokenizer.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** The part of a tokenizer that splits a text. `encode` is used if the vocabulary has the tokenizer's own ids. */
export type TextCutter = Pick<Tokenizer, 'tokenize'> & Partial<Pick<Tokenizer, 'encode' | 'fixedVocabulary'>>;

/** Encodes texts one after another into one list of ids. */
export class IdEncoder {
  readonly ids: IntList = new IntList();
  /** Indices in `ids` of out-of-vocabulary tokens. */
  readonly unknownAt: IntList = new IntList();
  readonly #tokenizer: TextCutter;
  readonly #vocabulary: Vocabulary;
  /** Whether the tokenizer's own ids are valid in the vocabulary. */
  readonly #isFixed: boolean;

  constructor(tokenizer: TextCutter, vocabulary: Vocabulary, given: unknown) {
    if (typeof tokenizer?.tokenize !== 'function' || typeof vocabulary?.idInText !== 'function') {
      const advice = 'Pass a saved model, or a tokenizer and a vocabulary.';
      throw wrongKind('Corpus', 'the codec', given, '{ tokenizer, vocabulary }', advice);
    }
    this.#tokenizer = tokenizer;
    this.#vocabulary = vocabulary;
    this.#isFixed = vocabulary.beginsWith(tokenizer.fixedVocabulary?.() ?? null);
  }

  /** Throws UnrolledError at an out-of-vocabulary token if the vocabulary has no unknown token. */
  push(text: string): void {
    if (this.#isFixed && this.#tokenizer.encode) this.#tokenizer.encode(text, this.ids);
    else this.#lookUp(text);
  }

  #lookUp(text: string): void {
    for (const token of this.#tokenizer.tokenize(text)) {
      const id = this.#vocabulary.idInText(token);
      if (id === undefined) this.unknownAt.push(this.ids.length);
      this.ids.push(id ?? this.#vocabulary.unknownIdFor(token, this.ids.length));
    }
  }
}

/** Encodes a text. Throws UnrolledError at an out-of-vocabulary token if the vocabulary has no unknown token. */
export function idsOf(text: string, codec: TextCodec): Int32Array {
  checkText('encode', text);
  const encoder = new IdEncoder(codec.tokenizer, codec.vocabulary, codec);
  encoder.push(text);
  return encoder.ids.toArray();
}
