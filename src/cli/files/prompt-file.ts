import type { TextCodec } from '../../data/text-codec.ts';
import { printable } from '../../data/texts/printable.ts';
import { MAX_TEXT_LENGTH } from '../../data/texts/text-length.ts';
import { UnrolledError } from '../../errors.ts';
import { BYTES, type Decoder, openDecoder } from '../../formats/text/decoders.ts';
import { invalidBytesError } from '../../formats/text/encodings.ts';
import { withLineFeeds } from '../../formats/text/text-start.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import { messageOf } from '../error-message.ts';
import { plural } from '../terminal/format.ts';
import { printNotice } from '../terminal/streams.ts';
import { nameUnknown } from './prompts.ts';
import { displayName } from './standard-input.ts';
import { carriageReturns, emptyText } from './texts/messages.ts';
import { streamBytes } from './texts/source-bytes.ts';
import { unpacked } from './texts/unpack.ts';

const NEWLINE = 10;
const RETURN = 13;

const [utf8, anyBytes] = ['utf-8', BYTES].map((label) => openDecoder(label) as Decoder);

/** A file of prompts, one a line; `-` is standard input. */
export class PromptFile {
  readonly #where: string;
  readonly #path: string;
  readonly #saved: TextCodec;
  readonly #encoding: string | undefined;
  #read = 0;
  #refused = 0;

  /** @param encoding as `TextBytes` takes it. Default: by its byte order mark, else UTF-8 */
  constructor(where: string, path: string, saved: TextCodec, encoding?: string) {
    this.#where = where;
    this.#path = path;
    this.#saved = saved;
    this.#encoding = encoding;
  }

  /**
   * The prompts, as they arrive. A blank line generates from the start of a line. An unreadable prompt is reported on stderr and yielded as
   * null, so the others continue. Throws UnrolledError for a file that can't be read or is empty, and an AbortError when
   * aborted.
   */
  async *prompts(signal: AbortSignal): AsyncGenerator<Prompt | null, void> {
    const said = () => printNotice(printable(carriageReturns(this.#path)));
    const isBytes = this.#encoding === BYTES;
    const packed = unpacked(displayName(this.#path), streamBytes(this.#path, signal));
    const bytes = withLineFeeds(displayName(this.#path), packed, said, isBytes ? null : this.#encoding);
    for await (const line of linesOf(bytes)) yield await this.#parse(line, isBytes ? anyBytes : utf8);
    if (this.#read === 0) throw emptyText(this.#path);
  }

  /** A sentence with the number of unreadable prompts; null if there were none. */
  get trouble(): string | null {
    if (this.#refused === 0) return null;
    const were = this.#refused === 1 ? 'was' : 'were';
    const of = plural(this.#read, 'prompt');
    return `${this.#where}: ${this.#path}: ${this.#refused} of ${of} could not be read and ${were} left out.`;
  }

  async #parse(line: Uint8Array, decoder: Decoder): Promise<Prompt | null> {
    const where = `${this.#where}: ${this.#path}, line ${++this.#read}`;
    if (line.length > MAX_TEXT_LENGTH) return this.#refuse(`${where}: the line is too long for a prompt.`);
    const text = decoded(line, decoder);
    if (text === null) return this.#refuse(await messageOf(invalidBytesError(where, decoder, line)));
    try {
      const prompt = encodePrompt(text, this.#saved);
      nameUnknown(where, prompt, this.#saved);
      return prompt;
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      return this.#refuse(`${where}: ${error.message}`);
    }
  }

  #refuse(message: string): null {
    this.#refused++;
    printNotice(printable(message));
    return null;
  }
}

/** The text of the bytes; null if they are invalid in the encoding. */
function decoded(bytes: Uint8Array, decoder: Decoder): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Splits bytes at newlines, before decoding, so that one invalid line does not affect the others. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, begin)) {
      yield withoutReturn(Buffer.concat([...parts, chunk.subarray(begin, end)]));
      parts = [];
      begin = end + 1;
    }
    if (begin < chunk.length) parts.push(chunk.subarray(begin));
  }
  if (parts.length > 0) yield withoutReturn(Buffer.concat(parts));
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}
