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

/** Minimum number of bytes for a meaningful fraction of NUL bytes. */
const MIN_BYTES = 64;
/** Length of the longest byte order mark, in bytes. */
const MARK_BYTES = 4;

/** Options for decoding text. */
export interface TextBytesOptions {
  /** A TextDecoder label, or `bytes`: invalid UTF-8 becomes U+DC80 to U+DCFF. Default null: the byte order mark decides, else UTF-8. */
  readonly encoding?: string | null | undefined;
  /** Whether to keep the byte order mark, each CR and any number of NULs. Default: true for `bytes`, otherwise false. */
  readonly exact?: boolean | undefined;
}

/**
 * Decodes text that comes in chunks of bytes, cut anywhere. Removes the byte order mark and converts old Mac line ends (CR
 * only) to LF. A byte order mark of UTF-16 or GB18030 takes precedence over `encoding`.
 *
 * Throws UnrolledError for invalid bytes, with their position; for a byte order mark of UTF-32; and if 10 % of the bytes or
 * more are NUL, as in UTF-16 without a mark.
 */
export class TextBytes {
  readonly #where: string;
  readonly #exact: boolean;
  readonly #lineEnds = new LineEnds();
  #decoder: Decoder;
  /** Undecoded bytes: an incomplete character or a possible byte order mark. */
  #rest: Uint8Array = new Uint8Array();
  /** Number of decoded bytes. */
  #before = 0;
  #nuls = 0;

  /** @param where the file's name, for error messages */
  constructor(where: string, { encoding, exact = encoding === BYTES }: TextBytesOptions = {}) {
    this.#where = where;
    this.#exact = exact;
    this.#decoder = decoderOf(where, encoding ?? 'utf-8');
  }

  /** Whether CR alone ended the lines. */
  get isCr(): boolean {
    return this.#lineEnds.isCr;
  }

  /** The encoding in use, as TextDecoder names it, or `bytes`. */
  get encoding(): string {
    return this.#decoder.encoding;
  }

  /** Adds a chunk; returns the text decoded so far, which may be empty. */
  push(chunk: Uint8Array): string {
    const bytes = concatBytes([this.#rest, chunk]);
    this.#rest = bytes;
    if (this.#before === 0 && !isBomDecided(bytes)) return '';
    this.#check(bytes, MIN_BYTES);
    return this.#written(this.#decode(bytes, this.#decoder.completeLength(bytes)));
  }

  /** Returns the rest of the text. */
  end(): string {
    const rest = this.#rest;
    this.#check(rest, 1);
    const text = this.#written(this.#decode(rest, rest.length));
    return text + this.#lineEnds.end();
  }

  #written(text: string): string {
    return this.#exact ? text : this.#lineEnds.push(text);
  }

  /** @param least minimum number of bytes for the NUL check */
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

/** Whether the first bytes are enough to decide about a byte order mark, which may begin with NUL. */
export function isBomDecided(start: Uint8Array): boolean {
  return start.length >= MARK_BYTES || (start[0] > 0 && start[0] < 0x80);
}

function countNuls(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count++;
  return count;
}
