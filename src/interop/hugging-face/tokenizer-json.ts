import type { TextCodec } from '../../data/text-codec.ts';
import { spellByte } from '../../data/tokenizers/bpe/alphabet.ts';
import { readMerges } from '../../data/tokenizers/bpe/parameters.ts';
import {
  bpeModel,
  byteLevel,
  normalizerOf,
  type TokenizerParts,
  tokenizerText,
} from '../../data/tokenizers/hugging-face/file-parts.ts';
import type { TokenizerKind } from '../../data/tokenizers/tokenizer.ts';
import { type TokenizerParameters, wordParts } from './word-parts.ts';

/** The end token of items, whose own spelling is empty. No text is encoded to it, because it contains a space. */
const END = ' <end>';

const makers: Readonly<Record<TokenizerKind, (codec: TokenizerParameters) => TokenizerParts | null>> = {
  word: wordParts,
  char: charParts,
  byte: byteParts,
  bpe: bpeParts,
};

/**
 * A tokenizer.json that gives the ids of a codec for every text; null if the format can't express it: a vocabulary with invalid
 * Unicode, without all bytes, or with two tokens of one spelling there.
 */
export function tokenizerJSON(codec: TextCodec): string | null {
  const value = codec.tokenizer.toJSON();
  const parameters = typeof value === 'string' ? {} : value;
  const parts = makers[codec.tokenizer.kind as TokenizerKind]?.({ ...codec, parameters }) ?? null;
  if (parts === null) return null;
  const { endId } = codec.vocabulary;
  const tokens = parts.tokens.map((token, id) => (id === endId ? END : token));
  const isValid =
    new Set(tokens).size === tokens.length && !tokens.some((token) => /\p{Surrogate}/u.test(token));
  return isValid ? tokenizerText({ ...parts, tokens }) : null;
}

/** Characters: the text is cut after each code point. */
function charParts({ vocabulary, parameters }: TokenizerParameters): TokenizerParts {
  return {
    normalizer: normalizerOf(parameters.normalize),
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'WordLevel', unk_token: vocabulary.unknown ?? '<unk>' },
    tokens: vocabulary.tokens,
  };
}

/** Bytes: BPE without merges. */
function byteParts({ vocabulary, parameters }: TokenizerParameters): TokenizerParts | null {
  const spellings = new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), spellByte(byte)]),
  );
  if (![...spellings.keys()].every((byte) => vocabulary.has(byte))) return null;
  return {
    normalizer: normalizerOf(parameters.normalize),
    ...byteLevel(false, false),
    model: bpeModel([]),
    tokens: vocabulary.tokens.map((token) => spellings.get(token) ?? ` ${token}`),
  };
}

/** Byte-level BPE: the pieces, then the end token if there is one. */
function bpeParts({ tokenizer, vocabulary, parameters }: TokenizerParameters): TokenizerParts | null {
  const pieces = tokenizer.fixedVocabulary();
  if (!pieces?.equals(vocabulary.withoutEnd())) return null;
  return {
    normalizer: normalizerOf(parameters.normalize),
    ...byteLevel(parameters.prefixSpace === true, true),
    model: bpeModel(readMerges('export', parameters.merges)),
    tokens: vocabulary.tokens,
  };
}
