import type { Tokenizer } from '../tokenizers/tokenizer.ts';

/** Shorter pieces cost more than they save, in UTF-16 units. */
const MIN_CHUNK = 2 ** 15;
/** Where no blank stands for so long, the tokenizer is asked; where it holds everything back, the text is cut anywhere. */
const [MAX_WITHOUT_SPACE, MAX_HELD] = [2 ** 18, 2 ** 24];

type Cutting = Pick<Tokenizer, 'partial' | 'prefixSpace'>;

/**
 * Cuts a text that comes in chunks into pieces whose tokens, one piece after the other, are those of the text: before a
 * blank behind a word, or where the tokenizer says that no more text changes what stands before and reads no space before a piece.
 */
export class TokenBoundarySplitter {
  readonly #tokenizer: Cutting;
  #held = '';

  constructor(tokenizer: Cutting) {
    this.#tokenizer = tokenizer;
  }

  /** The text that is whole so far; it may be empty. */
  push(chunk: string): string {
    this.#held += chunk;
    if (this.#held.length < MIN_CHUNK) return '';
    const at = this.#place();
    const piece = this.#held.slice(0, at);
    this.#held = this.#held.slice(at);
    return piece;
  }

  /** The rest. */
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

/** The same pieces as they come, none of them empty. */
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

/** The last blank that stands behind something else than white space; 0 where there is none. */
function blankBehindWord(text: string): number {
  for (let at = text.lastIndexOf(' '); at > 0; at = text.lastIndexOf(' ', at - 1)) {
    if (!/\s/.test(text.charAt(at - 1))) return at;
  }
  return 0;
}
