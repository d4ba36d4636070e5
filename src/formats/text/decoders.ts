import { escapedText } from './escaped-bytes.ts';
import { extendedKorean } from './extended-korean.ts';

/** The name of the encoding that takes any bytes: those that are no UTF-8 become lone surrogates. */
export const BYTES = 'bytes';

/** How long bytes without a newline are held where nothing else says that a character ends. */
const MAX_HELD = 2 ** 20;
/** A character of any encoding has at most this many bytes, but for the one that comes last. */
const MAX_INCOMPLETE = 3;
const NEWLINE = 10;

/** How the bytes of one encoding become text. */
export interface Decoder {
  /** As TextDecoder names it, or `bytes`. */
  readonly encoding: string;
  /** Whether a NUL byte is the character NUL, which texts lack. */
  readonly hasNul: boolean;
  /** How many of the bytes at the start are whole characters. */
  completeLength(bytes: Uint8Array): number;
  /** The text of bytes, with a byte order mark if they have one. Throws TypeError for bytes that the encoding lacks. */
  decode(bytes: Uint8Array): string;
  /** Whether the bytes are a text, or with `isWhole` false the beginning of one. */
  accepts(bytes: Uint8Array, isWhole: boolean): boolean;
}

/** The decoder of a label as TextDecoder takes it, or of `bytes`; null for a label that it lacks. */
export function openDecoder(label: string): Decoder | null {
  if (label === BYTES) {
    const any = { encoding: BYTES, hasNul: false, decode: escapedText, accepts: () => true };
    return { ...any, completeLength: (bytes) => bytes.length - incompleteTail(bytes) };
  }
  try {
    return strictDecoder(new TextDecoder(label, { fatal: true, ignoreBOM: true }));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function strictDecoder(strict: TextDecoder): Decoder {
  const { encoding } = strict;
  const plain = (bytes: Uint8Array) => strict.decode(bytes);
  const decode = (bytes: Uint8Array) => mended(encoding, plain, bytes);
  const isText = (bytes: Uint8Array) => {
    try {
      decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  // What is cut at the end of a beginning is no whole character.
  const accepts = (bytes: Uint8Array, isWhole: boolean) =>
    isWhole ? isText(bytes) : wholeStart(bytes, isText) !== null;
  const isWide = encoding.startsWith('utf-16');
  const completeLength = isWide
    ? (bytes: Uint8Array) => wholeUnits(bytes, encoding === 'utf-16be')
    : encoding === 'utf-8'
      ? (bytes: Uint8Array) => bytes.length - incompleteTail(bytes)
      : (bytes: Uint8Array) => wholeLines(bytes, isText);
  return { encoding, hasNul: !isWide, completeLength, decode, accepts };
}

/** How many bytes at the end begin a character of UTF-8 that needs more of them. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue; // inside a character
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}

/** Without half a unit, and without a surrogate that waits for the second one. */
function wholeUnits(bytes: Uint8Array, bigEndian: boolean): number {
  const whole = bytes.length - (bytes.length % 2);
  const high = bytes[bigEndian ? whole - 2 : whole - 1];
  return whole > 0 && high >= 0xd8 && high < 0xdc ? whole - 2 : whole;
}

/** Up to the last newline, which is part of no character in an encoding that extends ASCII. */
function wholeLines(bytes: Uint8Array, isText: (bytes: Uint8Array) => boolean): number {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > 0 || bytes.length < MAX_HELD) return end;
  return wholeStart(bytes, isText) ?? bytes.length;
}

/** How many bytes are a text when a few at the end may be half a character; null where they are none. */
function wholeStart(bytes: Uint8Array, isText: (bytes: Uint8Array) => boolean): number | null {
  for (let end = bytes.length; end >= Math.max(0, bytes.length - MAX_INCOMPLETE); end--) {
    if (isText(bytes.subarray(0, end))) return end;
  }
  return null;
}

/** What windows-1252 has where ISO-8859-1 has control characters. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** The text as the Encoding Standard has it, which some versions of Node do not in two encodings. */
function mended(encoding: string, plain: (bytes: Uint8Array) => string, bytes: Uint8Array): string {
  if (encoding === 'windows-1252') {
    return plain(bytes).replace(/[\x80-\x9f]/g, (control) => WINDOWS[control.charCodeAt(0) - 0x80]);
  }
  return encoding === 'euc-kr' ? extendedKorean(bytes, plain) : plain(bytes);
}
