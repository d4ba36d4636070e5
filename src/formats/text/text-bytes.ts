import { manyNuls, markedEncoding, notUtf8, otherEncoding } from './encodings.ts';
import { LineEnds } from './line-ends.ts';

/** Of a shorter beginning, its share of NUL bytes says nothing yet. */
const LEAST_BYTES = 64;

/**
 * The text of bytes in UTF-8 that come in chunks, which may cut a character in two: without a byte order mark at its start,
 * and with LF where CR alone ends the lines.
 *
 * Throws UnrolledError at bytes that are no UTF-8, with their position; at a byte order mark of another encoding; and where
 * a tenth of the bytes or more are NUL, as in UTF-16 without a mark.
 */
export class TextBytes {
  readonly #where: string;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #lineEnds = new LineEnds();
  /** The bytes of a character that is not whole yet, or of what may be a byte order mark. */
  #rest: Uint8Array = new Uint8Array();
  /** The bytes before them. */
  #before = 0;
  #nuls = 0;

  /** @param where the file's name, for errors */
  constructor(where: string) {
    this.#where = where;
  }

  /** Whether CR alone ends its lines. */
  get isCr(): boolean {
    return this.#lineEnds.isCr;
  }

  /** The text that is whole so far; it may be empty. */
  push(chunk: Uint8Array): string {
    const bytes = joined(this.#rest, chunk);
    this.#rest = bytes;
    // A byte order mark may need all four.
    if (this.#before === 0 && bytes.length < 4 && !isAscii(bytes[0])) return '';
    this.#check(bytes, LEAST_BYTES);
    return this.#lineEnds.push(this.#decode(bytes, bytes.length - unfinished(bytes)));
  }

  /** The rest. */
  end(): string {
    const rest = this.#rest;
    this.#check(rest, 1);
    const text = this.#lineEnds.push(this.#decode(rest, rest.length));
    return text + this.#lineEnds.end();
  }

  /** @param least how many bytes tell what share of them is NUL */
  #check(bytes: Uint8Array, least: number): void {
    const encoding = this.#before === 0 ? markedEncoding(bytes) : null;
    if (encoding !== null) throw otherEncoding(this.#where, encoding);
    const [nuls, all] = [this.#nuls + countNuls(bytes), this.#before + bytes.length];
    if (all >= least && 10 * nuls >= all) throw manyNuls(this.#where, bytes, nuls / all);
  }

  #decode(bytes: Uint8Array, end: number): string {
    const isStart = this.#before === 0;
    try {
      const text = this.#utf8.decode(bytes.subarray(0, end));
      this.#rest = bytes.subarray(end);
      this.#before += end;
      this.#nuls += countNuls(bytes.subarray(0, end));
      return isStart && text.startsWith('\ufeff') ? text.slice(1) : text;
    } catch {
      throw notUtf8(this.#where, bytes, this.#before);
    }
  }
}

/** Whether a text begins with this byte and no byte order mark does; NUL is the start of one. */
function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0 && byte < 0x80;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function countNuls(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count++;
  return count;
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
