import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { fileError } from '../../formats/file-error.ts';
import { emptyText, notUtf8 } from './read.ts';
import { displayName, isStandardInput, streamStandardInput } from './standard-input.ts';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * The text of a file, or with `-` of standard input, in chunks as they come; without a byte order mark.
 * Throws UnrolledError when it can't be read, is empty or is not UTF-8, and an AbortError when aborted.
 */
export async function* streamText(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const decoder = new StreamDecoder(displayName(path));
  let begun = false;
  for await (const chunk of streamBytes(path, signal)) {
    const text = decoder.push(chunk);
    if (text === '') continue;
    begun = true;
    yield text;
  }
  decoder.end();
  if (!begun) throw emptyText(path);
}

/** The bytes of a file or of standard input, in chunks as they come. Throws UnrolledError, and an AbortError when aborted. */
export async function* streamBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const source = isStandardInput(path) ? streamStandardInput() : createReadStream(path);
  try {
    yield* addAbortSignal(signal, source);
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

/** UTF-8 in chunks that may cut a character in two. A TextDecoder alone doesn't say where the text is broken. */
class StreamDecoder {
  readonly #name: string;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The bytes of a character that is not whole yet. */
  #rest: Uint8Array = new Uint8Array();
  /** The bytes before them. */
  #before = 0;

  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Uint8Array): string {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.length - unfinished(bytes);
    try {
      const text = this.#utf8.decode(bytes.subarray(0, end));
      const marked = this.#before === 0 && text.startsWith(BYTE_ORDER_MARK);
      this.#rest = bytes.subarray(end);
      this.#before += end;
      return marked ? text.slice(1) : text;
    } catch {
      throw notUtf8(this.#name, bytes, this.#before);
    }
  }

  end(): void {
    if (this.#rest.length > 0) throw notUtf8(this.#name, this.#rest, this.#before);
  }
}

/** How many bytes at the end begin a character that needs more of them. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue; // inside a character
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}
