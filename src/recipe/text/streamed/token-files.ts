import type { TextCodec } from '../../../data/text-codec.ts';
import { tokenizerFromJSON } from '../../../data/tokenizers/open.ts';
import type { TokenizerJSON } from '../../../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../../errors.ts';
import { Hash } from '../../../formats/hash.ts';
import { TokenFile } from '../../../formats/text/token-file/read-tokens.ts';
import type { TokenStore } from './token-store.ts';

/** What makes the tokens of a text, as a token file has it. */
interface About {
  readonly tokenizer: TokenizerJSON;
  readonly vocabulary: unknown;
  /** The settings by which both were learnt from the text; null where they were given. */
  readonly learnt: string | null;
}

/** A token file, and what its ids mean. */
export interface FoundTokens {
  readonly name: string;
  /** Of the file. */
  readonly bytes: number;
  readonly file: TokenFile;
  readonly codec: TextCodec;
  readonly learnt: string | null;
}

/** Hexadecimal digits of a JSON value. */
export function digestOfJSON(value: unknown): string {
  const hash = new Hash();
  hash.add(new TextEncoder().encode(JSON.stringify(value)));
  return hash.digest().slice(0, 16);
}

export function aboutOf({ tokenizer, vocabulary }: TextCodec, learnt: string | null): About {
  return { tokenizer: tokenizer.toJSON(), vocabulary: vocabulary.toJSON(), learnt };
}

/** The name of the file with a text's tokens: by what is read, and by what makes tokens of it. */
export function nameOfTokens(text: string, codec: TextCodec): string {
  return `${text}-${digestOfJSON([codec.tokenizer, codec.vocabulary])}`;
}

/** Token files in a store. */
export class TokenFiles {
  readonly #store: TokenStore;
  readonly #onUnusable: (error: UnrolledError) => void;

  /** @param onUnusable receives why a file is made anew: damage, another version */
  constructor(store: TokenStore, onUnusable: (error: UnrolledError) => void = () => {}) {
    this.#store = store;
    this.#onUnusable = onUnusable;
  }

  /** The tokens of a text by a tokenizer and a vocabulary; null where there are none that can be used. */
  find(text: string, codec: TextCodec): FoundTokens | null {
    return this.#open(nameOfTokens(text, codec));
  }

  /** The tokens of a text by what was learnt from it with these settings. */
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
