import { idsOf } from '../../data/id-encoder.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Prefix } from './next-tokens.ts';
import { bytesOf, textOf } from './pieces.ts';
import { halfWord } from './word-end.ts';

/** Maximum number of UTF-16 units before the half-typed word that are resampled; the rest of a longer run stays as read. */
const BEFORE = 8;

/**
 * A partly typed text for BPE tokens. Its ids are those that further letters can't change. The half-typed word is the run of
 * letters at the end of the text; it is empty after a space or a symbol.
 */
export interface TypedPrefix extends Prefix {
  /** The bytes after these ids, to be resampled: the last word with the space before it, or the last symbols. */
  readonly bytes: string;
  /** The index in `bytes` where the half-typed word begins. */
  readonly from: number;
  /** The length of that word as spelled by pieces, in UTF-16 units. */
  readonly length: number;
}

/** Splits a text into ids that are final and bytes that further letters could change. */
export function readTypedPrefix(text: string, codec: TextCodec): TypedPrefix {
  const { tokenizer, vocabulary } = codec;
  const half = halfWord(text);
  const start = text.length - half.length;
  // A word may consist of several pre-tokens, as `don` and `'t`: everything that its first letter could change is resampled.
  const [letter = ''] = half;
  const changing = tokenizer.partial(text.slice(0, start + letter.length));
  const cut = characterStart(text, Math.min(start, Math.max(changing, start - BEFORE)));
  const spelled = (part: string) =>
    Array.from(tokenizer.tokenize(part), (token) => bytesOf(token, tokenizer)).join('');
  // After a line end, because a tokenizer may add a space at the start of a text.
  const spelledWithin = (part: string) => spelled(`\n${part}`).slice(spelled('\n').length);
  const bytes = cut === 0 ? spelled(text) : spelledWithin(text.slice(cut));
  const own = spelledWithin(half);
  const ids = idsOf(text.slice(0, cut), codec);
  return {
    ids: promptOrLineStart(ids, vocabulary),
    bytes,
    from: bytes.length - own.length,
    half,
    length: textOf(own)?.text.length ?? 0,
  };
}

/** The index, or the one before if it is within a surrogate pair. */
function characterStart(text: string, at: number): number {
  return at > 0 && (text.codePointAt(at - 1) as number) > 0xffff ? at - 1 : at;
}
