import { wrongKind } from '../kinds.ts';
import type { Tokenizer, TokenSpan } from './tokenizers/tokenizer.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** A tokenizer with its vocabulary: converts text to ids and back. A `SavedModel` is one. */
export interface TextCodec {
  /** Splits a text into tokens. */
  readonly tokenizer: Tokenizer;
  /** Maps tokens to ids. */
  readonly vocabulary: Vocabulary;
}

/** A token of an encoded text, with its id and position. */
export interface EncodedToken extends TokenSpan {
  /** The id that the model reads. */
  readonly id: number;
  /** False for an out-of-vocabulary token, whose `id` is that of the unknown token. */
  readonly known: boolean;
}

/** The result of `encode`. */
export interface EncodedText {
  /** One id per token. */
  readonly ids: Int32Array;
  /** The tokens in order, one for each of `ids`. */
  readonly tokens: readonly EncodedToken[];
}

/** Throws UnrolledError unless `text` is a string. */
export function checkText(where: string, text: unknown): void {
  if (typeof text === 'string') return;
  throw wrongKind(where, 'the text', text, 'a string', 'Pass a text.');
}

/** Encodes a text. Throws UnrolledError at an out-of-vocabulary token if the vocabulary has no unknown token. */
export function encodeText(text: string, { tokenizer, vocabulary }: TextCodec): EncodedText {
  checkText('encode', text);
  const tokens = Array.from(tokenizer.spans(text), ({ token, start, end }, at): EncodedToken => {
    const id = vocabulary.idInText(token);
    if (id === undefined) return { id: vocabulary.unknownIdFor(token, at), token, start, end, known: false };
    return { id, token: vocabulary.tokenOf(id), start, end, known: true };
  });
  return { ids: Int32Array.from(tokens, ({ id }) => id), tokens };
}

/** The prefix of a text with `tokens` tokens, or all of a shorter text. */
export function firstTokensOf(text: string, tokenizer: Tokenizer, tokens: number): string {
  let [count, end] = [0, 0];
  for (const span of tokenizer.spans(text)) {
    if (count++ === tokens) break;
    end = span.end;
  }
  return text.slice(0, end);
}

/** Options of `decode`. */
export interface DecodeOptions {
  /** True writes text for people, with no space before a comma. Default false: text that encodes to the same tokens. */
  readonly readable?: boolean;
}

/** Decodes ids to text; the end token of an item has none. Throws UnrolledError for an id outside the vocabulary. */
export function decodeText(
  ids: Iterable<number>,
  { tokenizer, vocabulary }: TextCodec,
  { readable = false }: DecodeOptions = {},
): string {
  if (typeof Object(ids)[Symbol.iterator] !== 'function' || typeof ids === 'string') {
    throw wrongKind('decode', 'the ids', ids, 'a list of ids', 'Pass the ids of an encoded text.');
  }
  const decoder = readable ? tokenizer.readableDecoder() : tokenizer.decoder();
  let text = '';
  for (const id of ids) if (id !== vocabulary.endId) text += decoder.push(vocabulary.tokenOf(id));
  return text + decoder.end();
}
