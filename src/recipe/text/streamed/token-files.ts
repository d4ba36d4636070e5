import type { TextCodec } from '../../../data/text-codec.ts';
import { tokenizerFromJSON } from '../../../data/tokenizers/open.ts';
import type { TokenizerJSON } from '../../../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../../errors.ts';
import { Hash } from '../../../formats/hash.ts';
import { TokenFile } from '../../../formats/text/token-file/read-tokens.ts';
import type { TokenStore } from './token-store.ts';

/** The tokenizer and vocabulary stored in a token file. */
interface About {
  readonly tokenizer: TokenizerJSON;
  readonly vocabulary: unknown;
  /** The settings with which both were learnt from the text; null when they were given. */
  readonly learnt: string | null;
}

/** A token file with its tokenizer and vocabulary. */
export interface FoundTokens {
  readonly name: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  readonly file: TokenFile;
  readonly codec: TextCodec;
  readonly learnt: string | null;
}

/** A hash of a JSON value, in hexadecimal. */
export function digestOfJSON(value: unknown): string {
  const hash = new Hash();
  hash.add(new TextEncoder().encode(JSON.stringify(value)));
  return hash.digest().slice(0, 16);
}

/** The description of a tokenizer and vocabulary for a token file. */
export function aboutOf({ tokenizer, vocabulary }: TextCodec, learnt: string | null): About {
  return { tokenizer: tokenizer.toJSON(), vocabulary: vocabulary.toJSON(), learnt };
}

/** The name of a token file, from the hashes of the text and of its tokenizer and vocabulary. */
export function nameOfTokens(text: string, codec: TextCodec): string {
  return `${text}-${digestOfJSON([codec.tokenizer, codec.vocabulary])}`;
}

/** Finds token files in a store. */
export class TokenFiles {
  readonly #store: TokenStore;
  readonly #onUnusable: (error: UnrolledError) => void;

  /** @param onUnusable receives the error of a file that can't be reused */
  constructor(store: TokenStore, onUnusable: (error: UnrolledError) => void = () => {}) {
    this.#store = store;
    this.#onUnusable = onUnusable;
  }

  /** The token file of a text for a tokenizer and vocabulary; null when there is no usable one. */
  find(text: string, codec: TextCodec): FoundTokens | null {
    return this.#open(nameOfTokens(text, codec));
  }

  /** The token file of a text whose tokenizer and vocabulary were learnt with these settings; null when there is no usable one. */
  findLearnt(text: string, learnt: string): FoundTokens | null {
    for (const name of this.#store.list(`${text}-`)) {
      const found = this.#open(name);
      if (found?.learnt === learnt) return found;
    }
    return null;
  }

  #open(name: string): FoundTokens | null {
    const source = this.#store.open(name);
    if (!source) return null;
    try {
      const file = TokenFile.open(source);
      const { tokenizer, vocabulary, learnt } = Object(file.info.about);
      const codec = { tokenizer: tokenizerFromJSON(tokenizer), vocabulary: Vocabulary.fromJSON(vocabulary) };
      return {
        name: source.name,
        bytes: source.size,
        file,
        codec,
        learnt: typeof learnt === 'string' ? learnt : null,
      };
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      this.#onUnusable(error);
      return null;
    }
  }
}
