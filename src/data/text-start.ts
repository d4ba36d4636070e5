import type { TextCodec } from './text-codec.ts';

/**
 * The id before a text's first token: the end token of items; for continuous text, that of a newline, or the unknown token if
 * the vocabulary has no newline. null if it has neither.
 */
export function textStart({ tokenizer, vocabulary }: TextCodec): number | null {
  if (vocabulary.endId >= 0) return vocabulary.endId;
  const id = vocabulary.idInText(newlineOf(tokenizer));
  return id ?? (vocabulary.unknownId < 0 ? null : vocabulary.unknownId);
}

/**
 * The id that a model reads before a text's first token: the end token of items; for continuous text, that of a newline, or the
 * unknown token if the vocabulary has no newline. `scoreText` predicts the first token after it.
 * @throws {UnrolledError} code `token-unknown` if there is none
 */
export function requiredTextStart(codec: TextCodec): number {
  return textStart(codec) ?? codec.vocabulary.unknownIdFor(newlineOf(codec.tokenizer), 0);
}

/** The token of a newline; a tokenizer may put a space before it. */
function newlineOf(tokenizer: TextCodec['tokenizer']): string {
  return [...tokenizer.tokenize('\n')].at(-1) ?? '\n';
}
