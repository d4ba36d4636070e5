import type { TextCodec } from '../../text-codec.ts';
import { spellByte } from '../bpe/alphabet.ts';
import { readMerges } from '../bpe/parameters.ts';
import type { TokenizerKind } from '../tokenizer.ts';
import { EOS } from '../word.ts';
import {
  codePoints,
  END,
  joined,
  newlinesReplaced,
  SPELLED_EOS,
  spacesRemoved,
  spelledWord,
  wordsAndNewlines,
} from './cuts.ts';
import {
  bpeModel,
  byteLevel,
  type FilePart,
  normalizerOf,
  type TokenizerParts,
  tokenizerText,
} from './file-parts.ts';

/** A codec with the parameters of its tokenizer, from `toJSON`. */
interface Given extends TextCodec {
  readonly parameters: Readonly<Record<string, unknown>>;
}

const makers: Readonly<Record<TokenizerKind, (codec: Given) => TokenizerParts>> = {
  word: wordParts,
  char: charParts,
  byte: byteParts,
  bpe: bpeParts,
};

/**
 * A tokenizer.json that gives the ids of a codec for every text; null if the format can't express it: a vocabulary with invalid
 * Unicode, with two tokens of one spelling there, or other than that of the bytes or pieces.
 */
export function tokenizerJSON(codec: TextCodec): string | null {
  const { tokenizer, vocabulary } = codec;
  const value = tokenizer.toJSON();
  const parameters = typeof value === 'string' ? {} : value;
  const fixed = tokenizer.fixedVocabulary();
  const maker = makers[tokenizer.kind as TokenizerKind];
  if (maker === undefined || (fixed !== null && !fixed.equals(vocabulary.withoutEnd()))) return null;
  const parts = maker({ ...codec, parameters });
  const tokens = parts.tokens.map((token, id) => (id === vocabulary.endId ? END : token));
  const isValid =
    new Set(tokens).size === tokens.length && !tokens.some((token) => /\p{Surrogate}/u.test(token));
  return isValid ? tokenizerText({ ...parts, tokens }) : null;
}

/**
 * Words at white space. A newline is a word of its own, and the line end is spelled as one, so that `<eos>` in a text is another
 * word. In a vocabulary where `<eos>` in a text is the line end too, a newline is replaced by `<eos>`.
 */
function wordParts({ vocabulary, parameters }: Given): TokenizerParts {
  const { unknown, tokens } = vocabulary;
  const isSpelled = vocabulary.idInText(SPELLED_EOS) !== vocabulary.idOf(EOS);
  const spelled = isSpelled ? spelledWord : (token: string) => token;
  const form = normalizerOf(parameters.normalize);
  return {
    normalizer: isSpelled ? form : withReplacement(form),
    pre_tokenizer: isSpelled ? wordsAndNewlines : spacesRemoved,
    post_processor: null,
    decoder: null,
    model: wordLevel(unknown === null ? null : spelled(unknown)),
    tokens: tokens.map(spelled),
  };
}

function withReplacement(form: FilePart | null): FilePart {
  return form === null ? newlinesReplaced : { type: 'Sequence', normalizers: [form, newlinesReplaced] };
}

/** Characters: the text is cut after each code point. */
function charParts({ vocabulary, parameters }: Given): TokenizerParts {
  return {
    normalizer: normalizerOf(parameters.normalize),
    pre_tokenizer: codePoints,
    post_processor: null,
    decoder: joined,
    model: wordLevel(vocabulary.unknown),
    tokens: vocabulary.tokens,
  };
}

/** A model always names an unknown token; one that is not in the vocabulary is an error for unknown words, as it is here. */
function wordLevel(unknown: string | null): FilePart {
  return { type: 'WordLevel', unk_token: unknown ?? '<unk>' };
}

/** Bytes: BPE without merges. */
function byteParts({ vocabulary, parameters }: Given): TokenizerParts {
  return {
    normalizer: normalizerOf(parameters.normalize),
    ...byteLevel(false, false),
    model: bpeModel([]),
    tokens: vocabulary.tokens.map((token) => (token === '' ? token : spellByte(token.charCodeAt(0)))),
  };
}

/** Byte-level BPE: the pieces, then the end token if there is one. */
function bpeParts({ vocabulary, parameters }: Given): TokenizerParts {
  return {
    normalizer: normalizerOf(parameters.normalize),
    ...byteLevel(parameters.prefixSpace === true, true),
    model: bpeModel(readMerges('tokenizerJSON', parameters.merges)),
    tokens: vocabulary.tokens,
  };
}
