import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { isSpace } from './words.ts';

/** Minimum length of a piece, in UTF-16 units; shorter ones cost more than they save. */
const MIN_CHUNK = 2 ** 15;
/** After this many units without a space, split where the tokenizer allows it; if it doesn't, split anywhere after the second. */
const [MAX_WITHOUT_SPACE, MAX_HELD] = [2 ** 18, 2 ** 24];

type Cutting = Pick<Tokenizer, 'partial' | 'prefixSpace'>;

/**
 * Splits a text that comes in chunks into pieces at token boundaries, so that the tokens of the pieces are the tokens of the
 * text: before a space after a word, or where the tokenizer says that later text can't change the tokens before.
 */
export class TokenBoundarySplitter {
  readonly #tokenizer: Cutting;
  #held = '';

  constructor(tokenizer: Cutting) {
    this.#tokenizer = tokenizer;
  }

  /** Adds a chunk; returns the next piece, which may be empty. */
  push(chunk: string): string {
    this.#held += chunk;
    if (this.#held.length < MIN_CHUNK) return '';
    const at = this.#place();
    const piece = this.#held.slice(0, at);
    this.#held = this.#held.slice(at);
    return piece;
  }

  /** Returns the rest of the text. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  #place(): number {
    const text = this.#held;
    const blank = blankBehindWord(text);
    if (blank > 0 || text.length < MAX_WITHOUT_SPACE) return blank;
    const at = this.#tokenizer.prefixSpace ? 0 : this.#tokenizer.partial(text);
    if (at > 0 || text.length < MAX_HELD) return at;
    const isPair = (text.codePointAt(text.length - 2) as number) > 0xffff;
    return isPair ? text.length - 2 : text.length - 1;
  }
}

/** The same for an asynchronous text; empty pieces are omitted. */
export async function* splitAtTokens(
  chunks: AsyncIterable<string>,
  tokenizer: Cutting,
): AsyncGenerator<string, void> {
  const cutter = new TokenBoundarySplitter(tokenizer);
  for await (const chunk of chunks) {
    const piece = cutter.push(chunk);
    if (piece !== '') yield piece;
  }
  const rest = cutter.end();
  if (rest !== '') yield rest;
}

/** The last space after a non-space character; 0 if there is none. */
function blankBehindWord(text: string): number {
  for (let at = text.lastIndexOf(' '); at > 0; at = text.lastIndexOf(' ', at - 1)) {
    if (!isSpace(text.charCodeAt(at - 1))) return at;
  }
  return 0;
}
