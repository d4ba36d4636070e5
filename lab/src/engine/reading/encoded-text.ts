import { itemSplitter, itemsOf, requiredTextStart, type SavedModel, UnrolledError } from 'unrolled';
import { concatenated } from './concatenated.ts';
import { TokenCollector, type TokenColumns } from './token-columns.ts';

/** The most tokens of a text that are read. */
export const MOST_TOKENS = 100_000;

/** A text as the ids that a model reads. Index 0 is the token before the text; index t + 1 is token t. */
export interface EncodedText extends TokenColumns {
  readonly text: string;
  readonly isCut: boolean;
  /** (n + 1) */
  readonly ids: Int32Array;
  /** The indices before which h and c are 0. */
  readonly resets: ReadonlySet<number>;
}

/** A line of continuous text, or an item. */
interface Piece {
  readonly text: string;
  readonly start: number;
}

/**
 * Encodes a text as `scoreText` does: line by line; the items of a model of items each from the zero state, with their end
 * tokens. Throws UnrolledError `text-empty` for a text without a token, `token-unknown` for one that can't be encoded.
 */
export function encodeText(saved: SavedModel, text: string, most: number = MOST_TOKENS): EncodedText {
  const { endId } = saved.vocabulary;
  const { pieces, whole } = endId < 0 ? linesOf(text) : itemPieces(saved, text);
  const tokens = new TokenCollector();
  const resets = new Set([0]);
  for (const { text: piece, start } of pieces) {
    if (tokens.length > most) break;
    const encoded = saved.encode(piece).tokens;
    tokens.addAll(encoded, start);
    if (endId < 0 || encoded.length === 0) continue;
    tokens.add(endId, start + piece.length, start + piece.length, true);
    resets.add(tokens.length);
  }
  if (tokens.length === 0) throw empty(saved);
  return finished(saved, whole, tokens, resets, most);
}

function finished(
  saved: SavedModel,
  whole: string,
  tokens: TokenCollector,
  resets: ReadonlySet<number>,
  most: number,
): EncodedText {
  const n = Math.min(tokens.length, most);
  const columns = tokens.first(n);
  const end = columns.ends[n - 1];
  const isCut = tokens.length > n || end < whole.trimEnd().length;
  return {
    text: isCut ? whole.slice(0, end) : whole,
    isCut,
    ...columns,
    ids: concatenated(Int32Array, [[requiredTextStart(saved)], columns.ids]),
    resets: new Set([...resets].filter((at) => at <= n)),
  };
}

function* lineStarts(text: string): Generator<Piece> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    yield { text: text.slice(start, end), start };
    start = end;
  }
}

function linesOf(text: string): { readonly pieces: Iterable<Piece>; readonly whole: string } {
  return { pieces: lineStarts(text), whole: text };
}

/** The items, joined by line ends: those of JSON lines and CSV don't stand in the text as they are. */
function itemPieces(
  { items }: SavedModel,
  text: string,
): { readonly pieces: readonly Piece[]; readonly whole: string } {
  const pieces: Piece[] = [];
  let start = 0;
  for (const item of itemsOf(text, itemSplitter(items ?? 'line'))) {
    pieces.push({ text: item, start });
    start += item.length + 1;
  }
  return { pieces, whole: pieces.map((piece) => piece.text).join('\n') };
}

function empty({ tokenizer: { unit } }: SavedModel): UnrolledError {
  return new UnrolledError(
    'text-empty',
    `reading: the text has no ${unit}; it needs at least one. Type a sentence.`,
  );
}
