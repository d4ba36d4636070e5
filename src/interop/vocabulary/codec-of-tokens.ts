import type { TextCodec } from '../../data/text-codec.ts';
import { openTokenizer } from '../../data/tokenizers/open.ts';
import { Vocabulary } from '../../data/vocabulary/vocabulary.ts';

/** How the texts of a model are split. */
export type TokensOfTexts = 'word' | 'char';

const UNKNOWN = '<unk>';
/** Tokens that no text contains as such, which a vocabulary of characters has too. */
const SPECIAL = /^<[^<>]+>$/;

/**
 * The tokenizer and vocabulary of a list of tokens. `<unk>` becomes the unknown token; `<eos>`, or else a newline, the line end.
 *
 * @param tokens the tokens in order of their ids
 * @param split how texts are split. Default: `char` if each token is one character, but for those like `<unk>`; otherwise `word`
 * @throws {UnrolledError} code `vocabulary` for a repeated token, `text-empty` for no tokens
 */
export function codecOfTokens(tokens: readonly string[], split: TokensOfTexts = splitOf(tokens)): TextCodec {
  const unknown = tokens.includes(UNKNOWN) ? UNKNOWN : null;
  return { tokenizer: openTokenizer(split), vocabulary: Vocabulary.fromTokens(tokens, unknown) };
}

function splitOf(tokens: readonly string[]): TokensOfTexts {
  return tokens.every((token) => [...token].length === 1 || SPECIAL.test(token)) ? 'char' : 'word';
}
