import { idsOf } from '../../data/id-encoder.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Prefix } from './next-tokens.ts';
import { bytesOf, textOf } from './pieces.ts';
import { halfWord } from './word-end.ts';

/** So many UTF-16 units before a half-typed word are spelled anew at most: of a longer run of spaces or signs the rest stays as read. */
const BEFORE = 8;

/**
 * A text while somebody types, for a model whose tokens are pieces: the ids are of those that no letter more can change. The
 * half-typed word is the letters in which the text ends, so that there is none behind a space or a sign.
 */
export interface TypedPrefix extends Prefix {
  /** The bytes behind them, which are spelled anew: the last word with the space before it, or the last signs. */
  readonly bytes: string;
  /** The index among these bytes where the half-typed word begins. */
  readonly from: number;
  /** The UTF-16 units of that word as pieces spell it. */
  readonly length: number;
}

/** Takes back the pieces that letters more could change. */
export function readTypedPrefix(text: string, codec: TextCodec): TypedPrefix {
  const { tokenizer, vocabulary } = codec;
  const half = halfWord(text);
  const start = text.length - half.length;
  // A word may be of several tokens that never merge, as `don` and `'t`: what its first letter may change is spelled anew.
  const [letter = ''] = half;
  const changing = tokenizer.partial(text.slice(0, start + letter.length));
  const cut = characterStart(text, Math.min(start, Math.max(changing, start - BEFORE)));
  const spelled = (part: string) =>
    Array.from(tokenizer.tokenize(part), (token) => bytesOf(token, tokenizer)).join('');
  // Behind a line end: a tokenizer may add a space at the start of a text.
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

/** The index, or the one before where it lies within a surrogate pair. */
function characterStart(text: string, at: number): number {
  return at > 0 && (text.codePointAt(at - 1) as number) > 0xffff ? at - 1 : at;
}
