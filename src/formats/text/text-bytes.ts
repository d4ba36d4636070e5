import { concatBytes } from '../peek-start.ts';
import { BYTES, type Decoder, openDecoder } from './decoders.ts';
import {
  bomEncoding,
  invalidBytesError,
  nulBytesError,
  refuseBom,
  unknownEncodingError,
} from './encodings.ts';
import { LineEnds } from './line-ends.ts';

/** Of a shorter beginning, its share of NUL bytes says nothing yet. */
const MIN_BYTES = 64;
/** The longest byte order mark. */
const MARK_BYTES = 4;

/** How the bytes of a text are read. */
export interface TextBytesOptions {
  /** A label as TextDecoder takes it, or `bytes`: bytes that are no UTF-8 become U+DC80 to U+DCFF. Default: null, by its byte order mark, else UTF-8 */
  readonly encoding?: string | null | undefined;
  /** Whether the text keeps its byte order mark, each CR, and any number of NUL. Default: with `bytes` */
  readonly exact?: boolean | undefined;
}

/**
 * The text of bytes that come in chunks, which may cut a character in two: without a byte order mark at its start,
 * and with LF where CR alone ends the lines. A byte order mark of UTF-16 or GB18030 comes before what `encoding` says.
 *
 * Throws UnrolledError at bytes that the encoding lacks, with their position; at a byte order mark of UTF-32; and where
 * a tenth of the bytes or more are NUL, as in UTF-16 without a mark.
 */
export class TextBytes {
  readonly #where: string;
  readonly #exact: boolean;
  readonly #lineEnds = new LineEnds();
  #decoder: Decoder;
  /** The bytes of a character that is not whole yet, or of what may be a byte order mark. */
  #rest: Uint8Array = new Uint8Array();
  /** The bytes before them. */
  #before = 0;
  #nuls = 0;

  /** @param where the file's name, for errors */
  constructor(where: string, { encoding, exact = encoding === BYTES }: TextBytesOptions = {}) {
    this.#where = where;
    this.#exact = exact;
    this.#decoder = decoderOf(where, encoding ?? 'utf-8');
  }

  /** Whether CR alone ends its lines. */
  get isCr(): boolean {
    return this.#lineEnds.isCr;
  }

  /** The encoding that it is read in, as TextDecoder names it, or `bytes`. */
  get encoding(): string {
    return this.#decoder.encoding;
  }

  /** The text that is whole so far; it may be empty. */
  push(chunk: Uint8Array): string {
    const bytes = concatBytes([this.#rest, chunk]);
    this.#rest = bytes;
    if (this.#before === 0 && !isBomDecided(bytes)) return '';
    this.#check(bytes, MIN_BYTES);
    return this.#written(this.#decode(bytes, this.#decoder.completeLength(bytes)));
  }

  /** The rest. */
  end(): string {
    const rest = this.#rest;
    this.#check(rest, 1);
    const text = this.#written(this.#decode(rest, rest.length));
    return text + this.#lineEnds.end();
  }

  #written(text: string): string {
    return this.#exact ? text : this.#lineEnds.push(text);
  }

  /** @param least how many bytes tell what share of them is NUL */
  #check(bytes: Uint8Array, least: number): void {
    if (this.#exact) return;
    const encoding = this.#before === 0 ? bomEncoding(bytes) : null;
    if (encoding !== null) this.#decoder = openDecoder(encoding) ?? refuseBom(this.#where, encoding);
    if (!this.#decoder.hasNul) return;
    const [nuls, all] = [this.#nuls + countNuls(bytes), this.#before + bytes.length];
    if (all >= least && 10 * nuls >= all) throw nulBytesError(this.#where, bytes, nuls / all);
  }

  #decode(bytes: Uint8Array, end: number): string {
    const isStart = this.#before === 0 && end > 0 && !this.#exact;
    try {
      const text = this.#decoder.decode(bytes.subarray(0, end));
      this.#rest = bytes.subarray(end);
      this.#before += end;
      if (!this.#exact && this.#decoder.hasNul) this.#nuls += countNuls(bytes.subarray(0, end));
      return isStart && text.startsWith('\ufeff') ? text.slice(1) : text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw invalidBytesError(this.#where, this.#decoder, bytes, this.#before);
    }
  }
}

function decoderOf(where: string, label: string): Decoder {
  const decoder = openDecoder(label);
  if (decoder) return decoder;
  throw unknownEncodingError(where, label);
}

/** Whether the beginning of a text says which byte order mark it has, if any; NUL is the start of one. */
export function isBomDecided(start: Uint8Array): boolean {
  return start.length >= MARK_BYTES || (start[0] > 0 && start[0] < 0x80);
}

function countNuls(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count++;
  return count;
}
