import { wrongKind } from '../kinds.ts';
import type { Tokenizer, TokenSpan } from './tokenizers/tokenizer.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** What turns a text into ids and back; a `SavedModel` is one. */
export interface TextCodec {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
}

/** A token of a text as a model reads it. */
export interface EncodedToken extends TokenSpan {
  readonly id: number;
  /** False where the vocabulary lacks the token: `id` is that of the unknown token. */
  readonly known: boolean;
}

export interface EncodedText {
  /** One id a token. */
  readonly ids: Int32Array;
  readonly tokens: readonly EncodedToken[];
}

/** Throws UnrolledError for what is no string. */
export function checkText(where: string, text: unknown): void {
  if (typeof text === 'string') return;
  throw wrongKind(where, 'the text', text, 'a string', 'Give a text.');
}

/** Throws UnrolledError at a token that the vocabulary lacks, when it has no unknown token either. */
export function encodeText(text: string, { tokenizer, vocabulary }: TextCodec): EncodedText {
  checkText('encode', text);
  const tokens = Array.from(tokenizer.spans(text), ({ token, start, end }, at): EncodedToken => {
    const id = vocabulary.idInText(token);
    if (id === undefined) return { id: vocabulary.unknownIdFor(token, at), token, start, end, known: false };
    return { id, token: vocabulary.tokenOf(id), start, end, known: true };
  });
  return { ids: Int32Array.from(tokens, ({ id }) => id), tokens };
}

/** The beginning of a text that has so many tokens; all of a shorter text. */
export function firstTokensOf(text: string, tokenizer: Tokenizer, tokens: number): string {
  let [count, end] = [0, 0];
  for (const span of tokenizer.spans(text)) {
    if (count++ === tokens) break;
    end = span.end;
  }
  return text.slice(0, end);
}

export interface DecodeOptions {
  /** Whether the text is for a reader: no space before a comma. Default false: a text of the same tokens. */
  readonly readable?: boolean;
}

/** The text of ids; the end of an item has none. Throws UnrolledError for an id that the vocabulary lacks. */
export function decodeText(
  ids: Iterable<number>,
  { tokenizer, vocabulary }: TextCodec,
  { readable = false }: DecodeOptions = {},
): string {
  if (typeof Object(ids)[Symbol.iterator] !== 'function' || typeof ids === 'string') {
    throw wrongKind('decode', 'the ids', ids, 'a list of ids', 'Give those of an encoded text.');
  }
  const decoder = readable ? tokenizer.readableDecoder() : tokenizer.decoder();
  let text = '';
  for (const id of ids) if (id !== vocabulary.endId) text += decoder.push(vocabulary.tokenOf(id));
  return text + decoder.end();
}
