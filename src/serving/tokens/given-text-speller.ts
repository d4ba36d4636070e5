import type { TextCodec } from '../../data/text-codec.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';
import type { TokenSpan } from '../../data/tokenizers/tokenizer.ts';
import { spellBytes, tokenBytes, wholeText } from './token-bytes.ts';
import { type Speller, TokenSpeller } from './token-speller.ts';

/** A token of a given text. */
interface GivenToken {
  /** Its spelling in the text, with the white space before it; for the last token also what follows it. */
  readonly text: string;
  /** Start of this spelling, or of the character that it is part of, in code points. */
  readonly offset: number;
}

/** Spells the tokens of a given text as they are there, and alternatives as in a decoded text. */
export class GivenTextSpeller implements Speller {
  readonly #given: Iterator<GivenToken>;
  readonly #others: TokenSpeller;

  constructor(text: string, codec: TextCodec) {
    this.#given = givenTokens(text, codec);
    this.#others = new TokenSpeller(codec, codec.tokenizer.decoder());
  }

  peek(id: number): string {
    return this.#others.peek(id);
  }

  push(id: number): string {
    const decoded = this.#others.push(id);
    const { value } = this.#given.next();
    return value?.text ?? decoded;
  }
}

/** The tokens of a text. Tokens of the same characters, such as the bytes of one, share an offset. */
export function* givenTokens(text: string, codec: TextCodec): Generator<GivenToken, undefined> {
  let [begin, end, offset] = [0, 0, 0];
  let group: TokenSpan[] = [];
  for (const span of codec.tokenizer.spans(text)) {
    if (group.length > 0 && span.start >= end) {
      const part = text.slice(begin, end);
      yield* tokensOf(part, group, offset, codec);
      offset += countCodePoints(part);
      [begin, group] = [end, []];
    }
    group.push(span);
    end = Math.max(end, span.end);
  }
  yield* tokensOf(text.slice(begin), group, offset, codec);
}

/** The tokens of a part: the last one spells all of it, unless these are parts of characters. */
function* tokensOf(
  part: string,
  group: readonly TokenSpan[],
  offset: number,
  codec: TextCodec,
): Generator<GivenToken> {
  for (const [index, { token }] of group.entries()) {
    const bytes = partialBytes(token, codec);
    yield { text: bytes ?? (index === group.length - 1 ? part : ''), offset };
  }
}

/** The spelling of a token that is not whole characters; null for others. */
function partialBytes(token: string, codec: TextCodec): string | null {
  const id = codec.vocabulary.idInText(token);
  const bytes = id === undefined ? null : tokenBytes(id, codec);
  return bytes && wholeText(bytes) === null ? spellBytes(bytes) : null;
}
